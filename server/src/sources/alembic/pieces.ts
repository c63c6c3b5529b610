/** The pieces of a revision: what each operation of its functions runs. */
import type { SyntaxNode, Tree } from '@lezer/common';
import type { Parser } from '../../syntax/parser.ts';
import { SqlText } from '../../syntax/sqlText.ts';
import { wrappingOfString } from '../../tools/script.ts';
import { type Host, type Piece, type PieceMap, plainMap } from '../piece.ts';
import type { EvaluatedOperation } from './evaluate.ts';
import { assemble } from './generated.ts';
import { generatedMap, movedMap, stringMap } from './generatedMap.ts';
import { hostAt, statementStart } from './host.ts';
import { concatenated, type Mapped } from './mapped.ts';
import { stringValue } from './pythonString.ts';

/** A Python file that is read. */
export interface PythonText {
  readonly text: string;
  readonly tree: Tree;
  readonly sqlOf: (text: string) => SqlText;
  readonly fileComments: string;
}

interface Made {
  /** Its map knows the places in the file as the operation was worked out in. */
  readonly map: PieceMap;
  /** How far behind its statement's beginning the call begins. */
  readonly lead: number;
  /** As it was last given out, and how far the code had moved then. */
  readonly piece: Piece;
  readonly shift: number;
}

/** By the statements of an operation, which stay the same objects while its code does. */
const made = new WeakMap<readonly Mapped[], Made>();

/** Null for an operation that runs nothing, or nothing that is known. The same object while it stands where it stood. */
export function operationPiece(file: PythonText, evaluated: EvaluatedOperation, down: boolean): Piece | null {
  const { statements, shift } = evaluated;
  if (statements.length === 0) return null;
  const known = made.get(statements);
  const { span } = evaluated.operation;
  const call = { start: span.start + shift, end: span.end + shift };
  const lead = known?.lead ?? call.start - statementStart(file.tree, call.start);
  const host = hostAt(file, call, call.start - lead);
  if (known?.piece.host && shift === known.shift && sameHost(host, known.piece.host)) return known.piece;
  const map = known?.map ?? mapOf(file, evaluated);
  const own = { map: movedMap(map, shift), host };
  const piece = known ? { ...known.piece, ...own } : { ...whatRuns(file, evaluated, down), ...own };
  made.set(statements, { map, lead, piece, shift });
  return piece;
}

/** The text of a piece that operation has had; null when there is none yet. */
export const knownSql = (statements: readonly Mapped[]): SqlText | null => made.get(statements)?.piece.sql ?? null;

/** The operation's statements as one text. */
const wholeOf = (statements: readonly Mapped[]): Mapped =>
  statements.length === 1
    ? (statements[0] as Mapped)
    : concatenated(statements.flatMap((s, i) => (i === 0 ? [s] : [assemble([';\n']), s])));

function mapOf(file: PythonText, { operation, statements, shift }: EvaluatedOperation): PieceMap {
  const { span, nameSpan, name } = operation;
  const whole = wholeOf(statements);
  const string = name === 'execute' && whole.from.length > 0 && whole.from.every((at) => at >= 0);
  return string
    ? stringMap(whole, encoderAt(file, whole, shift))
    : generatedMap(whole, span, nameSpan, file.text.slice(span.start + shift, span.end + shift));
}

function whatRuns(
  file: PythonText,
  { operation, statements }: EvaluatedOperation,
  down: boolean,
): Omit<Piece, 'map' | 'host'> {
  const { name, conditional, autocommit, optional } = operation;
  const { text } = wholeOf(statements);
  const sql = file.sqlOf(text);
  return {
    sql,
    // statements that are sent as one string are one transaction
    wrapping: !autocommit ? 'tool' : name === 'execute' && wrappingOfString(sql) === 'implicit' ? 'implicit' : 'none',
    declared: true,
    begins: false,
    downFrom: down ? 0 : text.length,
    reviewed: true,
    conditional,
    uncertain: optional && !down,
  };
}

const sameHost = (a: Host, b: Host): boolean =>
  a.call.start === b.call.start &&
  a.commentAt === b.commentAt &&
  a.comments === b.comments &&
  a.fileComments === b.fileComments &&
  a.commentStart === b.commentStart;

/** In the place of what could not be worked out. */
export const unknownPiece = (file: PythonText): Piece => ({
  sql: file.sqlOf(''),
  map: plainMap(0),
  wrapping: 'tool',
  declared: true,
  begins: false,
  downFrom: 0,
  reviewed: false,
  conditional: true,
  uncertain: true,
  host: null,
});

/** How SQL is written in the Python strings that it comes from; nothing can be where it was put together. */
function encoderAt({ text, tree }: PythonText, sql: Mapped, shift: number): PieceMap['encode'] {
  let node: SyntaxNode | null = tree.resolveInner((sql.from[0] as number) + shift, 1);
  while (node && !/^(?:String|FormatString|ContinuedString)$/.test(node.name)) node = node.parent;
  if (node?.parent?.name === 'ContinuedString') node = node.parent;
  const value = node && stringValue(text, literalsOf(node));
  // what was put together of several strings, or changed, is left as it is
  return value?.text === sql.text ? value.map.encode : () => null;
}

/** The literals of a string that Python joins of several. */
export function literalsOf(node: SyntaxNode): { from: number; to: number }[] {
  if (node.name !== 'ContinuedString') return [node];
  return [...node.getChildren('String'), ...node.getChildren('FormatString')].sort((a, b) => a.from - b.from);
}

const texts = new WeakMap<SqlText, string>();

/**
 * Texts that were read before stay the same objects, each used once.
 * @param used pieces that have their text already
 */
export function sqlTexts(
  parser: Parser,
  known: readonly Piece[],
  used: (sql: SqlText) => boolean,
): { readonly of: (text: string) => SqlText; forget(): void } {
  let among: readonly Piece[] = known;
  let before: Map<string, SqlText[]> | null = null;
  return {
    of(text) {
      before ??= textsAmong(among.filter(({ sql }) => !used(sql)));
      return before.get(text)?.shift() ?? SqlText.of(text, parser);
    },
    /** What was read before: each reading would hold the one before it, and so all of them. */
    forget() {
      among = [];
      before = new Map();
    },
  };
}

function textsAmong(known: readonly Piece[]): Map<string, SqlText[]> {
  const before = new Map<string, SqlText[]>();
  for (const { sql } of known) {
    const text = texts.get(sql) ?? sql.slice(0, sql.length);
    texts.set(sql, text);
    const same = before.get(text);
    if (same) same.push(sql);
    else before.set(text, [sql]);
  }
  return before;
}

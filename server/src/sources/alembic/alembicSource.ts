/**
 * SQL in Python files. An Alembic revision is run, as far as the file tells what it does: each operation becomes the
 * statements that Alembic sends. `downgrade()` is the backward part, and the revision runs in a transaction that Alembic
 * opens, except inside `with ….autocommit_block():`. In other Python files, and where a revision's code is not reached, it is
 * the arguments of `….execute(…)` and `text(…)`, in the order in which they stand.
 */
import { type SyntaxNode, type Tree, type TreeCursor, TreeFragment } from '@lezer/common';
import { parser as python } from '@lezer/python';
import type { Parser } from '../../syntax/parser.ts';
import { SqlText } from '../../syntax/sqlText.ts';
import { isRevision } from '../../tools/alembic.ts';
import { wrappingOfString } from '../../tools/script.ts';
import { type Beside, nothingBeside } from '../../tools/tool.ts';
import { type Host, type Piece, type PieceMap, plainMap } from '../piece.ts';
import type { Gap, Source, TextEdit } from '../source.ts';
import { argumentAt } from './argumentAt.ts';
import { downgradeCode } from './downgrade.ts';
import { conventionFor } from './environment.ts';
import { type EvaluatedOperation, evaluateRevision, type Surroundings } from './evaluate.ts';
import { assemble } from './generated.ts';
import { generatedMap, stringMap } from './generatedMap.ts';
import { hostOf } from './host.ts';
import { concatenated, type Mapped } from './mapped.ts';
import { anySqlMark, markedStrings } from './markedSql.ts';
import { ProjectModules } from './projectModules.ts';
import { stringValue } from './pythonString.ts';
import { rewriteDowngrade } from './rewriting/backward.ts';
import { rewriteOperation } from './rewriting/rewrite.ts';

export const alembicSource: Source = {
  id: 'alembic',
  rewriter: {
    rewrite: (text, piece, wanted, parser) =>
      rewriteOperation(text, piece, wanted, { parser, around: aroundOf(piece) }),
    rewriteBackward: (text, piece, change, parser) =>
      rewriteDowngrade(text, change, { parser, around: aroundOf(piece) }),
    outsideWords: 'in an autocommit block',
  },
  handles: (uri, languageId) => languageId === 'python' || /\.py$/i.test(uri),
  read: (uri, text, parser, beside) => readPieces(text.toString(), surroundingsOf(uri, beside), parser, [], []),
  edit: (uri, pieces, edit, text, parser, beside) =>
    readPieces(text.toString(), surroundingsOf(uri, beside), parser, pieces, fragmentsOf(pieces, edit, text.length)),
  backwardCode: downgradeCode,
  gapsIn: (pieces) => gaps.get(pieces) ?? [],
  argumentAt: (text, offset) => (isRevision(text) ? argumentAt(text, offset) : null),
};

const projects = new WeakMap<Beside, ProjectModules>();

/** The project's modules are run once for all its revisions. */
function surroundingsOf(uri: string, beside: Beside = nothingBeside): Surroundings {
  let modules = projects.get(beside);
  if (!modules) {
    modules = new ProjectModules(beside);
    projects.set(beside, modules);
  }
  return { uri, modules, convention: conventionFor(uri, modules) };
}

/** What the project tells of the revision that a piece stands in. */
const surroundings = new WeakMap<Host, Surroundings>();

const aroundOf = ({ host }: Piece): Surroundings | undefined => (host ? surroundings.get(host) : undefined);

/** The tree that each row of pieces was read from: after an edit the rest of it is taken over. */
const trees = new WeakMap<readonly Piece[], Tree>();

function fragmentsOf(
  pieces: readonly Piece[],
  { from, to, inserted }: TextEdit,
  length: number,
): readonly TreeFragment[] {
  const tree = trees.get(pieces);
  if (!tree || tree.length + inserted.length - (to - from) !== length) return [];
  const change = { fromA: from, toA: to, fromB: from, toB: from + inserted.length };
  return TreeFragment.applyChanges(TreeFragment.addTree(tree), [change]);
}

/** @param known the pieces before an edit: what has the same text is not read again */
function readPieces(
  text: string,
  around: Surroundings,
  parser: Parser,
  known: readonly Piece[],
  fragments: readonly TreeFragment[],
): readonly Piece[] {
  const revision = isRevision(text);
  // most Python files hold no SQL: do not parse them
  if (!revision && !/\b(?:execute|text)\s*\(/.test(text) && !anySqlMark.test(text)) return [];
  const tree = python.parse(text, fragments);
  const file: File = {
    text,
    tree,
    sqlOf: sqlTexts(parser, known),
    fileComments: (text.match(/#[^\n]*pgreview-ignore-file[^\n]*/g) ?? []).join('\n'),
  };
  const pieces = revision ? revisionPieces(file, around) : stringPieces(file);
  trees.set(pieces, tree);
  return pieces;
}

/** Of a file that is no revision, in the order in which they stand. */
function stringPieces(file: File): readonly Piece[] {
  const marked = markedIn(file);
  const starts = new Set(marked.map(({ map }) => map.toFile(0)));
  const given = proseIn(file, (at) => starts.has(at), null);
  return [...given, ...marked].sort((a, b) => a.map.toFile(0) - b.map.toFile(0));
}

function revisionPieces(file: File, around: Surroundings): readonly Piece[] {
  const { text, tree } = file;
  const evaluated = evaluateRevision(text, tree, around);
  const pieces = evaluated.flatMap(({ name, operations, doubts }) => {
    const down = name === 'downgrade';
    const found = operations.flatMap((operation) => operationPiece(file, operation, down, around) ?? []);
    return !down && doubts.some((d) => d.ofSchema) ? [unknownPiece(file), ...found] : found;
  });
  const reached = evaluated.flatMap((f) =>
    f.operations.flatMap((o) => [
      o.operation.span.start,
      ...o.statements.map((s) => s.from.find((at) => at >= 0) ?? -1),
    ]),
  );
  const starts = new Set(reached);
  // nobody knows when it runs: only its syntax is looked at
  const all = [...pieces, ...proseIn(file, (at) => starts.has(at), 0)];
  const missing = evaluated.flatMap(({ name, doubts }) =>
    doubts.map(({ span, reason }): Gap => ({ span, reason, backward: name === 'downgrade' })),
  );
  gaps.set(
    all,
    missing.sort((a, b) => a.span.start - b.span.start),
  );
  return all;
}

/** What could not be worked out of the revision that each row of pieces was read from. */
const gaps = new WeakMap<readonly Piece[], readonly Gap[]>();

interface File {
  readonly text: string;
  readonly tree: Tree;
  readonly sqlOf: (text: string) => SqlText;
  readonly fileComments: string;
}

const texts = new WeakMap<SqlText, string>();

/** Texts that were read before stay the same objects, each used once. */
function sqlTexts(parser: Parser, known: readonly Piece[]): (text: string) => SqlText {
  const before = new Map<string, SqlText[]>();
  for (const { sql } of known) {
    const text = texts.get(sql) ?? sql.slice(0, sql.length);
    texts.set(sql, text);
    const same = before.get(text);
    if (same) same.push(sql);
    else before.set(text, [sql]);
  }
  return (text) => before.get(text)?.shift() ?? SqlText.of(text, parser);
}

/** Null for an operation that runs nothing, or nothing that is known. */
function operationPiece(
  file: File,
  { operation, statements }: EvaluatedOperation,
  down: boolean,
  around: Surroundings,
): Piece | null {
  if (statements.length === 0) return null;
  const { span, nameSpan, name, conditional, autocommit } = operation;
  const whole =
    statements.length === 1
      ? (statements[0] as Mapped)
      : concatenated(statements.flatMap((s, i) => (i === 0 ? [s] : [assemble([';\n']), s])));
  const written = name === 'execute';
  const string = written && whole.from.length > 0 && whole.from.every((at) => at >= 0);
  const sql = file.sqlOf(whole.text);
  const host = hostOf(file, span);
  surroundings.set(host, around);
  return {
    sql,
    map: string ? stringMap(whole, encoderAt(file, whole)) : generatedMap(whole, span, nameSpan, file.text),
    // statements that are sent as one string are one transaction
    wrapping: !autocommit ? 'tool' : written && wrappingOfString(sql) === 'implicit' ? 'implicit' : 'none',
    declared: true,
    begins: false,
    downFrom: down ? 0 : whole.text.length,
    reviewed: true,
    conditional,
    uncertain: operation.optional && !down,
    host,
  };
}

/** In the place of what could not be worked out. */
const unknownPiece = (file: File): Piece => ({
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
function encoderAt({ text, tree }: File, sql: Mapped): PieceMap['encode'] {
  let node: SyntaxNode | null = tree.resolveInner(sql.from[0] as number, 1);
  while (node && !/^(?:String|FormatString|ContinuedString)$/.test(node.name)) node = node.parent;
  if (node?.parent?.name === 'ContinuedString') node = node.parent;
  const value = node && stringValue(text, literalsOf(node));
  // what was put together of several strings, or changed, is left as it is
  return value?.text === sql.text ? value.map.encode : () => null;
}

function literalsOf(node: SyntaxNode): { from: number; to: number }[] {
  if (node.name !== 'ContinuedString') return [node];
  return [...node.getChildren('String'), ...node.getChildren('FormatString')].sort((a, b) => a.from - b.from);
}

/**
 * SQL given as a string to `execute` or `text`.
 * @param isKnown whether the call or string that begins there is a piece already
 * @param downFrom where its backward part begins; null: it has none
 */
function proseIn(file: File, isKnown: (at: number) => boolean, downFrom: number | null): Piece[] {
  const { text, tree } = file;
  const pieces: Piece[] = [];
  const cursor: TreeCursor = tree.cursor();
  do {
    if (cursor.name !== 'CallExpression' || isKnown(cursor.from)) continue;
    const { node } = cursor;
    const literals = sqlArgument(node, text);
    const value = literals && stringValue(text, literals);
    if (!value || isKnown(value.offsets[0] as number) || !isStatement(value.text, node, text)) continue;
    pieces.push({
      sql: file.sqlOf(value.text),
      map: value.map,
      wrapping: 'unknown',
      declared: true,
      begins: false,
      downFrom: downFrom ?? value.text.length,
      reviewed: downFrom !== null,
      conditional: true,
      uncertain: false,
      host: hostOf(file, { start: node.from, end: node.to }),
    });
  } while (cursor.next());
  return pieces;
}

/**
 * Strings that a comment says are SQL. What is given to `execute` or `text` is so besides, and may be for another database
 * where nobody says it is not.
 */
function markedIn(file: File): Piece[] {
  return markedStrings(file.text, file.tree).flatMap((node): Piece[] => {
    const value = stringValue(file.text, literalsOf(node));
    // a part of a statement is none that could be judged
    if (!value || !statementStart.test(value.text)) return [];
    return [
      {
        sql: file.sqlOf(value.text),
        map: value.map,
        wrapping: 'unknown',
        declared: true,
        begins: false,
        downFrom: value.text.length,
        reviewed: true,
        conditional: false,
        uncertain: false,
        host: hostOf(file, { start: node.from, end: node.to }),
      },
    ];
  });
}

/** `op.execute` runs its text; elsewhere `text("now()")` may be an expression, so it must begin as a statement does. */
function isStatement(sql: string, call: SyntaxNode, text: string): boolean {
  const callee = call.firstChild;
  const own = callee !== null && text.slice(callee.from, callee.to) === 'op.execute';
  return own ? sql.trim() !== '' : statementStart.test(sql);
}

const statementStart =
  /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/|\()*(?:select|insert\s+into|update|delete\s+from|merge\s+into|with|create|alter|drop|comment\s+on|truncate|grant|revoke|set|do|call|vacuum|analyze|refresh|lock|explain|values)\b/i;

/** The string literals given to `execute` or `text` as first argument; null when it is something else. */
function sqlArgument(call: SyntaxNode, text: string): { from: number; to: number }[] | null {
  const callee = call.firstChild;
  const name = callee && text.slice(callee.from, callee.to);
  if (!name || !/(?:^|\.)(?:execute|text)$/.test(name)) return null;
  let argument = call.getChild('ArgList')?.firstChild?.nextSibling ?? null;
  while (argument?.name === 'Comment') argument = argument.nextSibling;
  while (argument?.name === 'ParenthesizedExpression') argument = argument.firstChild?.nextSibling ?? null;
  if (!argument) return null;
  return /^(?:String|FormatString|ContinuedString)$/.test(argument.name) ? literalsOf(argument) : null;
}

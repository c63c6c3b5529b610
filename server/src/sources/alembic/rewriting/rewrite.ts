/**
 * An operation of a revision written anew so that it runs other SQL: by a keyword where Alembic has one, with operations
 * beside it, or as `op.execute()`. Whatever is written is evaluated first: it has to run just the wanted SQL.
 */
import type { SyntaxNode } from '@lezer/common';
import { parser as python } from '@lezer/python';
import type { Parser } from '../../../syntax/parser.ts';
import type { Span } from '../../../syntax/tokens.ts';
import type { Piece } from '../../piece.ts';
import type { TextEdit, WantedSql } from '../../source.ts';
import type { EvaluatedOperation } from '../evaluate.ts';
import { applied, replacing } from './callText.ts';
import { nodeOf, type OwnLine, operationAt, ownLine, type Reading } from './operationAt.ts';
import { executeText, operationText } from './operationText.ts';
import { otherCalls } from './otherCalls.ts';
import { type Style, styleOf } from './pythonText.ts';
import { type SqlStatement, statementsIn } from './trees.ts';

export function rewriteOperation(
  text: string,
  piece: Piece,
  { sql, outside }: WantedSql,
  reading: Reading,
): readonly TextEdit[] | null {
  const { host } = piece;
  const { parser } = reading;
  const tree = python.parse(text);
  const style = styleOf(text, host ? text.slice(host.call.start, host.call.end) : '');
  const found = host && operationAt(text, tree, host.call, reading);
  const call = host && nodeOf(tree, host.call);
  const wanted = statementsIn(sql, parser);
  if (!found || !call || !wanted || !style) return null;
  const { operation } = found;
  // what a batch does is run at its end
  const line = operation.batch ? null : ownLine(call, text);
  if (!line && (outside || wanted.length === 0)) return null;
  if (line && wanted.length === 0) return isOnly(line) ? null : [replacing(spanOfStatement(line), noteOf(sql))];
  const kept = keptCall(text, call, found, wanted, reading);
  if (kept && !outside && kept.before.length === 0 && kept.behind.length === 0)
    return kept.edits?.length === 0 ? null : kept.edits;
  if (!line) return null;
  const written = kept ?? { edits: null, before: wanted, behind: [] };
  // what is not known stays where it stands
  if ([...written.before, ...written.behind].some((s) => s.text.includes('{{'))) return null;
  // a definition of a table is better read in Python than in SQL
  if (!written.edits && definitions.has(operation.name)) return null;
  const isSql = operation.name === 'execute' || operation.name === 'exec_driver_sql';
  // SQL made of several strings, or with values put in, is the author's to change
  if (isSql && !written.edits && piece.map.encode('') === null) return null;
  return laidOut(text, line, { ...written, outside }, { style, isSql, parser });
}

const definitions = new Set(['create_table', 'add_column', 'bulk_insert']);

const spanOfStatement = ({ statement }: OwnLine): Span => ({ start: statement.from, end: statement.to });

/** A body has to hold something. */
function isOnly({ statement }: OwnLine): boolean {
  for (let node = statement.parent?.firstChild ?? null; node; node = node.nextSibling)
    if (node.from !== statement.from && node.name !== ':' && node.name !== 'Comment') return false;
  return true;
}

/** SQL's comments in place of an operation that is gone. */
const noteOf = (sql: string): string => sql.trim().replace(/^--/gm, '#');

interface Kept {
  /** Of the call; null: it is not kept. */
  readonly edits: readonly TextEdit[] | null;
  readonly before: readonly SqlStatement[];
  readonly behind: readonly SqlStatement[];
}

/** The call as it is, or with other arguments, where it runs some of the wanted statements in a row. */
function keptCall(
  text: string,
  call: SyntaxNode,
  { statements }: EvaluatedOperation,
  wanted: readonly SqlStatement[],
  reading: Reading,
): Kept | null {
  const { parser } = reading;
  const place = (keys: readonly string[] | null): number =>
    keys && keys.length > 0 ? wanted.findIndex((_, i) => keys.every((key, k) => wanted[i + k]?.key === key)) : -1;
  const keysOf = (texts: readonly { readonly text: string }[]): string[] | null => {
    const all = texts.map((s) => statementsIn(s.text, parser));
    return all.includes(null) ? null : all.flatMap((s) => (s as SqlStatement[]).map(({ key }) => key));
  };
  const kept = (edits: readonly TextEdit[], texts: readonly { readonly text: string }[]): Kept | null => {
    const keys = keysOf(texts);
    const at = place(keys);
    return at < 0 ? null : { edits, before: wanted.slice(0, at), behind: wanted.slice(at + (keys as string[]).length) };
  };
  const same = kept([], statements);
  if (same) return same;
  const current = statements.flatMap((s) => statementsIn(s.text, parser) ?? []);
  for (const edits of otherCalls(text, call, current, wanted)) {
    const changed = applied(text, edits);
    const start = call.from + grownBy(edits.filter((e) => e.to <= call.from));
    const operation = operationAt(changed, python.parse(changed), { start, end: call.to + grownBy(edits) }, reading);
    const found = operation && kept(edits, operation.statements);
    if (found) return found;
  }
  return null;
}

const grownBy = (edits: readonly TextEdit[]): number =>
  edits.reduce((n, e) => n + e.inserted.length - (e.to - e.from), 0);

interface Layout extends Kept {
  readonly outside: boolean;
}

interface Writing {
  readonly style: Style;
  /** The author wrote SQL. */
  readonly isSql: boolean;
  readonly parser: Parser;
}

function laidOut(
  text: string,
  { statement, indent, end }: OwnLine,
  { edits, before, behind, outside }: Layout,
  { style, isSql, parser }: Writing,
): TextEdit[] {
  const inner = outside ? indent + style.unit : indent;
  const lines = (all: readonly SqlStatement[]): string[] =>
    all.map((s) => (isSql ? executeText(s.text, inner, style) : operationText(s, inner, style, parser)));
  if (!outside && edits) {
    const made: TextEdit[] = [...edits];
    const at = statement.from;
    if (before.length > 0)
      made.push({
        from: at,
        to: at,
        inserted: lines(before)
          .map((l) => `${l}\n${indent}`)
          .join(''),
      });
    if (behind.length > 0)
      made.push({
        from: end,
        to: end,
        inserted: lines(behind)
          .map((l) => `\n${indent}${l}`)
          .join(''),
      });
    return made;
  }
  const inside = edits?.filter((e) => e.from >= statement.from) ?? [];
  const elsewhere = edits?.filter((e) => e.from < statement.from) ?? [];
  const call = edits && applied(text, inside).slice(statement.from, statement.to + grownBy(inside));
  const all = [...lines(before), ...(call ? [outside ? moved(call, style.unit) : call] : []), ...lines(behind)];
  const header = outside ? `with ${style.op}.get_context().autocommit_block():\n${inner}` : '';
  return [...elsewhere, replacing(spanOfStatement({ statement, indent, end }), header + all.join(`\n${inner}`))];
}

/** Further to the right, but for what stands in strings. */
function moved(call: string, unit: string): string {
  const tree = python.parse(call);
  return call.replace(/\n(?=[^\r\n])/g, (newLine, at: number) => {
    for (let node: SyntaxNode | null = tree.resolveInner(at, 0); node; node = node.parent)
      if (/^(?:String|FormatString)$/.test(node.name) && node.from < at && at < node.to) return newLine;
    return newLine + unit;
  });
}

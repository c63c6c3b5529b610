/**
 * Fixes of a revision's own for what Alembic does with enums: `create_table` creates their types and asks nobody whether they
 * are there, `add_column` creates none.
 */
import type { SyntaxNode, Tree } from '@lezer/common';
import { parser as python } from '@lezer/python';
import type { Span } from '../../../syntax/tokens.ts';
import type { Piece } from '../../piece.ts';
import type { OwnFix, TextEdit } from '../../source.ts';
import { bodyOf, statementsOf } from './backward.ts';
import { applied, argumentsIn, callsWithin, indentBefore, replacing } from './callText.ts';
import { withImport } from './columnCalls.ts';
import { nodeOf, operationAt, ownLine, type Reading } from './operationAt.ts';
import { styleOf } from './pythonText.ts';
import { statementsIn } from './trees.ts';

/** @param rule of the finding on the piece's SQL */
export function enumFixes(rule: string, text: string, piece: Piece, reading: Reading): OwnFix[] {
  const { host } = piece;
  if (!host || rule !== 'type-already-exists') return [];
  const call = nodeOf(python.parse(text), host.call);
  const fix = call && reuse(text, call, reading);
  return fix ? [fix] : [];
}

/**
 * The type of a new column is created before it, and dropped at the end of the way back. Null where that cannot be written.
 * @param operation the call of `add_column`
 * @param column the call of `sa.Column` in it
 */
export function typeCreation(text: string, tree: Tree, operation: Span, column: Span): TextEdit[] | null {
  const call = nodeOf(tree, operation);
  const columnCall = nodeOf(tree, column);
  const line = call && ownLine(call, text);
  const style = styleOf(text);
  const written = columnCall && argumentsIn(columnCall, text)[1];
  if (!call || !line || !style || !written || written.name !== null) return null;
  // the expression as it stands in the call, be it a variable
  const source = text.slice(written.value.from, written.value.to);
  if (source.includes('\n')) return null;
  const { op } = style;
  const creation = `${source}.create(${op}.get_bind(), checkfirst=True)\n${line.indent}`;
  const undone = droppedAtEnd(text, source, op);
  return [{ from: call.from, to: call.from, inserted: creation }, ...(undone ? [undone] : [])];
}

/** Null where nothing undoes the revision. */
function droppedAtEnd(text: string, source: string, op: string): TextEdit | null {
  const body = bodyOf('downgrade', text);
  const last = body && statementsOf(body).at(-1);
  const indent = last ? indentBefore(last.from, text) : null;
  if (!last || indent === null || last.name === 'PassStatement' || !/\w/.test(source)) return null;
  const end = last.from + text.slice(last.from, last.to).trimEnd().length;
  const lineEnd = /^[^\r\n]*/.exec(text.slice(end))?.[0].length ?? 0;
  const at = end + lineEnd;
  return { from: at, to: at, inserted: `\n${indent}${source}.drop(${op}.get_bind(), checkfirst=True)` };
}

/** The table takes the type that is there: only PostgreSQL's own ENUM can be told so. */
function reuse(text: string, call: SyntaxNode, reading: Reading): OwnFix | null {
  const { parser } = reading;
  const before = operationAt(text, python.parse(text), { start: call.from, end: call.to }, reading);
  if (before?.operation.name !== 'create_table') return null;
  const statements = before.statements.map((s) => s.text);
  const created = statements.filter((s) => /^CREATE TYPE\b/.test(s));
  for (const inner of callsWithin(call, text)) {
    const callee = inner.firstChild;
    if (!callee || !/(?:^|\.)(?:Enum|ENUM)$/.test(text.slice(callee.from, callee.to))) continue;
    const last = argumentsIn(inner, text).at(-1);
    if (!last) continue;
    const edits = withImport(text, [
      replacing({ start: callee.from, end: callee.to }, 'postgresql.ENUM'),
      { from: last.span.end, to: last.span.end, inserted: ', create_type=False' },
    ]);
    const changed = edits && applied(text, edits);
    if (!edits || !changed) continue;
    const grown = (until: number): number =>
      edits.filter((e) => e.from < until).reduce((n, e) => n + e.inserted.length - (e.to - e.from), 0);
    const place = { start: call.from + grown(call.from), end: call.to + grown(call.to) };
    const after = operationAt(changed, python.parse(changed), place, reading);
    const left = after?.statements.map((s) => s.text);
    const gone = created.filter((s) => !left?.includes(s));
    // nothing but the one type has gone
    if (!left || gone.length !== 1 || left.join() !== statements.filter((s) => s !== gone[0]).join()) continue;
    const node = statementsIn(gone[0] as string, parser)?.[0]?.node;
    const typeName = node && 'CreateEnumStmt' in node ? node.CreateEnumStmt.typeName?.at(-1) : undefined;
    const name = typeName && 'String' in typeName ? typeName.String.sval : undefined;
    if (name) return { title: `Use the type ${name} that is there`, edits };
  }
  return null;
}

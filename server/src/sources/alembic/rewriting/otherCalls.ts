/** What could be changed about a call's arguments so that it runs other SQL: proposals, each of which has to be evaluated. */
import type { SyntaxNode } from '@lezer/common';
import type { TextEdit } from '../../source.ts';
import { argumentsIn, callsWithin, replacing, withKeyword, withoutArgument } from './callText.ts';
import { columnEdits } from './columnCalls.ts';
import { literal, styleOf } from './pythonText.ts';
import type { SqlStatement } from './trees.ts';

export function* otherCalls(
  text: string,
  call: SyntaxNode,
  current: readonly SqlStatement[],
  wanted: readonly SqlStatement[],
): Generator<readonly TextEdit[]> {
  const style = styleOf(text, text.slice(call.from, call.to));
  if (!style) return;
  const columns = columnEdits(text, call, current, wanted);
  if (columns) yield columns;
  const keyword = (name: string, value: string): TextEdit[] => {
    const edit = withKeyword(call, text, name, value);
    return edit ? [edit] : [];
  };
  const [first] = argumentsIn(call, text);
  for (const { node, text: sql } of wanted) {
    const concurrent =
      ('IndexStmt' in node && node.IndexStmt.concurrent) || ('DropStmt' in node && node.DropStmt.concurrent);
    if (concurrent) yield keyword('postgresql_concurrently', 'True');
    const using = /\bTYPE\b[\s\S]*?\bUSING\s+([\s\S]+)$/i.exec(sql);
    if (using) yield keyword('postgresql_using', literal(using[1] as string, style));
    const added = /\bADD\s+CONSTRAINT\b[\s\S]*\bNOT\s+VALID$/i.test(sql);
    if (!added) continue;
    const notValid = keyword('postgresql_not_valid', 'True');
    yield notValid;
    // a constraint that had no name has been given one
    const name = constraintName(node);
    const none = first && (first.name === null || first.name === 'constraint_name') && first.value.name === 'None';
    if (name !== null && none)
      yield [replacing({ start: first.value.from, end: first.value.to }, literal(name, style)), ...notValid];
  }
  // a plain string is a value of SQL, text() is SQL
  for (const inner of [call, ...callsWithin(call, text)])
    for (const { name, value } of argumentsIn(inner, text))
      if (name === 'server_default' && value.name === 'String')
        yield [replacing({ start: value.from, end: value.to }, `sa.text(${text.slice(value.from, value.to)})`)];
  for (const inner of [call, ...callsWithin(call, text)])
    for (const argument of argumentsIn(inner, text))
      if (argument.name !== null || /^(?:\w+\.)*ForeignKey\(/.test(text.slice(argument.span.start, argument.span.end)))
        yield [withoutArgument(inner, text, argument)];
}

function constraintName(node: SqlStatement['node']): string | null {
  if (!('AlterTableStmt' in node)) return null;
  const [cmd] = node.AlterTableStmt.cmds ?? [];
  const def = cmd && 'AlterTableCmd' in cmd ? cmd.AlterTableCmd.def : undefined;
  return def && 'Constraint' in def ? (def.Constraint.conname ?? null) : null;
}

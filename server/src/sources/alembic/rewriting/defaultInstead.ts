/**
 * A new column that an UPDATE fills with one value: it is given that as its default while it is added, for which Postgres writes
 * no row, and loses the default again. The schema ends as it did.
 */
import type { SyntaxNode } from '@lezer/common';
import { parser as python } from '@lezer/python';
import type { AlterTableCmd, Node, UpdateStmt } from '@pgsql/types';
import type { Piece } from '../../piece.ts';
import type { OwnFix, TextEdit } from '../../source.ts';
import { type EvaluatedOperation, evaluateRevision } from '../evaluate.ts';
import { applied, callsWithin, withKeyword } from './callText.ts';
import { nodeOf, ownLine, type Reading } from './operationAt.ts';
import { callText, literal, type Style, styleOf } from './pythonText.ts';
import { keyOf, type SqlStatement, statementsIn } from './trees.ts';

/** @param rule of the finding on the UPDATE */
export function defaultInstead(rule: string, text: string, piece: Piece, reading: Reading): OwnFix[] {
  const { host } = piece;
  if (!host || !/^(?:update-without-where|data-change-while-locked)$/.test(rule)) return [];
  const before = upgradeOf(text, reading);
  const at = before?.findIndex((o) => spanOf(o).start === host.call.start && spanOf(o).end === host.call.end) ?? -1;
  const filling = before?.[at];
  const fill = filling && fillOf(filling.statements);
  if (!before || !filling || !fill || isUnsure(filling)) return [];
  const adding = before.findLastIndex((o, i) => i < at && o.statements.some((s) => adds(s, fill) !== null));
  const added = before[adding];
  // what else may have been done to the rows
  const between = before.slice(adding + 1, at);
  if (!added || isUnsure(added) || added.operation.name !== 'add_column' || added.statements.length !== 1) return [];
  if (between.some((o) => /^(?:execute|bulk_insert)$/.test(o.operation.name) || isUnsure(o))) return [];
  const column = adds(added.statements[0] as SqlStatement, fill);
  if (column?.some((c) => c !== 'CONSTR_NULL' && c !== 'CONSTR_NOTNULL')) return [];
  const required = before.slice(at + 1).find((o) => !isUnsure(o) && requires(o, fill));
  const edits = editsOf(text, { added, filling, required }, fill, reading);
  if (!edits || !fitsIn(applied(text, edits), before, { adding, at, required }, fill, reading)) return [];
  return [
    { title: `Add ${fill.column} with a default of ${fill.value} instead, then drop that: no row is written`, edits },
  ];
}

interface Operation extends Omit<EvaluatedOperation, 'statements'> {
  readonly statements: readonly SqlStatement[];
}

interface Fill {
  /** Of a table's name, wherever it stands. */
  readonly table: string;
  readonly column: string;
  /** As SQL. */
  readonly value: string;
  readonly tree: Node;
}

/** Null where a part of it is not known. */
function upgradeOf(text: string, { around, parser }: Reading): Operation[] | null {
  const upgrade = evaluateRevision(text, python.parse(text), around).find((f) => f.name === 'upgrade');
  if (!upgrade || upgrade.doubts.length > 0) return null;
  const all = upgrade.operations.map((o) => ({
    ...o,
    statements: statementsIn(o.statements.map((s) => s.text).join(';\n'), parser),
  }));
  return all.some((o) => o.statements === null) ? null : (all as Operation[]);
}

const spanOf = ({ operation: { span }, shift }: Operation) => ({ start: span.start + shift, end: span.end + shift });

const isUnsure = ({ operation }: Operation): boolean =>
  operation.conditional || operation.autocommit || operation.batch !== null;

const keyOfTable = (relation: UpdateStmt['relation']): string => `${relation?.schemaname ?? ''}.${relation?.relname}`;

/** `UPDATE t SET c = 1`, of all rows, or of those that have nothing there. */
function fillOf([statement, ...others]: readonly SqlStatement[]): Fill | null {
  const update = statement && 'UpdateStmt' in statement.node ? statement.node.UpdateStmt : null;
  if (!update || others.length > 0 || update.fromClause || update.withClause || update.returningClause) return null;
  const [target, ...more] = update.targetList ?? [];
  const column = target && 'ResTarget' in target ? target.ResTarget.name : undefined;
  const tree = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
  if (!column || !tree || more.length > 0 || !isConstant(tree) || !isOfNulls(update.whereClause, column)) return null;
  const value = /\bSET\s+(?:"[^"]+"|\w+)\s*=\s*([\s\S]+?)(?:\s+WHERE\b[^']*)?$/i.exec(statement?.text ?? '')?.[1];
  return value === undefined || value.includes('{{')
    ? null
    : { table: keyOfTable(update.relation), column, value, tree };
}

const isConstant = (tree: Node): boolean =>
  ('A_Const' in tree && tree.A_Const.isnull !== true) ||
  ('TypeCast' in tree && tree.TypeCast.arg !== undefined && isConstant(tree.TypeCast.arg));

function isOfNulls(condition: Node | undefined, column: string): boolean {
  if (!condition) return true;
  if (!('NullTest' in condition) || condition.NullTest.nulltesttype !== 'IS_NULL') return false;
  const arg = condition.NullTest.arg;
  const name = arg && 'ColumnRef' in arg ? arg.ColumnRef.fields?.at(-1) : undefined;
  return name !== undefined && 'String' in name && name.String.sval === column;
}

/** What the statement does to the table, where it is one thing. */
function commandOf({ node }: SqlStatement, { table }: Fill): AlterTableCmd | null {
  if (!('AlterTableStmt' in node) || keyOfTable(node.AlterTableStmt.relation) !== table) return null;
  const [cmd, ...others] = node.AlterTableStmt.cmds ?? [];
  return cmd && others.length === 0 && 'AlterTableCmd' in cmd ? cmd.AlterTableCmd : null;
}

/** The kinds of constraints that the new column has; null where the statement adds another one. */
function adds(statement: SqlStatement, fill: Fill): (string | undefined)[] | null {
  const cmd = commandOf(statement, fill);
  const def = cmd?.subtype === 'AT_AddColumn' && cmd.def && 'ColumnDef' in cmd.def ? cmd.def.ColumnDef : null;
  if (!def || def.colname !== fill.column) return null;
  return (def.constraints ?? []).map((c) => ('Constraint' in c ? c.Constraint.contype : undefined));
}

/** Whether it does nothing but SET NOT NULL. */
function requires({ operation, statements }: Operation, fill: Fill): boolean {
  const [statement, ...others] = statements;
  const cmd = statement && operation.name === 'alter_column' ? commandOf(statement, fill) : null;
  return others.length === 0 && cmd?.subtype === 'AT_SetNotNull' && cmd.name === fill.column;
}

interface Parts {
  readonly added: Operation;
  readonly filling: Operation;
  readonly required: Operation | undefined;
}

function editsOf(
  text: string,
  { added, filling, required }: Parts,
  fill: Fill,
  { around }: Reading,
): readonly TextEdit[] | null {
  const tree = python.parse(text);
  const written = styleOf(text, text.slice(spanOf(added).start, spanOf(added).end));
  const style = written && { ...written, plainNames: around?.convention === null };
  const call = nodeOf(tree, spanOf(added));
  const column = call && callsWithin(call, text).find((c) => isColumn(c, text));
  const update = nodeOf(tree, spanOf(filling));
  const line = update && ownLine(update, text);
  const given = style && defaultText(fill, style);
  if (!style || !column || !line || !given) return null;
  const [schema, table] = fill.table.split('.') as [string, string];
  const args = [table, fill.column].map((name) => literal(name, style));
  const inSchema = schema === '' ? [] : [`schema=${literal(schema, style)}`];
  const drop = callText(`${style.op}.alter_column`, [...args, 'server_default=None', ...inSchema], line.indent, style);
  const edits: (TextEdit | null)[] = [
    ...(required ? [withKeyword(column, text, 'nullable', 'False')] : []),
    withKeyword(column, text, 'server_default', given),
    { from: line.statement.from, to: line.statement.to, inserted: drop },
    ...(required ? [withoutLine(text, nodeOf(tree, spanOf(required)))] : []),
  ];
  return edits.includes(null) ? null : (edits as TextEdit[]);
}

const isColumn = (call: SyntaxNode, text: string): boolean =>
  call.firstChild !== null && /(?:^|\.)Column$/.test(text.slice(call.firstChild.from, call.firstChild.to));

/** A plain string is a value; everything else is SQL. Null where that cannot be said. */
function defaultText({ tree, value }: Fill, style: Style): string | null {
  if ('A_Const' in tree && tree.A_Const.sval) return literal(tree.A_Const.sval.sval ?? '', style);
  return style.sa === null || value.includes(':') ? null : `${style.sa}.text(${literal(value, style)})`;
}

/** With its comment. Null where it shares its lines. */
function withoutLine(text: string, call: SyntaxNode | null): TextEdit | null {
  const line = call && ownLine(call, text);
  return line && { from: line.statement.from - line.indent.length - 1, to: line.end, inserted: '' };
}

/** Whether what was written runs that, and everything else is as it was. */
function fitsIn(
  changed: string,
  before: readonly Operation[],
  { adding, at, required }: { adding: number; at: number; required: Operation | undefined },
  fill: Fill,
  reading: Reading,
): boolean {
  const after = upgradeOf(changed, reading);
  const left = before.filter((o) => o !== required);
  if (after?.length !== left.length) return false;
  return after.every((o, i) => {
    const [statement, ...others] = o.statements;
    if (i !== adding && i !== at)
      return keyOf(o.statements.map((s) => s.key)) === keyOf(left[i]?.statements.map((s) => s.key));
    const cmd = statement && others.length === 0 ? commandOf(statement, fill) : null;
    if (i === at) return cmd?.subtype === 'AT_ColumnDefault' && cmd.name === fill.column && cmd.def === undefined;
    const def = cmd?.def && 'ColumnDef' in cmd.def ? cmd.def.ColumnDef : null;
    const value = def?.constraints?.find((c) => 'Constraint' in c && c.Constraint.contype === 'CONSTR_DEFAULT');
    const kinds = statement ? adds(statement, fill) : null;
    const same = value && 'Constraint' in value && keyOf(value.Constraint.raw_expr) === keyOf(fill.tree);
    return same === true && (required === undefined || kinds?.includes('CONSTR_NOTNULL') === true);
  });
}

/** Statements of SQL as Alembic's operations, where there is one that runs just that; `op.execute()` for all else. */

import { parser as python } from '@lezer/python';
import type { AlterTableCmd, IndexStmt, RangeVar } from '@pgsql/types';
import type { Parser } from '../../../syntax/parser.ts';
import { evaluateRevision } from '../evaluate.ts';
import { callText, literal, type Style, sqlLiteral } from './pythonText.ts';
import { type SqlStatement, statementsIn } from './trees.ts';

/** @param indent of the line that it begins */
export function operationText(statement: SqlStatement, indent: string, style: Style, parser: Parser): string {
  const call = knownCall(statement, style);
  if (call && runs(call.name, call.args, statement, style, parser))
    return callText(`${style.op}.${call.name}`, call.args, indent, style);
  return executeText(statement.text, indent, style);
}

export const executeText = (sql: string, indent: string, style: Style): string =>
  callText(`${style.op}.execute`, [sqlLiteral(sql, style)], indent, style);

interface Call {
  readonly name: string;
  readonly args: readonly string[];
}

function knownCall({ node, text }: SqlStatement, style: Style): Call | null {
  if ('IndexStmt' in node) return createIndex(node.IndexStmt, style);
  if ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_INDEX' && !node.DropStmt.missing_ok) {
    const [object, ...others] = node.DropStmt.objects ?? [];
    if (others.length > 0 || !object || !('List' in object)) return null;
    const names = (object.List.items ?? []).map((n) => ('String' in n ? (n.String.sval ?? '') : ''));
    const [name, schema] = names.reverse();
    const args = [literal(name ?? '', style)];
    if (schema) args.push(`schema=${literal(schema, style)}`);
    if (node.DropStmt.concurrent) args.push('postgresql_concurrently=True');
    return { name: 'drop_index', args };
  }
  if (!('AlterTableStmt' in node)) return null;
  const [cmd, ...more] = node.AlterTableStmt.cmds ?? [];
  const { relation } = node.AlterTableStmt;
  if (!cmd || more.length > 0 || !('AlterTableCmd' in cmd) || !relation) return null;
  return alterTable(relation, cmd.AlterTableCmd, text, style);
}

function alterTable(relation: RangeVar, cmd: AlterTableCmd, text: string, style: Style): Call | null {
  const table = literal(relation.relname ?? '', style);
  const schema = relation.schemaname ? [`schema=${literal(relation.schemaname, style)}`] : [];
  const name = literal(cmd.name ?? '', style);
  // a name that is given has to stay as it is: conventions of the metadata do not touch what op.f marks
  const exact = (constraint: string): string => `${style.op}.f(${literal(constraint, style)})`;
  switch (cmd.subtype) {
    case 'AT_SetNotNull':
      return { name: 'alter_column', args: [table, name, 'nullable=False', ...schema] };
    case 'AT_DropNotNull':
      return { name: 'alter_column', args: [table, name, 'nullable=True', ...schema] };
    case 'AT_DropConstraint':
      return { name: 'drop_constraint', args: [exact(cmd.name ?? ''), table, ...schema] };
    case 'AT_AddConstraint': {
      const constraint = cmd.def && 'Constraint' in cmd.def ? cmd.def.Constraint : null;
      if (constraint?.contype !== 'CONSTR_CHECK' || constraint.conname === undefined) return null;
      const condition = /\bCHECK\s*\(([\s\S]*)\)(\s+NOT\s+VALID)?$/i.exec(text);
      if (!condition) return null;
      const valid = constraint.skip_validation ? ['postgresql_not_valid=True'] : [];
      const args = [exact(constraint.conname), table, sqlLiteral(condition[1] as string, style)];
      return { name: 'create_check_constraint', args: [...args, ...schema, ...valid] };
    }
    default:
      return null;
  }
}

/** Of plain columns only: what else an index may have is left to SQL. */
function createIndex(stmt: IndexStmt, style: Style): Call | null {
  const columns = (stmt.indexParams ?? []).map((p) => ('IndexElem' in p ? (p.IndexElem.name ?? null) : null));
  if (stmt.idxname === undefined || columns.includes(null)) return null;
  const list = `[${columns.map((c) => literal(c as string, style)).join(', ')}]`;
  const args = [literal(stmt.idxname, style), literal(stmt.relation?.relname ?? '', style), list];
  if (stmt.relation?.schemaname) args.push(`schema=${literal(stmt.relation.schemaname, style)}`);
  if (stmt.unique) args.push('unique=True');
  if (stmt.concurrent) args.push('postgresql_concurrently=True');
  return { name: 'create_index', args };
}

/** Whether the call runs that statement and no other. */
function runs(name: string, args: readonly string[], wanted: SqlStatement, style: Style, parser: Parser): boolean {
  const text = `from alembic import op as ${style.op}\n\n\ndef upgrade():\n    ${style.op}.${name}(${args.join(', ')})\n`;
  const [upgrade] = evaluateRevision(text, python.parse(text));
  const [statement, ...others] = upgrade?.operations.flatMap((o) => o.statements) ?? [];
  if (!statement || others.length > 0 || upgrade?.doubts.length !== 0) return false;
  return statementsIn(statement.text, parser)?.[0]?.key === wanted.key;
}

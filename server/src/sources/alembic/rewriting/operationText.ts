/** Statements of SQL as Alembic's operations, where there is one that runs just that; `op.execute()` for all else. */

import { parser as python } from '@lezer/python';
import type { AlterTableCmd, ColumnDef, Constraint, DropStmt, IndexStmt, Node, RangeVar } from '@pgsql/types';
import type { Parser } from '../../../syntax/parser.ts';
import { evaluateRevision } from '../evaluate.ts';
import { pythonType } from './columnCalls.ts';
import { callText, literal, type Style, sqlLiteral } from './pythonText.ts';
import { type SqlStatement, statementsIn } from './trees.ts';

/** What the revision tells of what it creates, by name. */
export interface Made {
  /** Of a constraint: what drop_constraint() calls its kind. */
  readonly kinds: ReadonlyMap<string, string>;
  /** Of an index: its table. */
  readonly tables: ReadonlyMap<string, string>;
}

/** What Postgres names constraints by, where nobody gives a name. */
const endings: readonly (readonly [RegExp, string])[] = [
  [/_fkey\d*$/, 'foreignkey'],
  [/_pkey\d*$/, 'primary'],
  [/_key\d*$/, 'unique'],
  [/_check\d*$/, 'check'],
];

/** @param indent of the line that it begins */
export function operationText(
  statement: SqlStatement,
  indent: string,
  style: Style,
  parser: Parser,
  made?: Made,
): string {
  const call = knownCall(statement, style, made);
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

function knownCall({ node, text }: SqlStatement, style: Style, made: Made | undefined): Call | null {
  if ('IndexStmt' in node) return createIndex(node.IndexStmt, style);
  if ('DropStmt' in node) return dropped(node.DropStmt, style, made);
  if (!('AlterTableStmt' in node)) return null;
  const [cmd, ...more] = node.AlterTableStmt.cmds ?? [];
  const { relation } = node.AlterTableStmt;
  if (!cmd || more.length > 0 || !('AlterTableCmd' in cmd) || !relation) return null;
  return alterTable(relation, cmd.AlterTableCmd, text, style, made);
}

/** Of one table or index. */
function dropped(
  { removeType, missing_ok, objects, behavior, concurrent }: DropStmt,
  style: Style,
  made: Made | undefined,
): Call | null {
  const [object, ...others] = objects ?? [];
  if (missing_ok || behavior === 'DROP_CASCADE' || others.length > 0 || !object || !('List' in object)) return null;
  const names = (object.List.items ?? []).map((n) => ('String' in n ? (n.String.sval ?? '') : ''));
  const [name = '', schema] = names.reverse();
  const inSchema = schema ? [`schema=${literal(schema, style)}`] : [];
  if (removeType === 'OBJECT_TABLE') return { name: 'drop_table', args: [literal(name, style), ...inSchema] };
  if (removeType !== 'OBJECT_INDEX') return null;
  const table = made?.tables.get(name);
  const args = [literal(name, style), ...(table ? [`table_name=${literal(table, style)}`] : []), ...inSchema];
  if (concurrent) args.push('postgresql_concurrently=True');
  return { name: 'drop_index', args };
}

function alterTable(
  relation: RangeVar,
  cmd: AlterTableCmd,
  text: string,
  style: Style,
  made: Made | undefined,
): Call | null {
  const table = literal(relation.relname ?? '', style);
  const schema = relation.schemaname ? [`schema=${literal(relation.schemaname, style)}`] : [];
  const name = literal(cmd.name ?? '', style);
  // a name that is given has to stay as it is: conventions of the metadata do not touch what op.f marks
  const exact = (constraint: string): string =>
    style.plainNames ? literal(constraint, style) : `${style.op}.f(${literal(constraint, style)})`;
  const def = cmd.def;
  switch (cmd.subtype) {
    case 'AT_AddColumn': {
      const column = def && 'ColumnDef' in def && !cmd.missing_ok ? addedColumn(def.ColumnDef, text, style) : null;
      return column === null ? null : { name: 'add_column', args: [table, column, ...schema] };
    }
    case 'AT_DropColumn':
      if (cmd.missing_ok || cmd.behavior === 'DROP_CASCADE') return null;
      return { name: 'drop_column', args: [table, name, ...schema] };
    case 'AT_ColumnDefault': {
      const value = def ? /\bSET\s+DEFAULT\s+([\s\S]+)$/i.exec(text)?.[1] : null;
      if (value === undefined || (value !== null && style.sa === null)) return null;
      const given = value === null ? 'None' : `${style.sa}.text(${sqlLiteral(value, style)})`;
      return { name: 'alter_column', args: [table, name, `server_default=${given}`, ...schema] };
    }
    case 'AT_AlterColumnType': {
      const type = def && 'ColumnDef' in def ? def.ColumnDef.typeName : undefined;
      const python = type && style.sa !== null ? pythonType(type, '', `${style.sa}.`) : null;
      const using = /\bUSING\s+([\s\S]+)$/i.exec(text)?.[1];
      if (python === null || python.startsWith('postgresql.')) return null;
      const by = using === undefined ? [] : [`postgresql_using=${literal(using, style)}`];
      return { name: 'alter_column', args: [table, name, `type_=${python}`, ...by, ...schema] };
    }
    case 'AT_SetNotNull':
      return { name: 'alter_column', args: [table, name, 'nullable=False', ...schema] };
    case 'AT_DropNotNull':
      return { name: 'alter_column', args: [table, name, 'nullable=True', ...schema] };
    case 'AT_DropConstraint':
      return {
        name: 'drop_constraint',
        args: [exact(cmd.name ?? ''), table, ...typeOf(cmd.name ?? '', made, style), ...schema],
      };
    case 'AT_AddConstraint': {
      const constraint = def && 'Constraint' in def ? def.Constraint : null;
      if (!constraint || constraint.conname === undefined) return null;
      const given = exact(constraint.conname);
      if (constraint.contype === 'CONSTR_UNIQUE')
        return {
          name: 'create_unique_constraint',
          args: [given, table, listOf(constraint.keys, style), ...schema],
        };
      if (constraint.contype === 'CONSTR_FOREIGN') return foreignKey(constraint, given, table, relation, style);
      if (constraint.contype !== 'CONSTR_CHECK') return null;
      const condition = /\bCHECK\s*\(([\s\S]*)\)(\s+NOT\s+VALID)?$/i.exec(text);
      if (!condition) return null;
      const valid = constraint.skip_validation ? ['postgresql_not_valid=True'] : [];
      const args = [given, table, sqlLiteral(condition[1] as string, style)];
      return { name: 'create_check_constraint', args: [...args, ...schema, ...valid] };
    }
    default:
      return null;
  }
}

function typeOf(constraint: string, made: Made | undefined, style: Style): string[] {
  const kind = made && (made.kinds.get(constraint) ?? endings.find(([ending]) => ending.test(constraint))?.[1]);
  return kind === undefined ? [] : [`type_=${literal(kind, style)}`];
}

const listOf = (names: readonly Node[] | undefined, style: Style): string =>
  `[${(names ?? []).map((n) => literal('String' in n ? (n.String.sval ?? '') : '', style)).join(', ')}]`;

/** `sa.Column(…)` of a name, a plain type, a default and NOT NULL; null for what has more. */
function addedColumn(
  { colname = '', typeName, constraints = [] }: ColumnDef,
  text: string,
  style: Style,
): string | null {
  const type = typeName && style.sa !== null ? pythonType(typeName, '', `${style.sa}.`) : null;
  if (type === null || type.startsWith('postgresql.')) return null;
  const args = [literal(colname, style), type];
  for (const node of constraints) {
    const kind = 'Constraint' in node ? node.Constraint.contype : undefined;
    if (kind === 'CONSTR_DEFAULT') {
      const value = /\bDEFAULT\s+([\s\S]+?)(?:\s+NOT\s+NULL)?$/i.exec(text)?.[1] ?? '';
      args.push(`server_default=${style.sa}.text(${sqlLiteral(value, style)})`);
    } else if (kind === 'CONSTR_NOTNULL') args.push('nullable=False');
    else return null;
  }
  return `${style.sa}.Column(${args.join(', ')})`;
}

const actions: Readonly<Record<string, string>> = {
  r: 'RESTRICT',
  c: 'CASCADE',
  n: 'SET NULL',
  d: 'SET DEFAULT',
};

function foreignKey(
  { pktable, fk_attrs, pk_attrs, fk_del_action = 'a', fk_upd_action = 'a', skip_validation }: Constraint,
  name: string,
  table: string,
  { schemaname }: RangeVar,
  style: Style,
): Call | null {
  if (!pktable?.relname || !pk_attrs) return null;
  const args = [name, table, literal(pktable.relname, style), listOf(fk_attrs, style), listOf(pk_attrs, style)];
  const [onDelete, onUpdate] = [actions[fk_del_action], actions[fk_upd_action]];
  if (onUpdate) args.push(`onupdate=${literal(onUpdate, style)}`);
  if (onDelete) args.push(`ondelete=${literal(onDelete, style)}`);
  if (schemaname) args.push(`source_schema=${literal(schemaname, style)}`);
  if (pktable.schemaname) args.push(`referent_schema=${literal(pktable.schemaname, style)}`);
  if (skip_validation) args.push('postgresql_not_valid=True');
  return { name: 'create_foreign_key', args };
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

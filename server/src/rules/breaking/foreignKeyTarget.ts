/** The foreign keys that a statement adds, with what the files tell of the table that they refer to. */
import type { AlterTableStmt, Constraint, CreateStmt } from '@pgsql/types';
import { type Column, columnOf, type Relation } from '../../catalog/catalog.ts';
import { nameParts, rangeVarKey } from '../../catalog/names.ts';
import { columnFrom, constraintsOf } from '../../catalog/tableElements.ts';
import type { Span } from '../../syntax/tokens.ts';
import { commandsOf, targetOf } from '../alterTable.ts';
import type { RuleContext } from '../rule.ts';

export interface AddedForeignKey {
  /** The table that gets it, as written. */
  readonly table: string;
  readonly columns: readonly string[];
  /** The table referred to, as written. */
  readonly referencedName: string;
  readonly referenced: Relation;
  /** As listed; empty: its primary key. */
  readonly listed: readonly string[];
  readonly span: Span;
  /** A column of the table that gets it, where the files tell it. */
  column(name: string): Column | undefined;
}

/** Only those of tables that are not the referenced one: its own keys may be made by the same statement. */
export function addedByAlter(stmt: AlterTableStmt, context: RuleContext): AddedForeignKey[] {
  const keys: AddedForeignKey[] = [];
  const added: Column[] = [];
  const retyped = new Set<string>();
  for (const { command } of commandsOf(stmt, context)) {
    const def = command.def;
    if (command.subtype === 'AT_AddColumn' && def && 'ColumnDef' in def) added.push(columnFrom(def.ColumnDef));
    if (command.subtype === 'AT_AlterColumnType') retyped.add(command.name ?? '');
  }
  for (const { command, table, span } of commandsOf(stmt, context)) {
    const def = command.def;
    const column = (name: string) =>
      retyped.has(name) ? undefined : (added.find((c) => c.name === name) ?? columnOf(table.relation, name));
    if (command.subtype === 'AT_AddConstraint' && def && 'Constraint' in def)
      keys.push(...foreignKey(def.Constraint, null, table.key, table.written, column, span, context));
    else if (command.subtype === 'AT_AddColumn' && def && 'ColumnDef' in def && !command.missing_ok)
      for (const constraint of constraintsOf(def.ColumnDef))
        keys.push(
          ...foreignKey(constraint, def.ColumnDef.colname ?? '', table.key, table.written, column, span, context),
        );
  }
  return keys;
}

export function addedByCreate(stmt: CreateStmt, context: RuleContext): AddedForeignKey[] {
  const { before, tokens } = context;
  const table = targetOf(stmt.relation, context);
  if (stmt.if_not_exists && table.relation) return [];
  const keys: AddedForeignKey[] = [];
  const elements = stmt.tableElts ?? [];
  const own = elements.flatMap((e) => ('ColumnDef' in e ? [columnFrom(e.ColumnDef)] : []));
  const parents = (stmt.inhRelations ?? []).length > 0;
  const column = (name: string) => (parents ? undefined : own.find((c) => c.name === name));
  const key = rangeVarKey(stmt.relation, before.session.schema);
  for (const element of elements) {
    const of = 'ColumnDef' in element ? (element.ColumnDef.colname ?? '') : null;
    const constraints =
      'Constraint' in element ? [element.Constraint] : 'ColumnDef' in element ? constraintsOf(element.ColumnDef) : [];
    for (const constraint of constraints) {
      if (constraint.contype !== 'CONSTR_FOREIGN') continue;
      const target = targetOf(constraint.pktable, context);
      const last = tokens.word(target.after) === '(' ? tokens.find([')'], target.after) : target.after - 1;
      const span = tokens.span(tokens.at(constraint.location ?? 0), last);
      keys.push(...foreignKey(constraint, of, key, table.written, column, span, context));
    }
  }
  return keys;
}

function foreignKey(
  constraint: Constraint,
  ofColumn: string | null,
  key: string,
  table: string,
  column: (name: string) => Column | undefined,
  span: Span,
  context: RuleContext,
): AddedForeignKey[] {
  if (constraint.contype !== 'CONSTR_FOREIGN') return [];
  const target = targetOf(constraint.pktable, context);
  if (!target.relation || target.key === key) return [];
  return [
    {
      table,
      columns: ofColumn === null ? nameParts(constraint.fk_attrs) : [ofColumn],
      referencedName: target.written,
      referenced: target.relation,
      listed: nameParts(constraint.pk_attrs),
      span,
      column,
    },
  ];
}

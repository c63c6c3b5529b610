/** ALTER TABLE, subcommand by subcommand; the same for views, indexes, sequences and composite types. */
import type { AlterTableCmd, AlterTableStmt, PartitionCmd } from '@pgsql/types';
import { alterColumn } from './alterColumn.ts';
import { applyAlterComposite } from './applyTypes.ts';
import { columnOf, newRelation, type Relation, relationKey } from './catalog.ts';
import { addColumn } from './columnParts.ts';
import { addConstraint } from './constraintParts.ts';
import { optionsOf } from './expressions.ts';
import { attachIndex } from './indexParts.ts';
import { addInheritor, attachPartition, boundOf, detachPartition, removeInheritor } from './inheritance.ts';
import { rangeVarKey } from './names.ts';
import { change } from './relations.ts';
import { removeColumn, removeConstraint } from './removal.ts';
import type { SchemaWriter } from './schema.ts';
import { inTransaction } from './session.ts';
import { setTriggers } from './triggerParts.ts';

export function applyAlterTable(schema: SchemaWriter, stmt: AlterTableStmt): void {
  if (stmt.objtype === 'OBJECT_TYPE') {
    applyAlterComposite(schema, stmt);
    return;
  }
  const key = rangeVarKey(stmt.relation, schema.session.schema);
  const isTable = stmt.objtype === 'OBJECT_TABLE' || stmt.objtype === 'OBJECT_FOREIGN_TABLE';
  const before = schema.relation(key);
  // whether it is there at all, IF EXISTS leaves open
  if (!before && (!isTable || stmt.missing_ok)) return;
  const relation =
    before ??
    newRelation(stmt.relation?.schemaname ?? schema.session.schema, stmt.relation?.relname ?? '', 'table', false);
  if (!before) schema.setRelation(relation);
  const only = !stmt.relation?.inh;
  // Postgres drops first, whatever the order in which it is written
  const commands = (stmt.cmds ?? []).flatMap((node) => ('AlterTableCmd' in node ? [node.AlterTableCmd] : []));
  for (const command of [...commands].sort((a, b) => pass(a) - pass(b))) applyCommand(schema, key, command, only);
  // what is not known by a single column or constraint stays unknown; it was not dropped
  if (!before && schema.relation(key) === relation) schema.takeBackRelation(key);
}

/** AT_PASS_… of tablecmds.c, as far as the order matters here. */
function pass({ subtype, def }: AlterTableCmd): number {
  switch (subtype) {
    case 'AT_DropColumn':
    case 'AT_DropConstraint':
    case 'AT_DropNotNull':
      return 0;
    case 'AT_AlterColumnType':
      return 1;
    case 'AT_AddColumn':
      return 2;
    case 'AT_AddConstraint': {
      const type = def && 'Constraint' in def ? def.Constraint.contype : '';
      return type === 'CONSTR_PRIMARY' || type === 'CONSTR_UNIQUE' || type === 'CONSTR_EXCLUSION'
        ? 4
        : type === 'CONSTR_FOREIGN'
          ? 5
          : 3;
    }
    default:
      return 6;
  }
}

function applyCommand(schema: SchemaWriter, key: string, command: AlterTableCmd, only: boolean): void {
  const { def, name = '' } = command;
  switch (command.subtype) {
    case 'AT_AddColumn':
      if (def && 'ColumnDef' in def) addColumn(schema, key, def.ColumnDef, only);
      return;
    case 'AT_DropColumn':
      if (columnOf(schema.relation(key), name) || !schema.relation(key)?.complete)
        removeColumn(schema, key, name, only);
      return;
    case 'AT_AddConstraint':
      if (!def || !('Constraint' in def)) return;
      addConstraint(schema, key, def.Constraint, { only });
      if (def.Constraint.skip_validation) trackNotValid(schema, key);
      return;
    case 'AT_ValidateConstraint':
      validate(schema, key, name);
      return;
    case 'AT_AlterConstraint':
      if (def && 'ATAlterConstraint' in def) {
        const { conname, alterDeferrability, deferrable = false, initdeferred = false } = def.ATAlterConstraint;
        if (alterDeferrability)
          change(schema, key, (t) => ({
            ...t,
            constraints: t.constraints.map((c) =>
              c.name === conname ? { ...c, deferrable, initiallyDeferred: initdeferred } : c,
            ),
          }));
      }
      return;
    case 'AT_DropConstraint':
      removeConstraint(schema, key, name, only);
      return;
    case 'AT_EnableRowSecurity':
    case 'AT_DisableRowSecurity': {
      const enabled = command.subtype === 'AT_EnableRowSecurity';
      change(schema, key, (t) => ({ ...t, rowSecurity: { ...t.rowSecurity, enabled } }));
      return;
    }
    case 'AT_ForceRowSecurity':
    case 'AT_NoForceRowSecurity': {
      const forced = command.subtype === 'AT_ForceRowSecurity';
      change(schema, key, (t) => ({ ...t, rowSecurity: { ...t.rowSecurity, forced } }));
      return;
    }
    case 'AT_SetLogged':
    case 'AT_SetUnLogged': {
      const unlogged = command.subtype === 'AT_SetUnLogged';
      change(schema, key, (t) => ({ ...t, unlogged }));
      return;
    }
    case 'AT_SetRelOptions':
    case 'AT_ResetRelOptions':
    case 'AT_ReplaceRelOptions':
      setOptions(schema, key, command);
      return;
    case 'AT_AddInherit':
    case 'AT_DropInherit':
      if (def && 'RangeVar' in def) {
        const parent = rangeVarKey(def.RangeVar, schema.session.schema);
        const child = schema.relation(key);
        if (command.subtype === 'AT_DropInherit') removeInheritor(schema, parent, key);
        else if (child) addInheritor(schema, parent, child);
      }
      return;
    case 'AT_AttachPartition':
    case 'AT_DetachPartition':
      if (def && 'PartitionCmd' in def) applyPartition(schema, key, command.subtype, def.PartitionCmd);
      return;
    default:
      if (!setTriggers(schema, key, command)) alterColumn(schema, key, command, only);
  }
}

function validate(schema: SchemaWriter, key: string, name: string): void {
  const table = schema.relation(key);
  const constraint = table?.constraints.find((c) => c.name === name);
  if (!table || !constraint) return;
  change(schema, key, (t) => ({
    ...t,
    constraints: t.constraints.map((c) => (c.name === name && !c.validated ? { ...c, validated: true } : c)),
    columns:
      constraint.kind === 'not-null'
        ? t.columns.map((c) => (constraint.columns.includes(c.name) ? { ...c, notNull: true } : c))
        : t.columns,
  }));
  for (const child of [...table.partitions, ...table.inheritors]) validate(schema, child, name);
}

/** Which constraints the open transaction has added NOT VALID. Outside a transaction each statement ends its own. */
function trackNotValid(schema: SchemaWriter, key: string): void {
  const name = schema.relation(key)?.constraints.at(-1)?.name;
  if (name && inTransaction(schema.session) === true) schema.markAddedNotValid(key, name);
}

function setOptions(schema: SchemaWriter, key: string, { subtype, def }: AlterTableCmd): void {
  const written = optionsOf(def && 'List' in def ? def.List.items : []);
  const change_ = (options: Readonly<Record<string, string>>): Record<string, string> => {
    const kept = Object.entries(subtype === 'AT_ReplaceRelOptions' ? {} : options).filter(
      ([name]) => !(name in written),
    );
    return Object.fromEntries(subtype === 'AT_ResetRelOptions' ? kept : [...kept, ...Object.entries(written)]);
  };
  change(
    schema,
    key,
    (r): Relation =>
      r.index
        ? { ...r, index: { ...r.index, options: change_(r.index.options) } }
        : { ...r, options: change_(r.options) },
  );
}

function applyPartition(
  schema: SchemaWriter,
  key: string,
  subtype: 'AT_AttachPartition' | 'AT_DetachPartition',
  { name, bound }: PartitionCmd,
): void {
  const child = relationKey(name?.schemaname ?? schema.session.schema, name?.relname ?? '');
  if (schema.relation(key)?.kind === 'index') attachIndex(schema, key, child);
  else if (subtype === 'AT_DetachPartition') detachPartition(schema, key, child);
  else attachPartition(schema, key, child, bound ? boundOf(bound) : { kind: 'default' });
}

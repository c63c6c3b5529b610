/** ALTER TABLE (and VIEW, MATERIALIZED VIEW, INDEX, SEQUENCE, composite TYPE), subcommand by subcommand. */
import type { AlterTableCmd, AlterTableStmt, AlterTableType } from '@pgsql/types';
import { shareUpdateExclusive, triggers } from '../alterTableLocks.ts';
import { addColumn } from './addColumn.ts';
import type { EffectsCollector, LockMode } from './collector.ts';
import { alterColumnType } from './columnType.ts';
import {
  addConstraint,
  dropColumn,
  dropConstraint,
  modesOfAdd,
  setNotNull,
  validateConstraint,
} from './constraints.ts';
import { attachPartition, detachPartition } from './partitions.ts';

/** Subcommands that go down to the partitions and lock them as the table itself. */
const recursing = new Set<AlterTableType>([
  'AT_AddColumn',
  'AT_DropColumn',
  'AT_AlterColumnType',
  'AT_ColumnDefault',
  'AT_SetNotNull',
  'AT_SetStatistics',
  'AT_ValidateConstraint',
  'AT_DropConstraint',
  ...triggers,
]);

/** Subcommands that leave the partitions alone. */
const ownOnly = new Set<AlterTableType>(['AT_ChangeOwner']);

/** Subcommands of which it is not known from the files whether they write the table anew. */
const mayRewrite = new Set<AlterTableType>([
  'AT_SetLogged',
  'AT_SetUnLogged',
  'AT_SetTableSpace',
  'AT_SetAccessMethod',
  'AT_SetExpression',
]);

export function alterTable(effects: EffectsCollector, stmt: AlterTableStmt): void {
  const key = effects.keyOf(stmt.relation);
  const relation = effects.schema.relation(key);
  if (stmt.missing_ok && !relation) {
    effects.unsure();
    return;
  }
  const commands = (stmt.cmds ?? []).flatMap((c) => ('AlterTableCmd' in c ? [c.AlterTableCmd] : []));
  switch (stmt.objtype) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
      break;
    case 'OBJECT_VIEW':
      effects.lock(key, 'AccessExclusiveLock');
      return;
    case 'OBJECT_INDEX':
      for (const command of commands) alterIndex(effects, key, command);
      return;
    case 'OBJECT_MATVIEW':
      for (const command of commands) {
        effects.lock(key, modeOf(command));
        if (mayRewrite.has(subtypeOf(command))) effects.unsure();
      }
      return;
    case 'OBJECT_TYPE':
      effects.lock(key, 'AccessExclusiveLock');
      // tables of the type are altered with it
      if (commands.some((c) => c.behavior === 'DROP_CASCADE')) effects.unsure();
      return;
    default:
      effects.lock(key, 'AccessExclusiveLock');
      effects.unsure();
      return;
  }
  if (relation?.kind === 'index' || relation?.kind === 'sequence') {
    effects.unsure();
    return;
  }
  const only = !stmt.relation?.inh;
  effects.known(key);
  if (relation?.inherited && !only) effects.unsure();
  for (const command of commands) {
    const subtype = subtypeOf(command);
    if (subtype === 'AT_AttachPartition') attachPartition(effects, key, command);
    else if (subtype === 'AT_DetachPartition') detachPartition(effects, key, command);
    else if (subtype === 'AT_DetachPartitionFinalize') {
      effects.lock(key, 'ShareUpdateExclusiveLock');
      effects.unsure();
    } else {
      lockFor(effects, key, command, relation?.kind === 'partitioned' && !only);
      if (only && relation?.kind === 'partitioned' && subtype !== 'AT_ColumnDefault') effects.unsure();
      else work(effects, key, command);
    }
  }
}

const subtypeOf = (command: AlterTableCmd): AlterTableType => command.subtype ?? 'AT_AddColumn';

function lockFor(effects: EffectsCollector, key: string, command: AlterTableCmd, partitioned: boolean): void {
  const subtype = subtypeOf(command);
  if (subtype === 'AT_AddConstraint' && command.def && 'Constraint' in command.def) {
    const { own, partitions } = modesOfAdd(effects, key, command.def.Constraint);
    effects.lock(key, own);
    if (!partitioned) return;
    if (partitions) for (const partition of effects.tree(key).slice(1)) effects.lock(partition, partitions);
    else effects.unsure();
    return;
  }
  effects.lock(key, modeOf(command));
  if (!partitioned || ownOnly.has(subtype)) return;
  if (recursing.has(subtype)) effects.lockTree(key, modeOf(command));
  else effects.unsure();
}

function modeOf(command: AlterTableCmd): LockMode {
  const subtype = subtypeOf(command);
  if (shareUpdateExclusive.has(subtype)) return 'ShareUpdateExclusiveLock';
  if (triggers.has(subtype)) return 'ShareRowExclusiveLock';
  if (subtype === 'AT_SetRelOptions' || subtype === 'AT_ResetRelOptions') {
    const options = command.def && 'List' in command.def ? (command.def.List.items ?? []) : [];
    const strong = options.some((o) => 'DefElem' in o && o.DefElem.defname === 'user_catalog_table');
    return strong ? 'AccessExclusiveLock' : 'ShareUpdateExclusiveLock';
  }
  return 'AccessExclusiveLock';
}

/** What it does beyond the lock on the table. */
function work(effects: EffectsCollector, key: string, command: AlterTableCmd): void {
  const { def } = command;
  const subtype = subtypeOf(command);
  const name = command.name ?? '';
  switch (subtype) {
    case 'AT_AddColumn':
      if (def && 'ColumnDef' in def) addColumn(effects, key, def.ColumnDef, command.missing_ok ?? false);
      return;
    case 'AT_DropColumn':
      dropColumn(effects, key, command);
      return;
    case 'AT_AlterColumnType':
      alterColumnType(effects, key, command);
      return;
    case 'AT_SetNotNull':
      setNotNull(effects, key, name);
      return;
    case 'AT_AddConstraint':
      if (def && 'Constraint' in def) addConstraint(effects, key, def.Constraint);
      return;
    case 'AT_ValidateConstraint':
      validateConstraint(effects, key, name);
      return;
    case 'AT_DropConstraint':
      dropConstraint(effects, key, command);
      return;
    case 'AT_AlterConstraint':
      if (def && 'ATAlterConstraint' in def && def.ATAlterConstraint.alterEnforceability) effects.unsure();
      return;
    case 'AT_AddInherit':
    case 'AT_DropInherit':
      if (def && 'RangeVar' in def)
        effects.lock(
          effects.keyOf(def.RangeVar),
          subtype === 'AT_AddInherit' ? 'ShareUpdateExclusiveLock' : 'AccessShareLock',
        );
      return;
    case 'AT_AddOf':
      // the type's own relation is locked too, under a lock that only DROP TYPE minds
      effects.unsure();
      return;
    default:
      if (mayRewrite.has(subtype)) effects.unsure();
  }
}

function alterIndex(effects: EffectsCollector, key: string, command: AlterTableCmd): void {
  switch (subtypeOf(command)) {
    case 'AT_SetRelOptions':
    case 'AT_ResetRelOptions':
    case 'AT_SetStatistics':
      effects.lock(key, 'ShareUpdateExclusiveLock');
      return;
    case 'AT_SetTableSpace':
      effects.lock(key, 'AccessExclusiveLock');
      effects.unsure();
      return;
    default:
      effects.unsure();
  }
}

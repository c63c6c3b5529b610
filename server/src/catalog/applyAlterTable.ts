/** ALTER TABLE, subcommand by subcommand. */
import type { AlterTableCmd, AlterTableStmt, PartitionCmd } from '@pgsql/types';
import { type Column, type Constraint, newColumn, newRelation, type Relation, relationKey } from './catalog.ts';
import { rangeVarKey, typeNameOf } from './names.ts';
import type { SchemaWriter } from './schema.ts';
import { inTransaction } from './session.ts';
import { columnFrom, constraintFrom, constraintsOf } from './tableElements.ts';

export function applyAlterTable(schema: SchemaWriter, stmt: AlterTableStmt): void {
  if (stmt.objtype !== 'OBJECT_TABLE' && stmt.objtype !== 'OBJECT_FOREIGN_TABLE') return;
  const { schema: path } = schema.session;
  const key = rangeVarKey(stmt.relation, path);
  const known = schema.relation(key);
  let relation: Relation =
    known ?? newRelation(stmt.relation?.schemaname ?? path, stmt.relation?.relname ?? '', 'table', false);
  for (const node of stmt.cmds ?? []) {
    if (!('AlterTableCmd' in node)) continue;
    const command = node.AlterTableCmd;
    relation = applyCommand(relation, command, path);
    trackNotValid(schema, key, command, relation);
    if (command.subtype === 'AT_AttachPartition' || command.subtype === 'AT_DetachPartition')
      relation = applyPartition(schema, relation, key, command);
  }
  if (relation !== known) schema.setRelation(relation);
  for (const node of stmt.cmds ?? []) {
    const def =
      'AlterTableCmd' in node && node.AlterTableCmd.subtype === 'AT_AddInherit' ? node.AlterTableCmd.def : null;
    const parent = def && 'RangeVar' in def ? schema.relation(rangeVarKey(def.RangeVar, path)) : undefined;
    if (parent && !parent.inherited) schema.setRelation({ ...parent, inherited: true });
  }
}

function applyCommand(relation: Relation, command: AlterTableCmd, schema: string): Relation {
  const def = command.def;
  const name = command.name ?? '';
  switch (command.subtype) {
    case 'AT_AddColumn': {
      if (!def || !('ColumnDef' in def)) return relation;
      const column = columnFrom(def.ColumnDef);
      if (relation.columns.some((c) => c.name === column.name)) return relation;
      const constraints = constraintsOf(def.ColumnDef)
        .map((c) => constraintFrom(c, relation.name, column.name, schema))
        .filter((c): c is Constraint => c !== null);
      return {
        ...relation,
        columns: [...relation.columns, column],
        constraints: [...relation.constraints, ...constraints],
      };
    }
    case 'AT_DropColumn':
      return {
        ...relation,
        columns: relation.columns.filter((c) => c.name !== name),
        constraints: relation.constraints.filter((c) => !c.columns.includes(name)),
      };
    case 'AT_AlterColumnType':
      return def && 'ColumnDef' in def
        ? withColumn(relation, name, { type: typeNameOf(def.ColumnDef.typeName) })
        : relation;
    case 'AT_SetNotNull':
      return withColumn(relation, name, { notNull: true });
    case 'AT_DropNotNull':
      return withColumn(relation, name, { notNull: false });
    case 'AT_ColumnDefault':
      return withColumn(relation, name, { hasDefault: def !== undefined });
    case 'AT_AddIdentity':
      return withColumn(relation, name, { hasDefault: true });
    case 'AT_AddConstraint': {
      const constraint =
        def && 'Constraint' in def ? constraintFrom(def.Constraint, relation.name, null, schema) : null;
      if (!constraint) return relation;
      const added = { ...relation, constraints: [...relation.constraints, constraint] };
      return constraint.kind === 'primary' || (constraint.kind === 'not-null' && constraint.validated)
        ? constraint.columns.reduce<Relation>((r, c) => withColumn(r, c, { notNull: true }), added)
        : added;
    }
    case 'AT_ValidateConstraint':
      return {
        ...relation,
        constraints: relation.constraints.map((c) => (c.name === name ? { ...c, validated: true } : c)),
      };
    case 'AT_DropConstraint':
      return { ...relation, constraints: relation.constraints.filter((c) => c.name !== name) };
    default:
      return relation;
  }
}

/** A column that the files never created is remembered from the first thing they say of it. */
function withColumn(relation: Relation, name: string, change: Partial<Column>): Relation {
  const known = relation.columns.some((c) => c.name === name);
  const columns = known
    ? relation.columns.map((c) => (c.name === name ? { ...c, ...change } : c))
    : [...relation.columns, { ...newColumn(name, null), ...change }];
  return { ...relation, columns };
}

/** Which constraints the open transaction has added NOT VALID. Outside a transaction each statement ends its own. */
function trackNotValid(schema: SchemaWriter, key: string, command: AlterTableCmd, relation: Relation): void {
  const def = command.def;
  if (command.subtype !== 'AT_AddConstraint' || !def || !('Constraint' in def) || !def.Constraint.skip_validation)
    return;
  const name = def.Constraint.conname ?? relation.constraints.at(-1)?.name;
  if (name && inTransaction(schema.session) === true) schema.markAddedNotValid(key, name);
}

function applyPartition(schema: SchemaWriter, parent: Relation, parentKey: string, command: AlterTableCmd): Relation {
  const def = command.def;
  if (!def || !('PartitionCmd' in def)) return parent;
  const target = (def.PartitionCmd as PartitionCmd).name;
  const key = relationKey(target?.schemaname ?? schema.session.schema, target?.relname ?? '');
  const attaches = command.subtype === 'AT_AttachPartition';
  const partition = schema.relation(key);
  if (partition) schema.setRelation({ ...partition, partitionOf: attaches ? parentKey : null });
  const others = parent.partitions.filter((p) => p !== key);
  const remaining = parent.defaultPartition === key ? null : parent.defaultPartition;
  return {
    ...parent,
    partitions: attaches ? [...others, key] : others,
    defaultPartition: attaches && def.PartitionCmd.bound?.is_default ? key : remaining,
  };
}

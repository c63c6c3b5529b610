/** Columns as parts of tables: how one is added, with its sequence and its constraints. */
import type { ColumnDef, Constraint as ConstraintNode } from '@pgsql/types';
import { type Column, newRelation, relationKey } from './catalog.ts';
import { type AddOptions, addConstraint } from './constraintParts.ts';
import { nameParts } from './names.ts';
import { freeRelationName } from './objectNames.ts';
import { change, create, withItem } from './relations.ts';
import type { SchemaWriter } from './schema.ts';
import { columnFrom, constraintsOf, withDeferrability } from './tableElements.ts';

/** The sequence of a serial or identity column; to be made before the table's own keys are, as Postgres does. */
export function addSequence(
  schema: SchemaWriter,
  table: { readonly schema: string; readonly name: string; readonly temporary: boolean },
  column: string,
  name: readonly string[] = [],
): string {
  const namespace = name.at(-2) ?? table.schema;
  const chosen = name.at(-1) ?? freeRelationName(schema, namespace, table.name, column, 'seq', false);
  create(schema, {
    ...newRelation(namespace, chosen, 'sequence', true),
    temporary: table.temporary,
    ownedBy: { table: relationKey(table.schema, table.name), column },
  });
  return relationKey(namespace, chosen);
}

/** Null for a column that needs none. */
export function sequenceOf(
  schema: SchemaWriter,
  table: { readonly schema: string; readonly name: string; readonly temporary: boolean },
  column: Column,
  def: ColumnDef,
): string | null {
  if (!column.serial && column.identity === null) return null;
  return addSequence(schema, table, column.name, sequenceName(constraintsOf(def)));
}

/** The name that an identity column's options give. */
export function sequenceName(constraints: readonly ConstraintNode[]): string[] {
  for (const { contype, options } of constraints) {
    if (contype !== 'CONSTR_IDENTITY') continue;
    for (const option of options ?? [])
      if ('DefElem' in option && option.DefElem.defname === 'sequence_name')
        return option.DefElem.arg && 'List' in option.DefElem.arg ? nameParts(option.DefElem.arg.List.items) : [];
  }
  return [];
}

/** ADD COLUMN: nothing happens when the table has it. Partitions and heirs get it too, unless `only`. */
export function addColumn(schema: SchemaWriter, tableKey: string, def: ColumnDef, only: boolean): void {
  const table = schema.relation(tableKey);
  const column = columnFrom(def);
  if (!table || table.columns.some((c) => c.name === column.name)) return;
  const sequence = sequenceOf(schema, table, column, def);
  change(schema, tableKey, (t) => ({
    ...t,
    columns: [...t.columns, column],
    sequences: sequence === null ? t.sequences : withItem(t.sequences, sequence),
  }));
  if (!only) for (const child of [...table.partitions, ...table.inheritors]) inheritColumn(schema, child, column);
  addInOrder(schema, tableKey, withDeferrability(constraintsOf(def)), { column: column.name, created: true, only });
}

function inheritColumn(schema: SchemaWriter, tableKey: string, column: Column): void {
  const table = schema.relation(tableKey);
  if (!table || table.columns.some((c) => c.name === column.name)) return;
  change(schema, tableKey, (t) => ({ ...t, columns: [...t.columns, column] }));
  for (const child of [...table.partitions, ...table.inheritors]) inheritColumn(schema, child, column);
}

/** In the order in which Postgres makes and names them: checks, the primary key, other keys, foreign keys. */
export function addInOrder(
  schema: SchemaWriter,
  tableKey: string,
  constraints: readonly ConstraintNode[],
  options: AddOptions,
): void {
  addAllInOrder(
    schema,
    tableKey,
    constraints.map((node) => ({ node, options })),
  );
}

const rank = ({ contype }: ConstraintNode): number =>
  contype === 'CONSTR_FOREIGN'
    ? 3
    : contype === 'CONSTR_PRIMARY'
      ? 1
      : contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_EXCLUSION'
        ? 2
        : 0;

export function addAllInOrder(
  schema: SchemaWriter,
  tableKey: string,
  constraints: readonly { readonly node: ConstraintNode; readonly options: AddOptions }[],
): void {
  const ordered = [...constraints].sort((a, b) => rank(a.node) - rank(b.node));
  for (const { node, options } of mergedKeys(ordered)) addConstraint(schema, tableKey, node, options);
}

/** UNIQUE on the very columns of a primary key, or said twice, makes one index. */
function mergedKeys(
  constraints: readonly { readonly node: ConstraintNode; readonly options: AddOptions }[],
): { readonly node: ConstraintNode; readonly options: AddOptions }[] {
  const kept: { node: ConstraintNode; options: AddOptions }[] = [];
  for (const { node, options } of constraints) {
    const same =
      rank(node) === 1 || node.contype === 'CONSTR_UNIQUE'
        ? kept.find(
            (k) =>
              (rank(k.node) === 1 || k.node.contype === 'CONSTR_UNIQUE') && keyText(k) === keyText({ node, options }),
          )
        : undefined;
    if (!same) kept.push({ node, options });
    else if (same.node.conname === undefined && node.conname !== undefined)
      same.node = { ...same.node, conname: node.conname };
  }
  return kept;
}

function keyText({ node, options }: { readonly node: ConstraintNode; readonly options: AddOptions }): string {
  const columns = nameParts(node.keys);
  return JSON.stringify([
    columns.length > 0 ? columns : [options.column],
    nameParts(node.including),
    node.nulls_not_distinct ?? false,
    node.deferrable ?? false,
    node.indexname ?? null,
  ]);
}

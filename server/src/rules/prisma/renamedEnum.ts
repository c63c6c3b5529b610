/** An enum in place of a type that the migrations have made, and that no enum of the schema stands for any more. */
import { columnOf, relationKey } from '../../catalog/catalog.ts';
import type { UserType } from '../../catalog/objects.ts';
import { columnThing } from '../../sources/prisma/driftThings.ts';
import type { EnumType } from '../../sources/prisma/model.ts';
import { tableKeyOf, tableOf, typeKeyOf } from './databaseTable.ts';
import { isBeingTyped } from './modelEdits.ts';
import type { ModelRuleContext } from './modelRule.ts';

export interface RenamedEnum {
  readonly old: Extract<UserType, { kind: 'enum' }>;
  /** Whose type changes with it, as `table.column`. */
  readonly columns: readonly string[];
  /** The same columns, as drift names them. */
  readonly things: readonly string[];
}

/** Null where that is not certain: the fields of the enum have had another type, with values that the enum has as well. */
export function renamedEnum(
  type: EnumType,
  { history, schema }: Pick<ModelRuleContext, 'history' | 'schema'>,
): RenamedEnum | null {
  if (!history || type.block.inDoubt || history.type(typeKeyOf(type))) return null;
  const keys = new Set<string>();
  const columns: string[] = [];
  const things: string[] = [];
  for (const model of schema.models) {
    const table = tableOf(model, history);
    if (!table?.complete || table.kind !== 'table' || model.inDoubt || isBeingTyped(model)) continue;
    for (const field of model.fields) {
      const column = field.kind === 'enum' && field.type === type.name ? columnOf(table, field.column) : undefined;
      if (!column?.type) continue;
      keys.add(relationKey(column.type.schema ?? 'public', column.type.name));
      columns.push(`${table.name}.${column.name}`);
      things.push(columnThing(tableKeyOf(model), column.name));
    }
  }
  const [key] = keys;
  const old = keys.size === 1 && key !== undefined ? history.type(key) : undefined;
  if (old?.kind !== 'enum' || !old.complete || old.schema !== (type.databaseSchema ?? 'public')) return null;
  if (schema.enums.some((other) => typeKeyOf(other) === key)) return null;
  const stored = new Set(type.values.map((value) => value.stored));
  return old.values.every((value) => stored.has(value)) ? { old, columns, things } : null;
}

/** A field in place of a column that the migrations have made, and that no field of the model stands for any more. */
import type { Column, Relation } from '../../catalog/catalog.ts';
import { columnTypeOf } from '../../sources/prisma/columnTypes.ts';
import { type EnumType, hasColumn, type Model, type ModelField } from '../../sources/prisma/model.ts';
import { isBeingTyped } from './modelEdits.ts';
import type { ModelRuleContext } from './modelRule.ts';

export interface RenamedField {
  readonly field: ModelField;
  readonly column: Column;
}

/** @param table that the migrations have made of the model */
export function renamedFields(model: Model, table: Relation, context: ModelRuleContext): RenamedField[] {
  if (isBeingTyped(model)) return [];
  const columns = model.fields.filter(hasColumn);
  const gone = table.columns.filter((column) => !columns.some((f) => f.column === column.name) && isOurs(column));
  const added = columns.filter((field) => !table.columns.some((column) => column.name === field.column));
  return added.flatMap((field) => {
    const same = gone.filter((column) => isSameType(field, column, context));
    const [column] = same;
    const rivals = added.filter((other) => column && isSameType(other, column, context));
    // with several, nobody can tell which was meant
    return column && same.length === 1 && rivals.length === 1 ? [{ field, column }] : [];
  });
}

/** Prisma's language has no generated columns: those are of a migration written by hand. */
const isOurs = ({ generated, type }: Column): boolean => generated === null && type !== null;

function isSameType(field: ModelField, { type }: Column, context: ModelRuleContext): boolean {
  if (!type) return false;
  const own = field.kind === 'enum' ? enumType(field, context.schema.enums) : columnTypeOf(field)?.name;
  return own === type.name && type.array === (field.arity === 'list');
}

const enumType = (field: ModelField, enums: readonly EnumType[]): string | undefined =>
  enums.find(({ name }) => name === field.type)?.type;

import type { Column, Relation } from '../../catalog/catalog.ts';
import { columnTypeOf } from '../../sources/prisma/columnTypes.ts';
import type { EnumType } from '../../sources/prisma/model.ts';
import { hasColumn, type ModelField } from '../../sources/prisma/model.ts';
import type { Fix } from '../rule.ts';
import { tableOf } from './databaseTable.ts';
import { addToField, isBeingTyped } from './modelEdits.ts';
import { defineModelRule, type ModelRuleContext } from './modelRule.ts';
import { columnMap, mapped, renameColumn } from './renameInDatabase.ts';

export default defineModelRule({
  id: 'field-rename-drops-column',
  severity: 'warning',
  docs: {
    summary: 'A field that the migrations do not know, in place of a column that the model no longer has.',
    why: 'Prisma compares names. To it a renamed field, or another name in @map, is a column that is gone and one that is new: the next migration drops the column with all its values and adds an empty one.',
    fine: 'The new field has nothing to do with the old column, and that is to go.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html',
  },
  examples: [
    {
      before: 'model User {\n  id   BigInt @id\n  name String?\n}',
      unsafe: 'model User {\n  id       BigInt @id\n  fullName String?\n}',
      safe: 'model User {\n  id       BigInt @id\n  fullName String? @map("name")\n}',
    },
    {
      before: 'model User {\n  id        BigInt @id\n  firstName String? @map("name")\n}',
      unsafe: 'model User {\n  id        BigInt @id\n  firstName String? @map("first_name")\n}',
      safe: 'model User {\n  id        BigInt @id\n  firstName String? @map("name")\n}',
    },
  ],
  model(model, context) {
    const table = tableOf(model, context.history);
    if (!table?.complete || table.kind !== 'table' || model.isView || model.inDoubt) return;
    if (isBeingTyped(model)) return;
    const columns = model.fields.filter(hasColumn);
    const gone = table.columns.filter((column) => !columns.some((f) => f.column === column.name) && isOurs(column));
    const added = columns.filter((field) => !table.columns.some((column) => column.name === field.column));
    for (const field of added) {
      const same = gone.filter((column) => isSameType(field, column, context));
      const [column] = same;
      const rivals = added.filter((other) => column && isSameType(other, column, context));
      // with several, nobody can tell which was meant
      if (!column || same.length !== 1 || rivals.length !== 1) continue;
      context.report(
        model,
        field.member.name ?? field.member,
        `The next migration drops ${table.name}.${column.name} with its values and adds an empty ${field.column}: Prisma does not see that a field was renamed.`,
        `If it is the same column: @map("${column.name}") keeps it; or write ALTER TABLE … RENAME COLUMN in the migration yourself.`,
        [...keepColumn(field, column.name), ...renameColumn(model, table, column.name, field, context)],
      );
    }
  },
});

function keepColumn(field: ModelField, column: string): Fix[] {
  const map = columnMap(field);
  const written = `@map(${JSON.stringify(column)})`;
  const edit = map ? mapped(map, column) : addToField(field, written);
  return edit ? [{ title: `It is the same column: ${written}`, safe: false, edits: [edit] }] : [];
}

/** Prisma's language has no generated columns: those are of a migration written by hand. */
const isOurs = ({ generated, type }: Column): boolean => generated === null && type !== null;

function isSameType(field: ModelField, { type }: Relation['columns'][number], context: ModelRuleContext): boolean {
  if (!type) return false;
  const own = field.kind === 'enum' ? enumType(field, context.schema.enums) : columnTypeOf(field)?.name;
  return own === type.name && type.array === (field.arity === 'list');
}

const enumType = (field: ModelField, enums: readonly EnumType[]): string | undefined =>
  enums.find(({ name }) => name === field.type)?.type;

import { columnThing } from '../../sources/prisma/driftThings.ts';
import type { ModelField } from '../../sources/prisma/model.ts';
import type { Fix } from '../rule.ts';
import { tableKeyOf, tableOf } from './databaseTable.ts';
import { addToField, isBeingTyped } from './modelEdits.ts';
import { defineModelRule } from './modelRule.ts';
import { renamedFields } from './renamedField.ts';
import { columnMap, mapped, renameColumn } from './renameInDatabase.ts';

export default defineModelRule({
  id: 'field-rename-drops-column',
  severity: 'warning',
  ofDrift: true,
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
    for (const { field, column } of renamedFields(model, table, context)) {
      context.report(
        model,
        field.member.name ?? field.member,
        `The next migration drops ${table.name}.${column.name} with its values and adds an empty ${field.column}: Prisma does not see that a field was renamed.`,
        `If it is the same column: @map("${column.name}") keeps it; or write ALTER TABLE … RENAME COLUMN in the migration yourself.`,
        [...keepColumn(field, column.name), ...renameColumn(model, table, column.name, field, context)],
        { tells: [column.name, field.column].map((name) => columnThing(tableKeyOf(model), name)) },
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

import { columnOf } from '../../catalog/catalog.ts';
import { columnThing } from '../../sources/prisma/driftThings.ts';
import { hasColumn } from '../../sources/prisma/model.ts';
import { tableKeyOf, tableOf } from './databaseTable.ts';
import { defineModelRule } from './modelRule.ts';
import { renamedFields } from './renamedField.ts';

/** What Prisma makes itself when a row is created leaves the column without a default in the database. */
export const madeByPrisma: ReadonlySet<string> = new Set(['uuid', 'cuid', 'ulid', 'nanoid']);

export default defineModelRule({
  id: 'required-field-without-default',
  severity: 'warning',
  ofDrift: true,
  docs: {
    summary: 'A new required field without a default that Postgres has, on a table of the migrations.',
    why: 'The next migration is ADD COLUMN … NOT NULL, which fails if the table has any row (23502): there is nothing to put into them. uuid(), cuid() and @updatedAt are no default there: Prisma makes the values itself, when it creates a row.',
    fine: 'The table has no rows where the migration will run.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html',
  },
  examples: [
    {
      before: 'model User {\n  id BigInt @id\n}',
      unsafe: 'model User {\n  id   BigInt @id\n  name String\n}',
      safe: 'model User {\n  id   BigInt @id\n  name String @default("")\n}',
    },
  ],
  model(model, context) {
    const table = tableOf(model, context.history);
    if (!table?.complete || table.kind !== 'table' || model.isView || model.inDoubt) return;
    const renamed = renamedFields(model, table, context);
    for (const field of model.fields) {
      if (!hasColumn(field) || field.arity !== 'required' || field.member.broken) continue;
      if (columnOf(table, field.column)) continue;
      if (field.defaultKind !== null && !madeByPrisma.has(field.defaultKind)) continue;
      // field-rename-drops-column tells of it
      if (renamed.some((other) => other.field === field)) continue;
      const { type } = field.member;
      const made = field.isUpdatedAt ? '@updatedAt' : field.defaultKind ? `${field.defaultKind}()` : null;
      context.report(
        model,
        field.member.name ?? field.member,
        `The next migration fails if ${table.name} has a row: ${field.column} is NOT NULL and ${made ? `${made} is no default in the database` : 'has no default'}.`,
        'Give it a default, or make it optional, fill it, and require it in a later migration.',
        type
          ? [{ title: 'Make it optional', safe: false, edits: [{ start: type.end, end: type.end, newText: '?' }] }]
          : [],
        { tells: [columnThing(tableKeyOf(model), field.column)] },
      );
    }
  },
});

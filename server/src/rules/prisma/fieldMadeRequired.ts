import { columnOf } from '../../catalog/catalog.ts';
import { defaultThing, notNullThing } from '../../sources/prisma/driftThings.ts';
import { hasColumn } from '../../sources/prisma/model.ts';
import { tableKeyOf, tableOf } from './databaseTable.ts';
import { defineModelRule } from './modelRule.ts';

export default defineModelRule({
  id: 'field-made-required',
  severity: 'warning',
  ofDrift: true,
  docs: {
    summary: 'A required field whose column can be null in the migrations.',
    why: 'The next migration is ALTER COLUMN … SET NOT NULL, which fails if a row is null there (23502). A @default does not help: it is for new rows. And while Postgres looks at every row, nobody else can use the table.',
    fine: 'No row is null there, and the table is small.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html',
  },
  examples: [
    {
      before: 'model User {\n  id   BigInt  @id\n  name String?\n}',
      unsafe: 'model User {\n  id   BigInt @id\n  name String @default("")\n}',
      safe: 'model User {\n  id   BigInt  @id\n  name String? @default("")\n}',
    },
  ],
  model(model, context) {
    const table = tableOf(model, context.history);
    if (!table?.complete || table.kind !== 'table' || model.isView || model.inDoubt) return;
    for (const field of model.fields) {
      if (!hasColumn(field) || field.arity !== 'required' || field.member.broken) continue;
      const column = columnOf(table, field.column);
      const isKey = table.constraints.some((c) => c.kind === 'primary' && c.columns.includes(field.column));
      if (!column || column.notNull || isKey || column.type?.array) continue;
      const { type } = field.member;
      context.report(
        model,
        type ?? field.member,
        `The next migration fails if a row of ${table.name} has no ${field.column}: it sets the column NOT NULL, and a default is for new rows only.`,
        'Fill the column in a migration before.',
        type
          ? [{ title: 'Leave it optional', safe: false, edits: [{ start: type.end, end: type.end, newText: '?' }] }]
          : [],
        { tells: [notNullThing, defaultThing].map((thing) => thing(tableKeyOf(model), field.column)) },
      );
    }
  },
});

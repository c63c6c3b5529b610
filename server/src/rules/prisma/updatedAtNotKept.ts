import { hasColumn } from '../../sources/prisma/model.ts';
import { tableOf } from './databaseTable.ts';
import { addToField } from './modelEdits.ts';
import { defineModelRule } from './modelRule.ts';

export default defineModelRule({
  id: 'updated-at-not-kept',
  severity: 'hint',
  docs: {
    summary:
      'A field updatedAt with @default(now()) and without @updatedAt, where other models of the schema have that.',
    why: 'A default is for new rows only: an UPDATE leaves the column as it was, at the time of the creation. @updatedAt makes Prisma write it with every change.',
    fine: 'The program sets it itself, or a trigger does.',
    source: 'https://www.postgresql.org/docs/current/ddl-default.html',
  },
  examples: [
    {
      schema: ['User', 'Team', 'Item']
        .map((name) => `model ${name} {\n  id        BigInt   @id\n  updatedAt DateTime @updatedAt\n}`)
        .join('\n\n'),
      unsafe: 'model Order {\n  id        BigInt   @id\n  updatedAt DateTime @default(now())\n}',
      safe: 'model Order {\n  id        BigInt   @id\n  updatedAt DateTime @default(now()) @updatedAt\n}',
    },
  ],
  model(model, context) {
    if (model.isView || tableOf(model, context.history)?.triggers.some(({ events }) => events.includes('update')))
      return;
    for (const field of model.fields) {
      if (!/^updated_?at$/i.test(field.name) || field.type !== 'DateTime' || !hasColumn(field)) continue;
      if (field.isUpdatedAt || field.defaultKind !== 'now' || field.member.broken) continue;
      const others = context.schema.models.filter((other) => other !== model && !other.isView);
      const kept = others.filter(({ fields }) => fields.some((f) => f.isUpdatedAt)).length;
      if (kept < 3) continue;
      context.report(
        model,
        field.member.name ?? field.member,
        `${field.name} stays at the time of the creation: a default is for new rows, and nothing here writes it later. Other models have @updatedAt.`,
        'Add @updatedAt, unless the program sets it.',
        [{ title: 'Add @updatedAt', safe: false, edits: [addToField(field, '@updatedAt')] }],
      );
    }
  },
});

import type { Model, ModelField, ModelIndex } from '../../sources/prisma/model.ts';
import { argumentOf } from '../../sources/prisma/syntax.ts';
import { quoteIdentifier } from '../edits.ts';
import type { Fix } from '../rule.ts';
import { tableOf } from './databaseTable.ts';
import { addToModel, removal } from './modelEdits.ts';
import { namesOf } from './modelNames.ts';
import { defineModelRule, type ModelRuleContext } from './modelRule.ts';
import { isWithin } from './sameModelIndexes.ts';
import { deletionField } from './softDeletion.ts';

/** What people give to things themselves, and would like to give again. */
const chosen =
  /^(?:\w*_)?(?:e_?mail|user_?name|name|title|slug|handle|login|phone|domain|subdomain|nickname|path|label)$/i;

export default defineModelRule({
  id: 'unique-field-ignores-soft-delete',
  severity: 'information',
  docs: {
    summary: 'A @unique over all rows of a model whose rows are deleted by setting deletedAt.',
    why: 'Rows that count as deleted are still there and still take their value: an account that was deleted keeps its e-mail address from ever being registered again. A unique index WHERE "deletedAt" IS NULL looks at the living rows only. Prisma’s language has it with the preview feature partialIndexes; without that a migration can make it, and the field is then no longer unique to Prisma (no findUnique, no upsert by it).',
    fine: 'A value must never be used again.',
    source: 'https://www.postgresql.org/docs/current/indexes-partial.html',
  },
  examples: [
    {
      unsafe: 'model User {\n  id        BigInt    @id\n  email     String    @unique\n  deletedAt DateTime?\n}',
      safe: 'model User {\n  id        BigInt    @id\n  email     String\n  deletedAt DateTime?\n}',
    },
  ],
  model(model, context) {
    const deleted = deletionField(model);
    if (!deleted || model.isView) return;
    for (const index of model.indexes) {
      if (index.kind !== 'unique' || index.isPartial) continue;
      const fields = index.fields.map(({ field }) => field);
      // what holds another key is unique by that anyway
      if (model.indexes.some((other) => other !== index && other.kind !== 'index' && isWithin(other, index))) continue;
      if (fields.includes(deleted) || !fields.some(isChosen)) continue;
      context.report(
        model,
        index,
        `Rows with ${deleted.name} set still take their ${namesOf(fields)}: it cannot be used again after a row was deleted that way.`,
        `A unique index WHERE ${quoteIdentifier(deleted.column)} IS NULL looks at the other rows only.`,
        context.schema.previewFeatures.includes('partialIndexes')
          ? inSchema(model, index, deleted)
          : inMigrations(model, index, deleted, context),
      );
    }
  },
});

const isChosen = ({ name, type, arity }: ModelField): boolean =>
  type === 'String' && arity !== 'list' && chosen.test(name.replaceAll(/([a-z])([A-Z])/g, '$1_$2'));

/** With the preview feature partialIndexes. */
function inSchema(model: Model, index: ModelIndex, deleted: ModelField): Fix[] {
  const { attribute, of, fields } = index;
  const where = `where: { ${deleted.name}: null }`;
  const title = `Make it unique where ${deleted.name} is null`;
  const last = attribute.args.at(-1);
  if (!of)
    return last ? [{ title, safe: false, edits: [{ start: last.end, end: last.end, newText: `, ${where}` }] }] : [];
  if (attribute.args.length > 0) return [];
  const names = fields.map(({ field }) => field.name).join(', ');
  return [
    {
      title,
      safe: false,
      edits: [removal(model.block, attribute), addToModel(model, `@@unique([${names}], ${where})`)],
    },
  ];
}

/** In migrations of their own: the new index first, so that there is always one. */
function inMigrations(model: Model, index: ModelIndex, deleted: ModelField, context: ModelRuleContext): Fix[] {
  const table = tableOf(model, context.history);
  const old = table && context.history?.relation(`${table.schema}.${index.name}`);
  if (!context.takesFollowUps || !table || !old?.index || old.index.constraint !== null) return [];
  if (argumentOf(index.attribute, 'sort') || index.fields.some((f) => f.descending || f.operatorClass)) return [];
  const name = `${index.name.slice(0, 54).replace(/_key$/, '')}_living`;
  if (context.history?.relation(`${table.schema}.${name}`)) return [];
  const columns = index.fields.map(({ field }) => quoteIdentifier(field.column)).join(', ');
  const on = `${model.databaseSchema ? `${quoteIdentifier(table.schema)}.` : ''}${quoteIdentifier(table.name)}`;
  const oldName = `${model.databaseSchema ? `${quoteIdentifier(table.schema)}.` : ''}${quoteIdentifier(old.name)}`;
  const followUps = [
    {
      name: `unique_${model.table}_${index.fields.map(({ field }) => field.column).join('_')}_living`.toLowerCase(),
      statements: [
        `CREATE UNIQUE INDEX CONCURRENTLY ${quoteIdentifier(name)} ON ${on} (${columns}) WHERE ${quoteIdentifier(deleted.column)} IS NULL`,
      ],
      outsideTransaction: true,
    },
    {
      name: `drop_${old.name}`.toLowerCase(),
      statements: [`DROP INDEX CONCURRENTLY ${oldName}`],
      outsideTransaction: true,
    },
  ];
  const title = `Make it unique WHERE ${deleted.name} is null, in the next migrations`;
  return [{ title, safe: false, edits: [removal(model.block, index.attribute)], followUps }];
}

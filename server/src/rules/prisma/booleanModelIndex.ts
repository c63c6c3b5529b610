import { defineModelRule } from './modelRule.ts';

export default defineModelRule({
  id: 'boolean-model-index',
  severity: 'hint',
  docs: {
    summary: 'An @@index on nothing but a Boolean.',
    why: 'A boolean has two values. For one that many rows have, reading the table is cheaper and the index is not used; yet every write keeps it up to date. A partial index, in a migration of your own, holds only the rows of the rare value.',
    fine: 'One of the values is rare, and only that is looked for.',
    source: 'https://www.postgresql.org/docs/current/indexes-partial.html',
  },
  examples: [
    {
      unsafe: 'model Job {\n  id   BigInt  @id\n  done Boolean\n\n  @@index([done])\n}',
      safe: 'model Job {\n  id       BigInt   @id\n  done     Boolean\n  queuedAt DateTime\n\n  @@index([done, queuedAt])\n}',
    },
  ],
  model(model, context) {
    if (model.isView) return;
    for (const index of model.indexes) {
      const [key, ...others] = index.fields;
      if (index.kind !== 'index' || index.isPartial || !key || others.length > 0) continue;
      if (key.field.type !== 'Boolean' || key.field.arity === 'list') continue;
      context.report(
        model,
        index,
        `An index on ${key.field.name} alone tells two kinds of rows apart: it is used only for a value that few rows have.`,
        'Index what the queries look for besides.',
      );
    }
  },
});

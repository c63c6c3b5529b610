import { removal } from './modelEdits.ts';
import { defineModelRule } from './modelRule.ts';
import { sameWork, writtenIndex } from './sameModelIndexes.ts';

export default defineModelRule({
  id: 'duplicate-model-index',
  severity: 'information',
  docs: {
    summary: 'An @@index on the fields of an @id, a @unique or another @@index.',
    why: 'Postgres makes an index of a primary key and of a unique key itself, and lets any number of equal indexes be made. Queries use one of them; every write has to keep all up to date, and each takes its space.',
    fine: 'While one replaces the other.',
    source: 'https://www.postgresql.org/docs/current/sql-createindex.html',
  },
  examples: [
    {
      unsafe: 'model User {\n  id    BigInt @id\n  email String @unique\n\n  @@index([email])\n}',
      safe: 'model User {\n  id    BigInt @id\n  email String @unique\n}',
    },
  ],
  model(model, context) {
    if (model.isView) return;
    model.indexes.forEach((index, i) => {
      if (index.kind !== 'index') return;
      const other = model.indexes.find((o, k) => o !== index && sameWork(o, index) && (o.kind !== 'index' || k < i));
      if (!other) return;
      context.report(
        model,
        index,
        `${model.name} has this index already: that of ${writtenIndex(other)}.`,
        'Leave this one out: every write would have to keep both up to date.',
        [{ title: 'Leave it out', safe: false, edits: [removal(model.block, index)] }],
      );
    });
  },
});

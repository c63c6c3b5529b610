import { relationKey } from '../../catalog/catalog.ts';
import type { Model, ModelIndex } from '../../sources/prisma/model.ts';
import { tableOf } from './databaseTable.ts';
import { removal } from './modelEdits.ts';
import { defineModelRule, type ModelRuleContext } from './modelRule.ts';
import { isPrefix, sameWork, writtenIndex } from './sameModelIndexes.ts';

export default defineModelRule({
  id: 'redundant-model-index',
  severity: 'information',
  docs: {
    summary: 'An @@index whose fields are the first ones of another index, @@unique or @@id of the model.',
    why: 'A btree index on (a, b) serves what an index on (a) serves: where a = …, ranges of a, order by a. The shorter one is kept up to date by every write and takes its space.',
    fine: 'The further fields are wide or change often, and the shorter index is read so often that its size counts.',
    source: 'https://www.postgresql.org/docs/current/indexes-multicolumn.html',
  },
  examples: [
    {
      unsafe:
        'model Order {\n  id         BigInt   @id\n  customerId BigInt\n  placedAt   DateTime\n\n  @@index([customerId])\n  @@index([customerId, placedAt])\n}',
      safe: 'model Order {\n  id         BigInt   @id\n  customerId BigInt\n  placedAt   DateTime\n\n  @@index([customerId, placedAt])\n}',
    },
  ],
  model(model, context) {
    if (model.isView) return;
    for (const index of model.indexes) {
      const longer = model.indexes.find((other) => isPrefix(index, other) && isWhole(model, other, context));
      // an equal one is told as that
      if (!longer || model.indexes.some((o) => o !== index && sameWork(o, index))) continue;
      context.report(
        model,
        index,
        `These are the first fields of ${writtenIndex(longer)}, whose index serves all that this one would.`,
        'Leave this one out: every write would have to keep both up to date.',
        [{ title: 'Leave it out', safe: false, edits: [removal(model.block, index)] }],
      );
    }
  },
});

/** A migration may have made a partial index of that name. */
function isWhole(model: Model, { name }: ModelIndex, { history }: ModelRuleContext): boolean {
  const table = tableOf(model, history);
  const index = table && history?.relation(relationKey(table.schema, name))?.index;
  return !index || index.where === null;
}

// docs/comparison.md: of none of its statements does pgreview say something wrong, and none that fails, blocks or loses
// something does it leave without a word.
import assert from 'node:assert/strict';
import { verdictOf } from './comparison/answers.ts';
import { ourAnswer } from './comparison/ours.ts';
import { sections } from './comparison/statements.ts';
import { filledShop, inWords, truthOf } from './comparison/truth.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import type { TestDatabase } from './harness/servers.ts';

onEachVersion('comparison', ({ version, server }) => {
  if (version !== 18) return;
  let shop: Promise<TestDatabase>;
  before(() => {
    shop = filledShop(server());
  });
  after(async () => (await shop).drop());

  for (const { title, statements } of sections)
    describe(title, () => {
      for (const compared of statements)
        it(compared.sql, async () => {
          const truth = await truthOf(server(), shop, compared);
          const answer = ourAnswer(compared.sql);
          assert.equal(
            verdictOf(compared, truth, answer),
            'right',
            `${inWords(truth)}\n${JSON.stringify(answer.said)}`,
          );
        });
    });
});

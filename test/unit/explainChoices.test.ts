import assert from 'node:assert/strict';
import { choices, chosenLast, howToExplain } from '../../client/src/explainChoices.ts';

describe('What Explain Query With… offers', () => {
  it('begins with what Analyze does, and then with what was chosen last', () => {
    assert.deepEqual(chosenLast(undefined), ['analyze', 'buffers', 'settings']);
    assert.deepEqual(chosenLast(['serialize', 'analyze']), ['analyze', 'serialize']);
    assert.deepEqual(chosenLast([]), [], 'nothing is a choice as well');
  });

  it('forgets what it does not know', () => {
    assert.deepEqual(chosenLast(['verbose', 'costs', 3, null]), ['verbose']);
    assert.deepEqual(chosenLast('verbose'), ['analyze', 'buffers', 'settings']);
  });

  it('tells ANALYZE from the options', () => {
    assert.deepEqual(howToExplain(['analyze', 'wal']), { analyze: true, options: ['wal'] });
    assert.deepEqual(howToExplain([]), { analyze: false, options: [] });
  });

  it('offers each once', () => {
    assert.equal(new Set(choices.map(({ choice }) => choice)).size, choices.length);
    assert.equal(new Set(choices.map(({ label }) => label)).size, choices.length);
  });
});

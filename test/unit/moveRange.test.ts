import assert from 'node:assert/strict';
import { moveRange, nearestOccurrence } from '../../client/src/moveRange.ts';

const at = (line: number, character: number) => ({ line, character });

describe('moveRange', () => {
  it('moves sideways only what shares the first line', () => {
    const range = { start: at(3, 10), end: at(4, 5) };
    assert.deepEqual(moveRange(range, at(3, 4), at(7, 0)), { start: at(7, 6), end: at(8, 5) });
  });

  it('leaves a range in place when its text did not move', () => {
    const range = { start: at(3, 10), end: at(3, 12) };
    assert.deepEqual(moveRange(range, at(3, 4), at(3, 4)), range);
  });
});

describe('nearestOccurrence', () => {
  const document = 'select 1; select 2; select 1;';

  it('finds the copy that is nearest to where the text was', () => {
    assert.equal(nearestOccurrence(document, 'select 1', 3), 0);
    assert.equal(nearestOccurrence(document, 'select 1', 18), 20);
    assert.equal(nearestOccurrence(document, 'select 1', 20), 20);
  });

  it('is -1 when the text is gone', () => {
    assert.equal(nearestOccurrence(document, 'select 3', 0), -1);
    assert.equal(nearestOccurrence(document, '', 0), -1);
  });
});

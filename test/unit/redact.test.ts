import assert from 'node:assert/strict';
import { withoutPasswords } from '../../client/src/redact.ts';

describe('withoutPasswords', () => {
  it('blanks passwords, whatever characters they have', () => {
    const target = { kind: 'connection', password: 'a "b\\', url: 'postgresql://me@host/shop' };
    for (const text of [JSON.stringify(target), JSON.stringify({ target }, null, 4)]) {
      const logged = withoutPasswords(`Params: ${text}`);
      assert.doesNotMatch(logged, /a \\"b/);
      assert.match(logged, /postgresql:\/\/me@host\/shop/);
      assert.match(logged, /"password": ?"…"/);
    }
  });
});

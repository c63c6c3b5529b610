import assert from 'node:assert/strict';
import { onEachVersion } from './harness/eachVersion.ts';
import { expanded, snippets } from './harness/snippets.ts';
import { audit } from './snippets/audit.ts';
import { auditPartitions } from './snippets/auditPartitions.ts';
import { rowLevelSecurity } from './snippets/rowLevelSecurity.ts';
import { softDelete } from './snippets/softDelete.ts';

const behaviours = [...audit, ...auditPartitions, ...softDelete, ...rowLevelSecurity];

onEachVersion('snippets', ({ version, freshDatabase }) => {
  for (const { prefix, title, from, to, check } of behaviours) {
    if (version < (from ?? 14) || version > (to ?? 18)) continue;
    it(`${prefix} ${title}`, async () => {
      expanded.clear();
      await check(await freshDatabase());
      assert.ok(expanded.has(prefix), `The test does not use ${prefix}.`);
    });
  }
});

describe('snippets', () => {
  it('each have a behaviour that is tested', () => {
    const tested = new Set(behaviours.map(({ prefix }) => prefix));
    assert.deepEqual(
      snippets.map(({ prefix }) => prefix).filter((prefix) => !tested.has(prefix)),
      [],
    );
  });
});

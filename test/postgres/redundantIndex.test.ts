// The fix that drops an index which a longer one makes needless: the migration that it adds runs, back and forth.
import assert from 'node:assert/strict';
import { openProject } from '../harness/project.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { schemaDump } from './harness/schemaDump.ts';

const path = 'm/2_b.sql';
const files = {
  'm/1_a.sql':
    '-- +goose Up\nCREATE TABLE orders (id bigint PRIMARY KEY, "Customer" bigint, at timestamptz);\nCREATE INDEX "Short" ON orders ("Customer");\n',
  'm/2_b.sql':
    '-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY long ON orders ("Customer", at);\n-- +goose Down\nDROP INDEX CONCURRENTLY long;\n',
};

onEachVersion('redundant index', ({ freshDatabase }) => {
  it('is dropped by a migration of its own, which can be undone', async () => {
    const { after } = await openProject(path, files);
    const fixed = after('redundant-index-prefix', /in a migration of its own/);
    const [added] = Object.keys(fixed ?? {}).filter((name) => !Object.hasOwn(files, name));
    assert.ok(fixed && added);
    const [up = '', down = ''] = (fixed[added] ?? '').split('-- +goose Down');
    assert.match(up, /NO TRANSACTION/);
    const client = await (await freshDatabase()).client();
    await client.query(files['m/1_a.sql']);
    await client.query('CREATE INDEX CONCURRENTLY long ON orders ("Customer", at)');
    const before = await schemaDump(client);
    await client.query(up);
    const gone = before.filter((line) => !line.includes('"Short"'));
    assert.deepEqual(await schemaDump(client), gone);
    assert.equal(before.length - gone.length, 2);
    await client.query(down);
    assert.deepEqual(await schemaDump(client), before);
  });
});

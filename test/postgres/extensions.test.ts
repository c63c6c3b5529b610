// What the extensions that come with Postgres bring: types of their own, and no tables or views but such as begin with pg_.
import assert from 'node:assert/strict';
import { extensionsOfTypesOnly, extensionTypes } from '../../server/src/facts/extensions.ts';
import { onEachVersion } from './harness/eachVersion.ts';

onEachVersion('extensions', ({ version, freshDatabase }) => {
  // pgvector is none of Postgres's own
  for (const name of extensionsOfTypesOnly) {
    if (name === 'vector') continue;
    it(name, async () => {
      const client = await (await freshDatabase()).client();
      if (name === 'plpgsql') assert.deepEqual(extensionTypes(name), []);
      else await client.query(`CREATE EXTENSION "${name}" CASCADE`);
      const brought = `SELECT objid FROM pg_depend JOIN pg_extension e ON e.oid = refobjid WHERE deptype = 'e' AND extname = '${name}'`;
      const types = await client.query(
        `SELECT typname FROM pg_type WHERE oid IN (${brought}) AND typtype <> 'c' AND typname !~ '^_' ORDER BY typname`,
      );
      assert.deepEqual(
        types.rows.map((row) => row.typname),
        [...(extensionTypes(name) ?? [])].filter((type) => version > 14 || type !== 'gbtreekey2').sort(),
      );
      const relations = await client.query(
        `SELECT relname FROM pg_class WHERE oid IN (${brought}) AND relkind <> 'c' AND relname !~ '^pg_'`,
      );
      assert.deepEqual(relations.rows, []);
    });
  }
});

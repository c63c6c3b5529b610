// Which types need USING in ALTER COLUMN … TYPE, which can be cast, and which a foreign key cannot compare: every pair.
import assert from 'node:assert/strict';
import type pg from 'pg';
import { canCast, cannotRefer, comparedTypes, needsUsing } from '../../server/src/facts/typeConversion.ts';
import { onEachVersion } from './harness/eachVersion.ts';

const named = (name: string) => ({ schema: null, name, modifiers: [], array: false });

onEachVersion('type conversion', ({ freshDatabase }) => {
  let client: pg.Client;
  before(async () => {
    client = await (await freshDatabase()).client();
    for (const type of comparedTypes) {
      await client.query(`CREATE TABLE of_${type} (value ${type})`);
      // json has no operators to be a key by
      if (type !== 'json') await client.query(`CREATE TABLE keyed_by_${type} (value ${type} PRIMARY KEY)`);
    }
  });

  /** SQLSTATE of the refusal; undefined when it runs. */
  async function refusal(sql: string): Promise<string | undefined> {
    try {
      await client.query(`BEGIN; ${sql}`);
      return undefined;
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      await client.query('ROLLBACK');
    }
  }

  for (const from of comparedTypes)
    it(`from ${from}`, async () => {
      for (const to of comparedTypes) {
        const pair = `${from} to ${to}`;
        const alter = `ALTER TABLE of_${from} ALTER COLUMN value TYPE ${to}`;
        assert.equal(await refusal(alter), needsUsing(named(from), named(to)) ? '42804' : undefined, pair);
        // newer versions may cast more
        if (canCast(named(from), named(to)))
          assert.equal(await refusal(`${alter} USING value::${to}`), undefined, pair);
        if (cannotRefer(named(from), named(to))) {
          const add = `ALTER TABLE of_${from} ADD FOREIGN KEY (value) REFERENCES keyed_by_${to}`;
          assert.equal(await refusal(add), '42804', pair);
        }
      }
    });
});

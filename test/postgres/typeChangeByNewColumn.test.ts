// The fix that changes a type by a new column, on real servers while another session writes: nobody waits for long, and in
// the end the values, the type and the constraints are those that ALTER COLUMN … TYPE itself would have left.
import assert from 'node:assert/strict';
import type pg from 'pg';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { parser } from '../harness/parser.ts';
import { applyFix, reviewSql } from '../harness/review.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { newColumnFixOf } from './harness/newColumnFix.ts';
import { schemaDump } from './harness/schemaDump.ts';

const schema = `
  CREATE TABLE kinds (code integer PRIMARY KEY);
  CREATE TABLE items (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    quantity integer NOT NULL DEFAULT 0,
    kind integer REFERENCES kinds ON DELETE SET NULL,
    serial_number varchar(20) UNIQUE,
    note text
  );
  CREATE INDEX items_quantity ON items (quantity, note);`;

const rows = `
  INSERT INTO kinds SELECT generate_series(1, 10);
  INSERT INTO items (quantity, kind, serial_number) SELECT i, i % 10 + 1, 'n' || i FROM generate_series(1, 3500) i;`;

const changes = [
  'ALTER TABLE items ALTER COLUMN quantity TYPE bigint;',
  'ALTER TABLE items ALTER COLUMN kind TYPE bigint;',
  'ALTER TABLE public.items ALTER serial_number SET DATA TYPE varchar(10);',
  'ALTER TABLE items ALTER COLUMN quantity TYPE numeric(12, 2) USING (items.quantity / 100.0);',
];

onEachVersion('a type change by a new column', ({ freshDatabase }) => {
  async function start() {
    const database = await freshDatabase();
    const client = await database.client();
    await client.query(schema);
    await client.query(rows);
    return { client, writer: await database.client() };
  }

  /** Inserts, updates and deletes until told to stop. @returns how many statements it ran */
  function writing(writer: pg.Client): { stop(): Promise<number> } {
    let stopped = false;
    const done = (async () => {
      let count = 0;
      // a wait would be a failure
      await writer.query("SET lock_timeout = '2s'");
      for (; !stopped; count++) {
        const i = 10_000 + count;
        await writer.query(
          `INSERT INTO items (quantity, kind, serial_number) VALUES (${i}, ${(count % 10) + 1}, 'w${i}')`,
        );
        // each a transaction of its own: one that writes several rows may deadlock with a batch
        await writer.query(`UPDATE items SET quantity = quantity + 1 WHERE serial_number = 'n${(count * 37) % 3500}'`);
        await writer.query(`DELETE FROM items WHERE serial_number = 'n${(count * 11) % 3500}'`);
      }
      return count;
    })();
    return {
      stop: () => {
        stopped = true;
        return done;
      },
    };
  }

  const columnOf = (sql: string): string => /(?:COLUMN|ALTER) (\w+) (?:SET|TYPE)/.exec(sql)?.[1] ?? '';
  const values = async (client: pg.Client, column: string) =>
    (await client.query(`SELECT id, ${column}::text AS value FROM items ORDER BY id`)).rows;

  /** Lines of the schema in which the order of columns does not count. */
  const unordered = async (client: pg.Client) =>
    (await schemaDump(client)).map((line) => line.replace(/^(column \S+) \d+ /, '$1 ')).sort();

  for (const sql of changes) {
    it(`in one file: ${sql}`, async () => {
      const { client, writer } = await start();
      const [finding] = reviewSql(sql, { schema }).filter((f) => f.rule === 'column-type-rewrites-table');
      const fixed = applyFix(sql, finding!);
      const statements = SqlText.of(fixed, parser).statements.filter((s) => s.parsed.kind === 'tree');
      const swap = statements.findIndex((s) => s.body === 'BEGIN');
      const writes = writing(writer);
      for (const { body } of statements.slice(0, swap)) await client.query(body);
      const count = await writes.stop();
      assert.ok(count > 0, 'no write went on beside it');
      await assertSame(client, sql, () =>
        run(
          client,
          statements.slice(swap).map((s) => s.body),
        ),
      );
    });

    it(`in follow-up migrations: ${sql}`, async () => {
      const { client, writer } = await start();
      const { begin, followUps } = newColumnFixOf(sql, schema);
      const [fill, swap] = followUps;
      assert.deepEqual([fill?.outsideTransaction, swap?.outsideTransaction], [true, false]);
      const writes = writing(writer);
      await client.query(`BEGIN; ${begin}; COMMIT`);
      await run(client, fill!.statements);
      await writes.stop();
      await assertSame(client, sql, () => run(client, ['BEGIN', ...swap!.statements, 'COMMIT']));
    });
  }

  async function run(client: pg.Client, statements: readonly string[]): Promise<void> {
    for (const statement of statements) await client.query(statement);
  }

  /** Just before the swap, the statement itself is tried and undone; then the swap must lead to the same. */
  async function assertSame(client: pg.Client, sql: string, swap: () => Promise<void>): Promise<void> {
    const column = columnOf(sql);
    await client.query(`BEGIN; ${sql}`);
    const wanted = await values(client, column);
    await client.query('ROLLBACK');
    await swap();
    assert.deepEqual(await values(client, column), wanted);
    assert.ok(wanted.length > 3000);

    const fresh = await (await freshDatabase()).client();
    await fresh.query(`${schema} ${sql}`);
    assert.deepEqual(await unordered(client), await unordered(fresh));
  }
});

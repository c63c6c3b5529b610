// The histories of examples/ run on every Postgres, and their newest migrations fail where a review says so.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { nextBoundary } from '../../server/src/text/split.ts';
import { onEachVersion } from './harness/eachVersion.ts';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const read = (...path: string[]) => readFileSync(join(examples, ...path), 'utf8');

function statementsOf(sql: string): string[] {
  const statements: string[] = [];
  for (let start = 0; start < sql.length; ) {
    const { bodyStart, bodyEnd, end, kind } = nextBoundary(sql, start);
    if (kind === 'sql') statements.push(sql.slice(bodyStart, bodyEnd));
    start = end;
  }
  return statements;
}

/** Runs a file as psql does: each statement by itself. */
async function run(client: pg.Client, ...path: string[]): Promise<void> {
  for (const statement of statementsOf(read(...path))) await client.query(statement);
}

const numbered = readdirSync(join(examples, 'sql', 'migrations')).sort();
const prisma = readdirSync(join(examples, 'prisma', 'prisma', 'migrations'))
  .filter((name) => /^\d/.test(name))
  .sort();

onEachVersion('examples', ({ freshDatabase }) => {
  it('runs the SQL migrations but the newest, and the seed; each query can be planned', async function () {
    this.timeout(30_000);
    const client = await (await freshDatabase()).client();
    for (const name of numbered.slice(0, -1)) await run(client, 'sql', 'migrations', name);
    await run(client, 'sql', 'seed.sql');
    const { rows } = await client.query(
      'SELECT (SELECT count(*) FROM orders)::int AS orders, sum(total_cents)::int AS total FROM orders',
    );
    assert.equal(rows[0].orders, 4000);
    assert.ok(rows[0].total > 0, 'orders have totals');

    const queries = statementsOf(read('sql', 'queries.sql'));
    assert.equal(queries.length, 10);
    for (const [index, query] of queries.entries()) {
      const names = [...new Set(query.match(/(?<![:\w]):[a-z_]+/g))];
      const positional = query.replace(/(?<![:\w]):[a-z_]+/g, (name) => `$${names.indexOf(name) + 1}`);
      await client.query(`PREPARE q${index} AS ${positional}`);
    }
    await assert.rejects(
      run(client, 'sql', 'migrations', numbered.at(-1)!),
      /CREATE INDEX CONCURRENTLY cannot run inside a transaction block/,
    );
  });

  it('runs the Prisma migrations but the newest, which fails once there is a cart', async () => {
    const client = await (await freshDatabase()).client();
    // Prisma sends a file as one string, which Postgres runs in one transaction.
    for (const name of prisma.slice(0, -1))
      await client.query(read('prisma', 'prisma', 'migrations', name, 'migration.sql'));
    await client.query(`INSERT INTO "Cart" ("id", "updatedAt") VALUES (gen_random_uuid(), now())`);
    await assert.rejects(
      client.query(read('prisma', 'prisma', 'migrations', prisma.at(-1)!, 'migration.sql')),
      /column "channel" of relation "Cart" contains null values/,
    );
  });

  it('has a draft with two syntax errors among four statements', async () => {
    const client = await (await freshDatabase()).client();
    const errors: string[] = [];
    for (const statement of statementsOf(read('sql', 'drafts', 'gift_cards.sql'))) {
      const error = await client.query(statement).then(
        () => null,
        (thrown: Error & { code: string }) => thrown,
      );
      // 42601: syntax_error; the others miss the table that the first would have made.
      if (error && 'code' in error && error.code === '42601') errors.push(error.message);
    }
    assert.deepEqual(errors, ['syntax error at or near ")"', 'syntax error at or near "gift_cards"']);
  });
});

// effectsOf against real servers: every statement of the lists, run in a transaction on tables with rows, locks, rewrites and
// scans what it says. Where it claims to be certain, of tables and views nothing more and nothing less.
import assert from 'node:assert/strict';
import type { Node } from '@pgsql/types';
import { apply } from '../../server/src/catalog/apply.ts';
import { Replay } from '../../server/src/catalog/replay.ts';
import type { SchemaReader } from '../../server/src/catalog/schema.ts';
import { newSession } from '../../server/src/catalog/session.ts';
import { type Effects as Claimed, effectsOf } from '../../server/src/facts/effects.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { parser } from '../harness/parser.ts';
import { schemaAfter } from '../harness/review.ts';
import { ddl, tables } from './harness/ddl.ts';
import { ddlEffects } from './harness/ddlEffects.ts';
import { furtherDdl, furtherTables } from './harness/ddlFurther.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { type Effects, observeOutside } from './harness/effects.ts';

const statements = [...ddl, ...furtherDdl];
const schema = schemaAfter(tables + furtherTables);

const nodeOf = (sql: string): Node => {
  const parsed = SqlText.of(sql, parser).statements[0]?.parsed;
  assert.ok(parsed?.kind === 'tree', sql);
  return parsed.node;
};

/** Enough for statements that are run several times, each time in a database of its own. */
const small = `
  CREATE TABLE orders (id int PRIMARY KEY, code text, quantity int);
  CREATE INDEX orders_code ON orders (code);
  INSERT INTO orders SELECT i, 'c', i FROM generate_series(1, 10) i`;
const smallSchema = schemaAfter(small);

const outside = [
  'VACUUM orders',
  'VACUUM FULL orders',
  'CREATE INDEX CONCURRENTLY i ON orders (quantity)',
  'DROP INDEX CONCURRENTLY orders_code',
];

const refused = [
  'REINDEX INDEX CONCURRENTLY orders_code',
  'REINDEX TABLE CONCURRENTLY orders',
  'ALTER TABLE event DETACH PARTITION event_1 CONCURRENTLY',
  'VACUUM',
  'VACUUM (ANALYZE) orders',
  'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (id)',
  'REINDEX SCHEMA public',
  'REINDEX TABLE event',
  'CLUSTER',
  'CREATE DATABASE fresh',
  'DROP DATABASE IF EXISTS nothing',
  "CREATE TABLESPACE t LOCATION '/nowhere'",
  'DROP TABLESPACE nothing',
  "ALTER SYSTEM SET work_mem = '8MB'",
  'DISCARD ALL',
  'ALTER DATABASE postgres SET TABLESPACE pg_default',
  "CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p",
];

/** Through the replay, as the product asks. */
function claimedFor(sql: string, targetVersion: number, base = schema): Claimed | null {
  const node = nodeOf(sql);
  const replay = new Replay<{ node: Node }>(
    (statement, writer) => apply(writer, statement.node),
    [
      {
        at: 'before',
        concerns: () => true,
        look: (statement, before) => effectsOf(statement.node, before as SchemaReader, targetVersion),
      },
    ],
  );
  replay.update([{ node }], base, newSession('none'));
  return replay.see(0, 0) as Claimed | null;
}

onEachVersion('effectsOf', ({ version, server, freshDatabase }) => {
  let effects: Map<string, Effects>;
  /** Indexes and sequences: claimed where a statement is about them, not looked for elsewhere. */
  let minors: Set<string>;
  const counts = { statements: 0, certain: 0, locks: 0, rewrites: 0, scans: 0 };

  before(async function () {
    this.timeout(120_000);
    effects = await ddlEffects(server());
    const client = await (await freshDatabase()).client();
    await client.query(tables + furtherTables);
    const { rows } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', relnamespace::regnamespace, relname) AS name FROM pg_class WHERE relkind IN ('i', 'I', 'S')`,
    );
    minors = new Set(rows.map((row) => row.name));
  });

  for (const { sql, from = 14, to = 18 } of statements) {
    if (version < from || version > to) continue;
    it(sql, () => {
      const shown = effects.get(sql)!;
      assert.equal(shown.error, undefined, shown.error?.message);
      const claimed = claimedFor(sql, version);
      assert.ok(claimed, 'it says nothing');
      assert.equal(claimed.transaction, true);
      compare(claimed, shown, minors);
      counts.statements++;
      if (claimed.certain) counts.certain++;
      counts.locks += claimed.locks.length;
      counts.rewrites += claimed.rewrites.length;
      counts.scans += claimed.scans.length;
    });
  }

  for (const sql of outside)
    it(`${sql} (not in a transaction)`, async () => {
      const claimed = claimedFor(sql, version, smallSchema);
      assert.equal(claimed?.transaction, false);
      compare(
        claimed,
        await observeOutside(server(), small, sql),
        new Set(['public.orders_code', 'public.orders_pkey']),
      );
    });

  it('knows what is refused in a transaction', async () => {
    const client = await (await freshDatabase()).client();
    await client.query(tables);
    for (const sql of [...refused, ...outside]) {
      assert.equal(claimedFor(sql, version)?.transaction, false, sql);
      await client.query('BEGIN');
      await assert.rejects(client.query(sql), { code: '25001' }, sql);
      await client.query('ROLLBACK');
    }
  });

  it('says most of it for certain', () => {
    console.log(`      ${JSON.stringify(counts)}`);
    assert.ok(counts.statements >= 500, `${counts.statements} statements`);
    assert.ok(counts.certain / counts.statements > 0.75, `${counts.certain} of ${counts.statements}`);
  });
});

function compare(claimed: Claimed, shown: Effects, minors: ReadonlySet<string>): void {
  const held = new Map(shown.locks.map(({ relation, mode }) => [relation, mode]));
  for (const { relation, mode } of claimed.locks) assert.equal(mode, held.get(relation), `its lock on ${relation}`);
  for (const relation of claimed.rewrites) assert.ok(shown.rewrites.includes(relation), `it rewrites ${relation}`);
  for (const relation of claimed.scans) assert.ok(shown.scans.includes(relation), `it scans ${relation}`);
  if (!claimed.certain) return;
  const isTable = (relation: string): boolean => !minors.has(relation);
  assert.deepEqual(claimed.locks.map((l) => l.relation).filter(isTable), [...held.keys()].filter(isTable).sort());
  assert.deepEqual(claimed.rewrites.filter(isTable), shown.rewrites.filter(isTable));
  assert.deepEqual(claimed.scans.filter(isTable), shown.scans.filter(isTable));
}

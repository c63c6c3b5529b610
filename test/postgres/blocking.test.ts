// Whom a lock keeps waiting, mode against mode; and that no statement of the lists makes readers or writers of a relation
// wait without strongLocks telling it.
import assert from 'node:assert/strict';
import { finalSchema } from '../../server/src/catalog/finalSchema.ts';
import { conflict, sqlName, strongLocks } from '../../server/src/facts/blocking.ts';
import { effectsOf, lockModes } from '../../server/src/facts/effects.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { parser } from '../harness/parser.ts';
import { schemaAfter } from '../harness/review.ts';
import { ddl, tables } from './harness/ddl.ts';
import { ddlEffects } from './harness/ddlEffects.ts';
import { furtherTables } from './harness/ddlFurther.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { type Effects, observeOutside } from './harness/effects.ts';

const schema = finalSchema(schemaAfter(tables + furtherTables));
const strong = new Set(['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock']);

/** Enough for statements that are run several times, each time in a database of its own. */
const small = `
  CREATE TABLE orders (id int PRIMARY KEY, code text, quantity int);
  CREATE INDEX orders_code ON orders (code);
  INSERT INTO orders SELECT i, 'c', i FROM generate_series(1, 10) i`;
const smallSchema = finalSchema(schemaAfter(small));

onEachVersion('blocking', ({ version, server, freshDatabase }) => {
  it('conflict() is what the server does, mode against mode', async () => {
    const database = await freshDatabase();
    const [holder, other] = await Promise.all([database.client(), database.client()]);
    await holder.query('CREATE TABLE t (id int)');
    for (const held of lockModes)
      for (const asked of lockModes) {
        await holder.query(`BEGIN; LOCK TABLE t IN ${sqlName(held)} MODE`);
        const asking = other.query(`BEGIN; LOCK TABLE t IN ${sqlName(asked)} MODE NOWAIT`);
        const waits = await asking.then(
          () => false,
          (error: { code: string }) => error.code === '55P03',
        );
        assert.equal(waits, conflict(held, asked), `${held} held, ${asked} asked for`);
        await Promise.all([holder.query('ROLLBACK'), other.query('ROLLBACK')]);
      }
  });

  it('SELECT, SELECT FOR UPDATE, UPDATE, VACUUM and autovacuum take the modes that blocks() goes by', async () => {
    const database = await freshDatabase();
    const [holder, other] = await Promise.all([database.client(), database.client()]);
    await holder.query('CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)');
    const waits = (sql: string) =>
      other.query(`SET lock_timeout = '50ms'; ${sql}`).then(
        () => false,
        (error: { code: string }) => error.code === '55P03',
      );
    for (const [sql, mode] of [
      ['SELECT FROM t', 'AccessShareLock'],
      ['SELECT FROM t FOR UPDATE', 'RowShareLock'],
      ['UPDATE t SET id = 1', 'RowExclusiveLock'],
      ['ANALYZE t', 'ShareUpdateExclusiveLock'],
    ] as const)
      for (const held of ['ShareUpdateExclusiveLock', 'ShareLock', 'ExclusiveLock', 'AccessExclusiveLock'] as const) {
        await holder.query(`BEGIN; LOCK TABLE t IN ${sqlName(held)} MODE`);
        assert.equal(await waits(sql), conflict(held, mode), `${sql} under ${held}`);
        await holder.query('ROLLBACK');
      }
  });

  describe('strongLocks', () => {
    let effects: Map<string, Effects>;
    before(async function () {
      this.timeout(120_000);
      effects = await ddlEffects(server());
    });

    for (const { sql, from, to, unclaimed } of ddl) {
      if (version < (from ?? 14) || version > (to ?? 18)) continue;
      it(sql, () => check(sql, schema, effects.get(sql)!, unclaimed));
    }

    // These cannot run in a transaction.
    for (const sql of ['VACUUM FULL orders', 'VACUUM orders', 'REINDEX INDEX CONCURRENTLY orders_code'])
      it(sql, async () => check(sql, smallSchema, await observeOutside(server(), small, sql)));
  });

  function check(
    sql: string,
    before: typeof schema,
    { locks, error }: Effects,
    unclaimed: readonly string[] = [],
  ): void {
    assert.equal(error, undefined, error?.message);
    const parsed = SqlText.of(sql, parser).statements[0]!.parsed;
    assert.ok(parsed.kind === 'tree');
    const claimed = strongLocks(effectsOf(parsed.node, before, version), before);
    const modes = new Map(locks.map(({ relation, mode }) => [relation, mode]));
    for (const { relation, mode } of claimed) assert.equal(mode, modes.get(relation), `what it says of ${relation}`);
    const said = new Set(claimed.map((lock) => lock.relation));
    const missed = locks.filter(({ relation, mode }) => {
      const kind = before.relation(relation)?.kind;
      if (kind === undefined || kind === 'index' || kind === 'sequence') return false;
      if (kind === 'materialized view' && mode !== 'AccessExclusiveLock') return false;
      return strong.has(mode) && !said.has(relation) && !unclaimed.includes(relation);
    });
    assert.deepEqual(missed, []);
  }
});

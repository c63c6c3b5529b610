// strongLockOf against what a server shows: the lock it names is the one that is held, and it misses none that makes
// readers or writers of a named table wait.
import assert from 'node:assert/strict';
import { strongLockOf } from '../../server/src/facts/strongLock.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { parser } from '../harness/parser.ts';
import { ddl } from './harness/ddl.ts';
import { ddlEffects } from './harness/ddlEffects.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { type Effects, observeOutside } from './harness/effects.ts';

const modes = {
  ShareLock: 'SHARE',
  ShareRowExclusiveLock: 'SHARE ROW EXCLUSIVE',
  ExclusiveLock: 'EXCLUSIVE',
  AccessExclusiveLock: 'ACCESS EXCLUSIVE',
} as const;

/** Enough for statements that are run several times, each time in a database of its own. */
const small = `
  CREATE TABLE orders (id int PRIMARY KEY, code text, quantity int);
  CREATE INDEX orders_code ON orders (code);
  INSERT INTO orders SELECT i, 'c', i FROM generate_series(1, 10) i`;

onEachVersion('strongLockOf', ({ version, server }) => {
  let effects: Map<string, Effects>;
  before(async function () {
    this.timeout(120_000);
    effects = await ddlEffects(server());
  });

  for (const { sql, from, to, unclaimed } of ddl) {
    if (version < (from ?? 14) || version > (to ?? 18)) continue;
    it(sql, () => check(sql, effects.get(sql)!, unclaimed));
  }

  // These cannot run in a transaction.
  for (const sql of ['VACUUM FULL orders', 'VACUUM orders', 'REINDEX INDEX CONCURRENTLY orders_code'])
    it(sql, async () => check(sql, await observeOutside(server(), small, sql)));
});

function check(sql: string, { locks, error }: Effects, unclaimed: readonly string[] = []): void {
  assert.equal(error, undefined, error?.message);
  const blocking = new Map(
    locks.flatMap(({ relation, mode }) => (mode in modes ? [[relation, modes[mode as keyof typeof modes]]] : [])),
  );
  const parsed = SqlText.of(sql, parser).statements[0]!.parsed;
  assert.equal(parsed.kind, 'tree');
  const claimed = parsed.kind === 'tree' ? strongLockOf(parsed.node) : null;
  for (const { schemaname, relname } of claimed?.relations ?? []) {
    const relation = `${schemaname ?? 'public'}.${relname}`;
    assert.equal(claimed!.mode, blocking.get(relation), `what it says of ${relation}`);
  }
  const named = [...blocking.keys()].filter((relation) => !unclaimed.includes(relation));
  if (named.length > 0) assert.notEqual(claimed, null, `it says nothing; held: ${JSON.stringify([...blocking])}`);
}

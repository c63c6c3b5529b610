// strongLockOf against what a server shows: the lock it names is the one that is held, and it misses none that makes
// readers or writers of a named table wait.
import assert from 'node:assert/strict';
import type pg from 'pg';
import { strongLockOf } from '../../server/src/facts/strongLock.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { parser } from '../harness/parser.ts';
import { ddl, tables } from './harness/ddl.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { observeIn } from './harness/effects.ts';

const modes = {
  ShareLock: 'SHARE',
  ShareRowExclusiveLock: 'SHARE ROW EXCLUSIVE',
  ExclusiveLock: 'EXCLUSIVE',
  AccessExclusiveLock: 'ACCESS EXCLUSIVE',
} as const;

onEachVersion('strongLockOf', ({ version, freshDatabase }) => {
  let subject: pg.Client;
  let watcher: pg.Client;
  before(async () => {
    const database = await freshDatabase();
    subject = await database.client();
    watcher = await database.client();
    await watcher.query(tables);
  });

  for (const { sql, from, to, unclaimed } of ddl) {
    if (version < (from ?? 14) || version > (to ?? 18)) continue;
    it(sql, async () => {
      const { locks, error } = await observeIn(subject, watcher, sql);
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
      const named = [...blocking.keys()].filter((relation) => !(unclaimed ?? []).includes(relation));
      if (named.length > 0) assert.notEqual(claimed, null, `it says nothing; held: ${JSON.stringify([...blocking])}`);
    });
  }
});

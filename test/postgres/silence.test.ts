// Neither false alarms nor misses: of many kinds of statements, the lock rules speak of those, and only of those, that read
// or write a whole table on a real server while readers or writers of it have to wait.
import assert from 'node:assert/strict';
import type pg from 'pg';
import { rules } from '../../server/src/rules/index.ts';
import { reviewSql } from '../harness/review.ts';
import { ddl, tables } from './harness/ddl.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { observeIn } from './harness/effects.ts';
import { blockedWork } from './harness/runFile.ts';

const lockRules = new Set(
  rules.filter((r) => r.family === 'locks' && r.id !== 'lock-timeout-missing').map((r) => r.id),
);

/** What makes others wait for a whole table or for its indexes while no rule says so yet. */
const notSaid = [
  'ADD COLUMN amount positive', // a domain with a constraint
  'COLLATE "C"',
  'SET EXPRESSION AS',
  'ADD EXCLUDE',
  'SET UNLOGGED',
  'ATTACH PARTITION',
  'REINDEX',
  'REFRESH MATERIALIZED VIEW',
];

/** New storage, but nothing to read or to write into it. */
const nothingToDo = ['TRUNCATE', 'RESTART'];

onEachVersion('silence', ({ version, freshDatabase }) => {
  let subject: pg.Client;
  let watcher: pg.Client;
  before(async () => {
    const database = await freshDatabase();
    subject = await database.client();
    watcher = await database.client();
    await watcher.query(tables);
  });

  for (const { sql, from, to } of ddl) {
    if (version < (from ?? 14) || version > (to ?? 18)) continue;
    it(sql, async () => {
      const effects = await observeIn(subject, watcher, sql);
      assert.equal(effects.error, undefined);
      const said = reviewSql(sql, { schema: tables, targetVersion: version }).filter((f) => lockRules.has(f.rule));
      const blocked = nothingToDo.some((words) => sql.includes(words)) ? [] : blockedWork([{ sql, effects }]);
      const expected = blocked.length > 0 && !notSaid.some((words) => sql.includes(words));
      assert.equal(said.length > 0, expected, `said: ${said.map((f) => f.message)}\nshown: ${blocked}`);
    });
  }
});

// Neither false alarms nor misses: of many kinds of statements, the lock rules speak of those, and only of those, that read
// or write a whole table on a real server while readers or writers of it have to wait.
import assert from 'node:assert/strict';
import { rules } from '../../server/src/rules/index.ts';
import { reviewSql, schemaAfter } from '../harness/review.ts';
import { ddl, tables } from './harness/ddl.ts';
import { ddlEffects } from './harness/ddlEffects.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import type { Effects } from './harness/effects.ts';
import { blockedWork } from './harness/runFile.ts';

/** Those that are about work under a lock, not about waiting for one. */
const lockRules = new Set(rules.filter((r) => r.family === 'locks' && r.severity === 'warning').map((r) => r.id));

/** New storage, but nothing to read or to write into it; or a lock that only writers mind, where nobody writes. */
const nothingToDo = ['TRUNCATE', 'RESTART', 'REFRESH MATERIALIZED VIEW CONCURRENTLY'];

const schema = schemaAfter(tables);

onEachVersion('silence', ({ version, server }) => {
  let effects: Map<string, Effects>;
  before(async function () {
    this.timeout(120_000);
    effects = await ddlEffects(server());
  });

  for (const { sql, from, to } of ddl) {
    if (version < (from ?? 14) || version > (to ?? 18)) continue;
    it(sql, () => {
      const shown = effects.get(sql)!;
      assert.equal(shown.error, undefined);
      const said = reviewSql(sql, { schema, targetVersion: version }).filter((f) => lockRules.has(f.rule));
      const blocked = nothingToDo.some((words) => sql.includes(words)) ? [] : blockedWork([{ sql, effects: shown }]);
      assert.equal(said.length > 0, blocked.length > 0, `said: ${said.map((f) => f.message)}\nshown: ${blocked}`);
    });
  }
});

// Every quick fix, on real servers with rows in the tables: what it makes of a file runs the way the file's tool runs it,
// ends in the same schema, gets no such finding any more, and reads or writes no whole table while others have to wait.
import assert from 'node:assert/strict';
import type { Wrapping } from '../../server/src/catalog/session.ts';
import { rules } from '../../server/src/rules/index.ts';
import { applyFix, type ReviewSqlOptions, reviewSql } from '../harness/review.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { FilledDatabases, filled } from './harness/filledDatabases.ts';
import { endsAsSafeForm, type FixCase, fixCases, shownByCasesOnly } from './harness/fixCases.ts';
import { blockedWork, runFile } from './harness/runFile.ts';
import { schemaDump } from './harness/schemaDump.ts';
import type { Version } from './harness/servers.ts';
import { needsVector } from './harness/vectorDatabase.ts';

/** Their fixes make others wait for less, but leave the statement that makes them wait. */
const keepsLocks = new Set(['lock-timeout-missing', 'scan-while-locked']);

/** Those of the rules' own examples that have a fix. */
const examples: readonly FixCase[] = rules.flatMap(({ id, examples }) =>
  (shownByCasesOnly.has(id) ? [] : examples)
    .map(({ schema = '', unsafe, safe, from }) => ({ rule: id, schema, sql: unsafe, safe, from: from as Version }))
    // vector.test.ts runs those
    .filter(({ schema }) => !needsVector(schema))
    .filter(({ schema, sql }) => reviewSql(sql, { schema }).some((f) => f.rule === id && f.fixes.length > 0))
    .map(({ safe, ...example }) => ({
      ...example,
      // what cannot run in a transaction has only its safe form to be compared with
      ...(id === 'concurrently-in-transaction' || endsAsSafeForm.has(id) ? { same: safe } : {}),
      ...(keepsLocks.has(id) ? { keepsLocks: true as const } : {}),
    })),
);

onEachVersion('fixes', ({ version, server, freshDatabase }) => {
  const databases = new FilledDatabases();
  after(() => databases.drop());
  const ofItsOwn = async (schema: string) => filled(await freshDatabase(), schema);

  /** The schema after these statements, which are undone where they can be. */
  async function schemaAfter(schema: string, sql: string): Promise<string[]> {
    const undone = !/\b(?:CONCURRENTLY|VACUUM|DISCARD ALL|ADD VALUE)\b/.test(sql);
    const database = undone ? await databases.get(server(), schema) : await ofItsOwn(schema);
    const client = await database.client();
    try {
      if (undone) await client.query(`BEGIN; ${sql.replaceAll(/\b(?:BEGIN|COMMIT|END);/g, '')}`);
      else await runFile(database, sql, 'none');
      return await schemaDump(client);
    } finally {
      if (undone) await client.query('ROLLBACK');
      await client.end();
    }
  }

  const proven = { fixes: 0, rules: new Set<string>() };
  after(() => console.log(`      ${proven.fixes} fixes of ${proven.rules.size} rules proven on Postgres ${version}`));

  for (const { rule, schema, sql, wrapping = 'none', from, same, differs, keepsLocks } of [...examples, ...fixCases]) {
    if (version < (from ?? 14)) continue;
    const options: ReviewSqlOptions = { schema, wrapping, targetVersion: version };
    const findings = reviewSql(sql, options).filter((f) => f.rule === rule && f.fixes.length > 0);
    const title = `${rule}${wrapping === 'none' ? '' : ` (${wrapping})`}: ${sql.trim().replaceAll(/\s+/g, ' ')}`;

    it(title, async () => {
      assert.ok(findings.length > 0, 'there is no fix');
      // "fix all" applies what is called safe
      if (differs || keepsLocks || endsAsSafeForm.has(rule)) assert.ok(!findings.some((f) => f.fixes[0]!.safe));
      const wanted = await schemaAfter(schema, same ?? sql);

      const fixed = fixAll(sql, rule, options);
      const database = await ofItsOwn(schema);
      const seenThere = await runFile(database, fixed, wrapping);
      const got = await schemaDump(await database.client());
      const [without, instead] = differs ?? [[], []];
      assert.deepEqual(
        got.filter((line) => !instead.includes(line)),
        wanted.filter((line) => !without.includes(line)),
        fixed,
      );
      for (const line of without) assert.ok(wanted.includes(line) && !got.includes(line), line);
      for (const line of instead) assert.ok(got.includes(line) && !wanted.includes(line), line);

      proven.fixes++;
      proven.rules.add(rule);
      if (keepsLocks) return;
      // of one string nothing can be seen on the way: the same statements are sent one by one
      const asOneString = wrapping === 'implicit' || wrapping === 'single';
      const seen = asOneString ? await runFile(await ofItsOwn(schema), fixed, seenAs(fixed)) : seenThere;
      assert.deepEqual(blockedWork(seen), [], fixed);
    });
  }
});

const seenAs = (sql: string): Wrapping => (/\bCONCURRENTLY\b/i.test(sql) ? 'none' : 'tool');

/** Applies the first fix of a finding until there is none of the rule left. @throws when that has no end. */
function fixAll(sql: string, rule: string, options: ReviewSqlOptions): string {
  let fixed = sql;
  for (let round = 0; round < 5; round++) {
    const found = reviewSql(fixed, options).filter((f) => f.rule === rule);
    const [first] = found;
    if (!first) return fixed;
    fixed = applyFix(fixed, first, 0);
  }
  throw new Error(`Findings of ${rule} are left:\n${fixed}`);
}

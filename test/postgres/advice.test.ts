import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { indexStatement } from '../../server/src/explain/advice/advice.ts';
import { adviseOn } from '../../server/src/explain/advice/index.ts';
import { type JsonPlan, placeNodes, readNodes } from '../../server/src/explain/plan.ts';
import { type PlanFacts, readPlanFacts } from '../../server/src/explain/planFacts.ts';
import type { PlanFinding } from '../../server/src/protocol.ts';
import type { Parser } from '../../server/src/syntax/parser.ts';
import type { AdviceCase } from './harness/adviceCase.ts';
import { adviceSchema, adviceCases as plainCases } from './harness/adviceCases.ts';
import { indexCases, indexSchema } from './harness/adviceIndexCases.ts';
import { lateSchema, queryCases, querySchema } from './harness/adviceQueryCases.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { testParser } from './harness/explaining.ts';

const adviceCases = [...plainCases, ...indexCases, ...queryCases];

const titleOf = ({ code, silent, sql, set }: AdviceCase): string =>
  `${code ?? `no ${silent}`}: ${sql}${set ? ` (${set.join(', ')})` : ''}`;

onEachVersion('Advice on plans', (postgres) => {
  let client: Client;
  let parser: Parser;
  before(async function () {
    this.timeout(120_000);
    parser = await testParser();
    const database = await postgres.freshDatabase();
    client = await database.client();
    await client.query(`${indexSchema};${querySchema}`);
    // VACUUM runs alone
    for (const part of adviceSchema.split(/(VACUUM ANALYZE;)/)) await client.query(part);
    for (const statement of lateSchema.split(';')) await client.query(statement);
    await client.query('SET jit = off');
    await changesAreCounted();
  });

  /** A session tells what it changed about once a second. */
  async function changesAreCounted(): Promise<void> {
    const seen = "SELECT FROM pg_stat_all_tables WHERE relname = 'changed' AND n_mod_since_analyze >= 30000";
    for (let i = 0; i < 100; i++) {
      if ((await client.query(seen)).rowCount === 1) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.fail('the statistics do not tell of the changes');
  }

  async function asText(text: string): Promise<string[][]> {
    const { rows } = await client.query({ text, rowMode: 'array' });
    return rows.map((row) => row.map((value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))));
  }

  interface Advised {
    readonly plan: JsonPlan;
    readonly findings: PlanFinding[];
    /** What is said where only the plan is known. */
    readonly ofPlanAlone: PlanFinding[];
  }

  /** @param within what is done before it, and undone */
  async function advice({ sql, set = [] }: AdviceCase, within = ''): Promise<Advised> {
    await client.query('BEGIN');
    try {
      await client.query(within);
      for (const setting of set) await client.query(`SET LOCAL ${setting}`);
      const { rows } = await client.query(`EXPLAIN (ANALYZE, BUFFERS, SETTINGS, FORMAT JSON) ${sql}`);
      const [plan] = rows[0]['QUERY PLAN'] as [JsonPlan];
      const facts = await readPlanFacts({ query: asText }, plan);
      assert.ok(facts, 'the server was not understood');
      const advised = (about: { facts: PlanFacts | null; sql: string }): PlanFinding[] => {
        const placed = placeNodes(plan.Plan);
        return adviseOn(plan, placed, readNodes(placed), parser, about);
      };
      return { findings: advised({ facts, sql }), ofPlanAlone: advised({ facts: null, sql: '' }), plan };
    } finally {
      await client.query('ROLLBACK');
    }
  }

  const known = new Map<AdviceCase, Advised>();
  /** As it was first, before anything was mended. */
  async function firstAdvice(each: AdviceCase): Promise<Advised> {
    const advised = known.get(each) ?? (await advice(each));
    known.set(each, advised);
    return advised;
  }

  const textOf = (findings: readonly PlanFinding[], plan: JsonPlan): string =>
    `${findings.map(({ code, message, help }) => `${code}: ${message} ${help}`).join('\n')}\n${JSON.stringify(plan, null, 1)}`;

  const has = (findings: readonly PlanFinding[], code: string | null | undefined): boolean =>
    findings.some((finding) => finding.code === code);

  for (const each of adviceCases) {
    it(titleOf(each), async () => {
      const { findings, ofPlanAlone, plan } = await firstAdvice(each);
      const told = textOf(findings, plan);
      if (each.code === null) {
        assert.ok(!has(findings, each.silent), told);
        if (!each.plainPlanMisleads)
          assert.ok(!has(ofPlanAlone, each.silent), `of the plan alone: ${textOf(ofPlanAlone, plan)}`);
        return;
      }
      const found = findings.find(({ code }) => code === each.code);
      assert.ok(found, `nothing of ${each.code} in\n${told}`);
      if (each.noIndex) assert.equal(found.index, undefined, told);
      if (each.says) assert.match(`${found.message} ${found.help}`, each.says);
      // what is proposed without the server's word is proposed with it as well
      const alone = ofPlanAlone.find(({ code }) => code === each.code);
      if (alone?.index && !each.noIndex) assert.ok(found.index, `of the plan alone: ${textOf(ofPlanAlone, plan)}`);
    });
  }

  it('names the memory that would do', async function () {
    this.timeout(180_000);
    const named = /work_mem = '(\d+[MG]B)'/;
    let tried = 0;
    for (const each of adviceCases.filter(({ code }) => code !== null)) {
      const { findings } = await firstAdvice(each);
      const setting = named.exec(findings.find(({ code }) => code === each.code)?.help ?? '')?.[1];
      if (!setting) continue;
      tried++;
      const set = [...(each.set ?? []).filter((s) => !s.startsWith('work_mem')), `work_mem = '${setting}'`];
      const after = await advice({ ...each, set });
      assert.ok(!has(after.findings, each.code), `${each.sql} with ${setting}: ${textOf(after.findings, after.plan)}`);
    }
    assert.ok(tried > 5, `${tried}`);
  });

  it('proposes indexes that Postgres takes, and that mend what was told', async function () {
    this.timeout(180_000);
    for (const each of adviceCases.filter(({ code }) => code !== null)) {
      const { findings } = await firstAdvice(each);
      const found = findings.find(({ code, index }) => code === each.code && index);
      if (!found?.index) continue;
      await client.query(indexStatement(found.index).replace('CONCURRENTLY', 'proposed'));
      try {
        await client.query(`ANALYZE ${found.index.table}`);
        const after = await advice(each);
        assert.ok(!has(after.findings, each.code), `${each.sql}: ${indexStatement(found.index)}`);
      } finally {
        const { rows } = await client.query(
          "SELECT format('DROP INDEX %s', oid::regclass) AS sql FROM pg_class WHERE relname = 'proposed'",
        );
        await client.query(rows[0].sql);
      }
    }
  });

  for (const each of adviceCases.filter(({ mendedByHelp }) => mendedByHelp))
    it(`is mended by what it says: ${titleOf(each)}`, async () => {
      const { findings } = await firstAdvice(each);
      const help = findings.find(({ code }) => code === each.code)?.help ?? '';
      const statements = /(?:CREATE STATISTICS [^;]+; )?ANALYZE \w+/.exec(help)?.[0];
      assert.ok(statements, help);
      const after = await advice(each, statements);
      assert.ok(!has(after.findings, each.code), textOf(after.findings, after.plan));
    });

  for (const each of adviceCases.filter(({ instead }) => instead))
    it(`is gone when the statement is written as it says: ${titleOf(each)}`, async () => {
      const sql = each.instead ?? '';
      const after = await advice({ ...each, sql });
      assert.ok(!has(after.findings, each.code), textOf(after.findings, after.plan));
      const rowsOf = async (text: string): Promise<string> => {
        await client.query('BEGIN');
        for (const setting of each.set ?? []) await client.query(`SET LOCAL ${setting}`);
        const { rows } = await client.query(
          `SELECT md5(string_agg(x::text, ',' ORDER BY x::text)) AS all FROM (${text}) x`,
        );
        await client.query('ROLLBACK');
        return rows[0].all;
      };
      assert.equal(await rowsOf(sql), await rowsOf(each.sql));
    });

  // last: these stay
  for (const each of adviceCases.filter(({ mend }) => mend))
    it(`is mended by ${each.mend}: ${titleOf(each)}`, async () => {
      await client.query(each.mend ?? '');
      const after = await advice(each);
      assert.ok(!has(after.findings, each.code), textOf(after.findings, after.plan));
    });
});

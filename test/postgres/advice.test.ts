import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { indexStatement } from '../../server/src/explain/advice/advice.ts';
import { adviseOn } from '../../server/src/explain/advice/index.ts';
import { type JsonPlan, placeNodes, readNodes } from '../../server/src/explain/plan.ts';
import { readPlanFacts } from '../../server/src/explain/planFacts.ts';
import type { PlanFinding } from '../../server/src/protocol.ts';
import type { Parser } from '../../server/src/syntax/parser.ts';
import type { AdviceCase } from './harness/adviceCase.ts';
import { adviceSchema, adviceCases as plainCases } from './harness/adviceCases.ts';
import { indexCases, indexSchema } from './harness/adviceIndexCases.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { testParser } from './harness/explaining.ts';

const adviceCases = [...plainCases, ...indexCases];

onEachVersion('Advice on plans', (postgres) => {
  let client: Client;
  let parser: Parser;
  before(async function () {
    this.timeout(120_000);
    parser = await testParser();
    const database = await postgres.freshDatabase();
    client = await database.client();
    // VACUUM runs alone
    await client.query(indexSchema);
    for (const part of adviceSchema.split(/(VACUUM ANALYZE;)/)) await client.query(part);
    // no VACUUM has seen these rows
    await client.query(
      'CREATE TABLE unvacuumed (id int PRIMARY KEY) WITH (autovacuum_enabled = off); INSERT INTO unvacuumed SELECT generate_series(1, 60000); ANALYZE unvacuumed',
    );
    await client.query('SET jit = off');
  });

  async function asText(text: string): Promise<string[][]> {
    const { rows } = await client.query({ text, rowMode: 'array' });
    return rows.map((row) => row.map((value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))));
  }

  async function advice({ sql, set = [] }: AdviceCase): Promise<{ findings: PlanFinding[]; plan: JsonPlan }> {
    await client.query('BEGIN');
    try {
      for (const setting of set) await client.query(`SET LOCAL ${setting}`);
      const { rows } = await client.query(`EXPLAIN (ANALYZE, BUFFERS, SETTINGS, FORMAT JSON) ${sql}`);
      const [plan] = rows[0]['QUERY PLAN'] as [JsonPlan];
      const placed = placeNodes(plan.Plan);
      const facts = await readPlanFacts({ query: asText }, plan);
      assert.ok(facts, 'the server was not understood');
      return { findings: adviseOn(plan, placed, readNodes(placed), parser, { facts, sql }), plan };
    } finally {
      await client.query('ROLLBACK');
    }
  }

  for (const each of adviceCases) {
    const settings = each.set ? ` (${each.set.join(', ')})` : '';
    it(`${each.code ?? `no ${each.silent}`}: ${each.sql}${settings}`, async () => {
      const { findings, plan } = await advice(each);
      const told = `${findings.map(({ code, message, help }) => `${code}: ${message} ${help}`).join('\n')}\n${JSON.stringify(plan, null, 1)}`;
      if (each.code === null) {
        assert.ok(!findings.some(({ code }) => code === each.silent), told);
        return;
      }
      const found = findings.find(({ code }) => code === each.code);
      assert.ok(found, `nothing of ${each.code} in\n${told}`);
      if (each.noIndex) assert.equal(found.index, undefined, told);
      if (each.says) assert.match(`${found.message} ${found.help}`, each.says);
    });
  }

  it('names the memory that a sort and a hash table need', async () => {
    const spilling = adviceCases.filter(({ says }) => says?.source.includes('work_mem') || says?.source === 'batches');
    assert.ok(spilling.length > 1);
    for (const each of spilling) {
      const { findings } = await advice(each);
      const setting = /work_mem = '(\d+[MG]B)'/.exec(findings.find(({ code }) => code === each.code)?.help ?? '')?.[1];
      assert.ok(setting, each.sql);
      const set = [...(each.set ?? []).filter((s) => !s.startsWith('work_mem')), `work_mem = '${setting}'`];
      const after = await advice({ ...each, set });
      assert.ok(!after.findings.some(({ code }) => code === each.code), `${each.sql} with ${setting}`);
    }
  });

  it('proposes indexes that Postgres takes, and that mend what was told', async () => {
    for (const each of adviceCases.filter(({ code }) => code !== null)) {
      const { findings } = await advice(each);
      const found = findings.find(({ code, index }) => code === each.code && index);
      if (!found?.index) continue;
      await client.query(indexStatement(found.index).replace('CONCURRENTLY', 'proposed'));
      try {
        await client.query(`ANALYZE ${found.index.table}`);
        const after = await advice(each);
        assert.ok(
          !after.findings.some(({ code }) => code === each.code),
          `${each.sql}: ${indexStatement(found.index)}`,
        );
      } finally {
        const { rows } = await client.query(
          "SELECT format('DROP INDEX %s', oid::regclass) AS sql FROM pg_class WHERE relname = 'proposed'",
        );
        await client.query(rows[0].sql);
      }
    }
  });
});

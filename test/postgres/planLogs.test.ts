// Plans in the logs of real servers with auto_explain: each of its formats, in each kind of log.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { readPlans } from '../../server/src/explain/formats/index.ts';
import { type JsonPlan, placeNodes } from '../../server/src/explain/plan.ts';
import { planSchema } from './harness/planShapes.ts';
import { serverOfItsOwn, type TestServer, testedVersions } from './harness/servers.ts';

const formats = ['text', 'json', 'yaml', 'xml'] as const;
const prefixes = ['%m [%p] ', '%t:%r:%u@%d:[%p]: ', '', '%m [%p] %q%u@%d/%a <%c> '];

const queries = [
  `SELECT c.country, count(*) FROM orders o JOIN customers c ON c.id = o.customer_id
WHERE o.total > 3 GROUP BY 1 ORDER BY 2 -- [a comment]: {"x": "y"}`,
  "SELECT * FROM customers WHERE name <> 'a ''\n[\n\ttab, LOG:  and \"quotes\", ä' LIMIT 3",
  'WITH big AS MATERIALIZED (SELECT * FROM orders WHERE total > 50) SELECT (SELECT max(total) FROM orders), count(*) FROM big',
];

for (const version of testedVersions)
  describe(`Plans in the logs of auto_explain (Postgres ${version})`, function () {
    this.timeout(120_000);
    let server: TestServer;
    let client: Client;
    let folder: string;
    before(async () => {
      server = await serverOfItsOwn(version, {
        logging_collector: 'on',
        log_directory: '.',
        log_filename: 'server.log',
        log_destination: version >= 15 ? 'stderr,csvlog,jsonlog' : 'stderr,csvlog',
        log_min_messages: 'warning',
      });
      client = await server.connect();
      await client.query(planSchema);
      await client.query(`
        LOAD 'auto_explain';
        SET auto_explain.log_analyze = on;
        SET auto_explain.log_buffers = on;
        SET auto_explain.log_nested_statements = on;
        SET auto_explain.log_verbose = on;
        CREATE FUNCTION nested(int) RETURNS bigint LANGUAGE plpgsql AS
          $$ BEGIN RETURN (SELECT count(*) FROM orders WHERE customer_id = $1); END $$;`);
      const { rows } = await client.query('SHOW data_directory');
      folder = rows[0].data_directory as string;
    });
    after(() => client.end());

    /** What the logs have more once a query has run: the collector writes a little later. */
    async function logged(run: () => Promise<unknown>): Promise<Map<string, string>> {
      const files = ['server.log', 'server.csv', ...(version >= 15 ? ['server.json'] : [])];
      const read = () => Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
      const before = await read();
      await client.query('SET auto_explain.log_min_duration = 0');
      await run();
      await client.query('SET auto_explain.log_min_duration = -1');
      await client.query("DO $$ BEGIN RAISE LOG 'the end of it'; END $$");
      for (const deadline = Date.now() + 10_000; ; ) {
        const more = (await read()).map((text, i) => text.slice(before[i]?.length));
        if (more.every((text) => text.includes('the end of it')))
          return new Map(more.map((text, i) => [files[i] as string, text]));
        if (Date.now() > deadline) throw new Error(`not logged within 10 s: ${more.join('\n')}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }

    const shape = (plan: JsonPlan | undefined): unknown =>
      plan && placeNodes(plan.Plan).map(({ parent, json }) => [parent, json['Node Type'], json.Alias ?? null]);

    for (const [i, format] of formats.entries())
      it(`as ${format}, in each kind of log`, async () => {
        await client.query(`SET auto_explain.log_format = ${format}`);
        await client.query(`ALTER SYSTEM SET log_line_prefix = '${prefixes[i]}'`);
        await client.query('SELECT pg_reload_conf()');
        for (const sql of queries) {
          const { rows } = await client.query({ text: `EXPLAIN (FORMAT JSON) ${sql}`, rowMode: 'array' });
          const expected = shape((rows as [JsonPlan[]][])[0]?.[0]?.[0]);
          const logs = await logged(() => client.query(sql));
          let first: unknown;
          for (const [file, text] of logs) {
            const plans = readPlans(text);
            assert.equal(plans.length, 1, `${file}:\n${text}`);
            const [plan] = plans;
            assert.deepEqual(shape(plan), expected, `${file}:\n${text}`);
            assert.equal(plan?.['Query Text'], sql, file);
            assert.ok((plan?.Plan['Actual Loops'] ?? 0) > 0 && plan?.Plan['Shared Hit Blocks'] !== undefined, file);
            first ??= plan;
            assert.deepEqual(plan, first, `${file} says the same as ${[...logs.keys()][0]}`);
          }
        }
      });

    it('each statement that a function ran, with its values', async () => {
      for (const format of formats) {
        await client.query(`SET auto_explain.log_format = ${format}`);
        const logs = await logged(() => client.query('SELECT nested($1)', [7]));
        for (const [file, text] of logs) {
          const plans = readPlans(text);
          assert.deepEqual(
            plans.map((plan) => plan['Query Text']),
            [
              /* nested first: it ends first */ '(SELECT count(*) FROM orders WHERE customer_id = $1)',
              'SELECT nested($1)',
            ],
            `${format} in ${file}:\n${text}`,
          );
          const [inner, outer] = plans;
          assert.equal(outer?.['Query Parameters'], version >= 16 ? "$1 = '7'" : undefined, `${file}\n${text}`);
          assert.match(JSON.stringify(inner?.Plan), /customer_id/);
        }
      }
    });
  });

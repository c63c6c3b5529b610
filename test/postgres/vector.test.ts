// The rules about pgvector: what they say, their facts and their fixes, on a real Postgres with the extension.
import assert from 'node:assert/strict';
import {
  columnDimensions,
  distanceOperators,
  indexedDimensions,
  operatorOfClass,
  type VectorMethod,
  type VectorType,
  vectorOperatorClasses,
  vectorParameters,
} from '../../server/src/facts/pgvector.ts';
import { rules } from '../../server/src/rules/index.ts';
import { applyFix, reviewSql } from '../harness/review.ts';
import { needsVector, startVectorServer, type VectorServer } from './harness/vectorDatabase.ts';
import { indexesProofs } from './proofs/indexes.ts';
import { isClaim } from './proofs/proof.ts';

describe('pgvector', function () {
  this.timeout(120_000);
  let server: VectorServer;
  before(async () => {
    server = await startVectorServer();
  });
  after(() => server.stop());
  const withSchema = async (schema: string) => {
    const client = await server.client();
    await client.query(schema);
    return client;
  };

  describe('the examples of the rules', () => {
    for (const { id, examples } of rules)
      examples.forEach(({ schema = '', unsafe, safe }, i) => {
        if (!needsVector(schema)) return;
        it(`${id}: ${unsafe.replaceAll('\n', ' ')}`, async () => {
          const proof = indexesProofs[id]?.[i];
          assert.ok(proof && isClaim(proof), 'what it does has to be written down');
          const fresh = () => withSchema(schema);
          await proof.claim({ version: 18, unsafe, safe, freshDatabase: fresh, emptyDatabase: fresh });
        });

        const findings = reviewSql(unsafe, { schema }).filter((f) => f.rule === id);
        findings[0]?.fixes.forEach((fix, k) => {
          it(`${id}: fix "${fix.title}" runs and leaves no such finding`, async () => {
            const fixed = applyFix(unsafe, findings[0]!, k);
            assert.deepEqual(
              reviewSql(fixed, { schema }).filter((f) => f.rule === id),
              [],
              fixed,
            );
            const client = await withSchema(schema);
            await client.query(fixed);
          });
        });
      });
  });

  describe('the facts', () => {
    const methods = Object.keys(vectorParameters) as VectorMethod[];

    it('operator classes and their operators', async () => {
      const client = await withSchema('CREATE EXTENSION vector');
      const { rows } = await client.query(
        `SELECT a.amname, c.opcname, t.typname, c.opcdefault, p.oprname FROM pg_opclass c
         JOIN pg_am a ON a.oid = c.opcmethod JOIN pg_type t ON t.oid = c.opcintype
         JOIN pg_amop o ON o.amopfamily = c.opcfamily JOIN pg_operator p ON p.oid = o.amopopr
         WHERE a.amname IN ('hnsw', 'ivfflat') AND o.amoppurpose = 'o'`,
      );
      const real = rows.map((r) => `${r.amname} ${r.typname} ${r.opcname} ${r.oprname}`).sort();
      const said = methods.flatMap((method) =>
        Object.entries(vectorOperatorClasses[method]).flatMap(([type, names]) =>
          names.map((name) => `${method} ${type} ${type}_${name} ${operatorOfClass(`${type}_${name}`)}`),
        ),
      );
      assert.deepEqual(said.sort(), real);
      assert.deepEqual(new Set(Object.values(distanceOperators)), new Set(rows.map((r) => r.oprname)));
      const defaults = rows.filter((r) => r.opcdefault).map((r) => `${r.amname} ${r.opcname}`);
      assert.deepEqual(defaults, ['ivfflat vector_l2_ops']);
    });

    it('limits of parameters and dimensions', async () => {
      const client = await withSchema('CREATE EXTENSION vector; CREATE TABLE t (v vector(3))');
      const refusal = (sql: string): Promise<string> =>
        client.query(sql).then(
          () => 'none',
          (error) => error.code,
        );
      for (const method of methods)
        for (const [name, { least, most, standard }] of Object.entries(vectorParameters[method])) {
          const take = (value: number) => {
            // with m and ef_construction apart far enough
            const beside = name === 'm' ? ', ef_construction = 1000' : name === 'ef_construction' ? ', m = 2' : '';
            return refusal(`CREATE INDEX ON t USING ${method} (v vector_l2_ops) WITH (${name} = ${value}${beside})`);
          };
          for (const value of [least, standard, most]) assert.equal(await take(value), 'none', `${name} ${value}`);
          for (const value of [least - 1, most + 1]) assert.equal(await take(value), '22023', `${name} ${value}`);
        }
      for (const [type, most] of Object.entries(indexedDimensions) as [VectorType, number][]) {
        const [name] = vectorOperatorClasses.hnsw[type] ?? [];
        const index = (n: number) =>
          refusal(
            `DROP TABLE IF EXISTS d; CREATE TABLE d (c ${type}(${n})); CREATE INDEX ON d USING hnsw (c ${type}_${name})`,
          );
        assert.deepEqual([await index(most), await index(most + 1)], ['none', '54000'], type);
      }
      for (const [type, most] of Object.entries(columnDimensions)) {
        const column = (n: number) => refusal(`DROP TABLE IF EXISTS d; CREATE TABLE d (c ${type}(${n}))`);
        assert.deepEqual(
          [await column(most), await column(most + 1), await column(0)],
          ['none', '22023', '22023'],
          type,
        );
      }
    });

    it('ef_construction must be at least twice m', async () => {
      const client = await withSchema('CREATE EXTENSION vector; CREATE TABLE t (v vector(3))');
      const create = (m: number, ef: number) =>
        client.query(`CREATE INDEX ON t USING hnsw (v vector_l2_ops) WITH (m = ${m}, ef_construction = ${ef})`);
      await create(10, 20);
      await assert.rejects(create(10, 19), { code: '22023' });
    });

    it('what an index serves: the nearest first, also by the name of an output column', async () => {
      const client = await withSchema(
        `CREATE EXTENSION vector; CREATE TABLE t (id int, v vector(3)); SET enable_seqscan = off;
         CREATE INDEX ON t USING hnsw (v vector_cosine_ops)`,
      );
      const isServed = async (sql: string) =>
        /Index Scan/.test(JSON.stringify((await client.query(`EXPLAIN ${sql} LIMIT 5`)).rows));
      for (const sql of [
        "SELECT id FROM t ORDER BY v <=> '[1,2,3]'",
        "SELECT id FROM t ORDER BY '[1,2,3]' <=> v",
        "SELECT id, v <=> '[1,2,3]' AS d FROM t ORDER BY d",
      ])
        assert.ok(await isServed(sql), sql);
      for (const sql of [
        "SELECT id FROM t ORDER BY v <=> '[1,2,3]' DESC",
        "SELECT id FROM t ORDER BY 1 - (v <=> '[1,2,3]') DESC",
        "SELECT id FROM t ORDER BY v <-> '[1,2,3]'",
      ])
        assert.ok(!(await isServed(sql)), sql);
    });
  });
});

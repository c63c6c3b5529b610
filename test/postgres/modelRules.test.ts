// What the rules on Prisma's models say that Postgres does, on real servers: the SQL that Prisma's own engine writes for the
// examples' unsafe forms does the harm, and that for the safe ones does not.
import assert from 'node:assert/strict';
import type pg from 'pg';
import type { EngineAnswer, EngineQuery } from '../../server/src/prismaEngine/messages.ts';
import { modelRules } from '../../server/src/rules/prisma/index.ts';
import type { ModelExample } from '../../server/src/rules/prisma/modelRule.ts';
import { migrationSql, withDatasource } from '../harness/prismaEngine.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { askServer, testEngine } from './harness/prismaEngine.ts';
import type { Version } from './harness/servers.ts';
import { askVectorServer, startVectorServer, type VectorServer } from './harness/vectorDatabase.ts';
import { prismaProofs } from './proofs/prisma.ts';

const needsVector = ({ unsafe }: ModelExample): boolean => /Unsupported\("vector/.test(unsafe);

const examples = modelRules.flatMap(({ id, examples: all }) => all.map((example, i) => ({ id, i, example })));

async function prove(
  { id, i, example }: (typeof examples)[number],
  version: Version,
  databaseWith: (scripts: readonly string[]) => Promise<pg.Client>,
  ask: (client: pg.Client, query: EngineQuery) => Promise<EngineAnswer> = askServer,
): Promise<void> {
  const { before, schema = '', migrations = '', unsafe, safe, safeMigrations } = example;
  const proof = prismaProofs[id]?.[i];
  assert.ok(proof, 'what it does has to be written down in `prismaProofs`');
  const from = before === undefined ? null : `${schema}\n${before}`;
  const start = from === null ? '' : await migrationSql(null, from);
  const unsafeSql = await migrationSql(from, `${schema}\n${unsafe}`);
  const safeSql = safeMigrations ?? (await migrationSql(from, `${schema}\n${safe}`));
  const wanted = async (client: pg.Client, models: string): Promise<string> => {
    const engine = testEngine();
    try {
      return await engine.script((query) => ask(client, query), [['schema.prisma', withDatasource(models)]]);
    } finally {
      engine.dispose();
    }
  };
  await proof({
    version,
    wanted,
    unsafeSchema: `${schema}\n${unsafe}`,
    safeSchema: `${schema}\n${safe}`,
    unsafeSql,
    safeSql,
    before: () => databaseWith([start, migrations]),
    unsafe: () => databaseWith([start, migrations, unsafeSql]),
    safe: () => databaseWith([start, migrations, safeSql]),
  });
}

onEachVersion('rules on models', ({ version, freshDatabase }) => {
  let clients: pg.Client[] = [];
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.end()));
    clients = [];
  });

  for (const each of examples)
    if (!needsVector(each.example))
      it(`${each.id}, ${each.i + 1}`, () =>
        prove(each, version, async (scripts) => {
          const client = await (await freshDatabase()).client();
          clients.push(client);
          for (const script of scripts) if (script.trim()) await client.query(script);
          return client;
        }));
});

describe('rules on models (pgvector)', function () {
  this.timeout(120_000);
  let server: VectorServer;
  before(async () => {
    server = await startVectorServer();
  });
  after(() => server.stop());

  for (const each of examples)
    if (needsVector(each.example))
      it(`${each.id}, ${each.i + 1}`, () =>
        prove(
          each,
          18,
          async (scripts) => {
            const client = await server.client();
            for (const script of ['CREATE EXTENSION vector', ...scripts]) if (script.trim()) await client.query(script);
            return client;
          },
          askVectorServer,
        ));
});

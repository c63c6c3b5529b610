// Extensions in the embedded Postgres: which there are, what the judge, the drift of a Prisma schema and EXPLAIN make of them, and
// that a crash in their code costs no more than one in Postgres's own.
import assert from 'node:assert/strict';
import { Instance } from '../../server/src/database/embedded/instance.ts';
import type { EmbeddedFiles } from '../../server/src/database/embedded/nodeProcess.ts';
import type { Judge } from '../../server/src/judge/judge.ts';
import { LanguageService } from '../../server/src/languageService.ts';
import type { DriftSubject, SchemaDrift } from '../../server/src/prismaEngine/drift.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';
import { embeddedFiles } from './harness/embedded.ts';
import { errorOf, subjectOf as explained, explainService, paramsFor, planOf } from './harness/explaining.ts';
import { newJudge, subjectOf, told } from './harness/judging.ts';
import { testSchemaDrift } from './harness/prismaEngine.ts';

describe('Extensions in the embedded Postgres', function () {
  this.timeout(120_000);
  let files: EmbeddedFiles;
  before(async () => {
    files = await embeddedFiles();
  });

  async function withInstance<T>(extensions: readonly string[], use: (instance: Instance) => Promise<T>): Promise<T> {
    const instance = await Instance.start(files.startWorker, extensions);
    try {
      return await use(instance);
    } finally {
      instance.kill();
    }
  }

  it('are those of Postgres that define something, and PGlite’s packages', () => {
    const missing = [
      ...['vector', 'pgtap', 'pg_ivm', 'age', 'pg_textsearch', 'pg_uuidv7', 'pg_hashids'],
      ...['citext', 'hstore', 'ltree', 'pg_trgm', 'pgcrypto', 'uuid-ossp', 'btree_gin', 'btree_gist', 'unaccent'],
      // several of them in one bundle
      ...['moddatetime', 'autoinc', 'refint', 'insert_username'],
    ].filter((name) => !files.extensions.includes(name));
    assert.deepEqual(missing, []);
    // libraries without an extension, and what reads files of the machine
    for (const name of ['auto_explain', 'passwordcheck', 'spi', 'file_fdw'])
      assert.ok(!files.extensions.includes(name), name);
  });

  it('can all be created, also those that another one requires or that Postgres starts with', () =>
    withInstance(files.extensions, async (instance) => {
      for (const name of files.extensions) {
        await instance.query('BEGIN');
        await instance.query(`CREATE EXTENSION "${name}" CASCADE`);
        await instance.query('ROLLBACK');
      }
    }));

  it('bring what they require, and no other is there', () =>
    withInstance(['earthdistance'], async (instance) => {
      await instance.query('CREATE EXTENSION earthdistance CASCADE');
      const rows = await instance.query(
        "SELECT name FROM pg_available_extensions WHERE name <> 'plpgsql' ORDER BY name",
      );
      assert.deepEqual(rows.flat(), ['cube', 'earthdistance']);
    }));

  describe('as the judge sees them', () => {
    let judge: Judge;
    before(async () => {
      judge = await newJudge();
    });
    after(() => judge.dispose());
    const items = `CREATE EXTENSION vector; CREATE EXTENSION hstore; CREATE EXTENSION pg_trgm;
      CREATE TABLE items (id bigint PRIMARY KEY, name text, v vector(3), attrs hstore);`;
    const ask = async (...texts: string[]): Promise<string[]> => told(await judge.judge(subjectOf(texts)));

    for (const [sql, said] of [
      ['SELECT id FROM items ORDER BY v <-> name;', 'operator does not exist: vector <-> text → <->'],
      ['SELECT v + 1 FROM items;', 'operator does not exist: vector + integer → +'],
      ['SELECT attrs -> 5 FROM items;', 'operator does not exist: hstore -> integer → ->'],
      ['SELECT cosine_distance(v, name) FROM items;', 'function cosine_distance(vector, text) does not exist'],
      ["UPDATE items SET v = '{1,2,3}';", 'invalid input syntax for type vector: "{1,2,3}"'],
      ['SELECT v::jsonb FROM items;', 'cannot cast type vector to jsonb'],
      [
        'CREATE INDEX ON items USING hnsw (v halfvec_l2_ops);',
        'operator class "halfvec_l2_ops" does not accept data type vector',
      ],
      [
        'CREATE FUNCTION near(q vector) RETURNS SETOF bigint LANGUAGE sql AS $$ SELECT id FROM items ORDER BY v <=> id $$;',
        'operator does not exist: vector <=> bigint → <=>',
      ],
    ] as const)
      it(`what is wrong: ${sql}`, async () => {
        const [first = '', ...more] = await ask(items, sql);
        assert.deepEqual(more, []);
        assert.ok(first.startsWith('Postgres refuses this: '), first);
        const [message, marked] = said.split(' → ');
        assert.equal(first.slice('Postgres refuses this: '.length).split('. → ')[0], message);
        if (marked) assert.ok(first.endsWith(` → ${marked}`), first);
      });

    it('nothing of what is right', async () => {
      const right = `SELECT id FROM items ORDER BY v <-> '[1,2,3]', v <=> ARRAY[1,2,3]::vector LIMIT 5;
        SELECT avg(v), v::halfvec(3), v::real[], l2_distance(v, '[1,2,3]'), attrs -> 'a', name % 'x' FROM items GROUP BY id;
        INSERT INTO items VALUES (1, 'x', '[1,2,3]', 'a=>1');
        CREATE INDEX ON items USING hnsw (v vector_cosine_ops);
        CREATE INDEX ON items USING ivfflat (v vector_l2_ops) WITH (lists = 10);`;
      assert.deepEqual(await ask(items, right), []);
    });

    it('nothing of operators that another extension may bring', async () => {
      // pg_trgm has <-> for texts, and is only loaded where the files create it
      const plain = 'CREATE EXTENSION vector; CREATE TABLE items (id bigint, name text, v vector(3));';
      assert.deepEqual(await ask(plain, 'SELECT name <-> id, v <~> v FROM items;'), []);
    });

    it('created in a DO block, or where Supabase has them', async () => {
      const block = `DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS vector; EXCEPTION WHEN others THEN NULL; END $$;
        CREATE TABLE items (id bigint, v vector(3));`;
      const platform = `CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA extensions;
        CREATE TABLE items (id bigint, v extensions.vector(3)); CREATE TABLE more (v vector(3));`;
      const [query, wrong] = ['SELECT nix FROM items;', 'Postgres refuses this: column "nix" does not exist. → nix'];
      assert.deepEqual(await ask(platform, query), [wrong]);
      assert.deepEqual(await ask(platform, 'SELECT v <=> 1 FROM more;'), [
        'Postgres refuses this: operator does not exist: vector <=> integer. → <=>',
      ]);
      assert.deepEqual(await ask(block, "SELECT v <-> '[1,2,3]' FROM items;"), []);
      assert.deepEqual(await ask('CREATE TABLE t (id int) ;', 'SELECT nix FROM extensions.t;'), []);
    });
  });

  describe('in the history of a Prisma schema', () => {
    let drift: SchemaDrift;
    before(async () => {
      drift = await testSchemaDrift();
    });
    afterEach(() => drift.rest());
    const migration = `CREATE EXTENSION IF NOT EXISTS "vector";
      CREATE TABLE "Item" ("id" SERIAL NOT NULL, "embedding" vector(3), "half" halfvec(4), CONSTRAINT "Item_pkey" PRIMARY KEY ("id"));`;
    const schema = (fields: string, extensions = 'vector') => `generator client {
  provider        = "prisma-client-js"
  previewFeatures = ["postgresqlExtensions"]
}

datasource db {
  provider   = "postgresql"
  extensions = [${extensions}]
}

model Item {
  id Int @id @default(autoincrement())
${fields}}
`;
    const both = '  embedding Unsupported("vector(3)")?\n  half Unsupported("halfvec(4)")?\n';
    async function subjectFor(text: string): Promise<DriftSubject> {
      const service = new LanguageService(
        parser,
        filesInMemory({
          'prisma/schema.prisma': text,
          'prisma/migrations/20240101000000_init/migration.sql': migration,
        }),
      );
      await service.scan([rootUri]);
      const subject = service.driftSubject(`${rootUri}/prisma/schema.prisma`);
      assert.ok(subject);
      return subject;
    }
    const steps = async (text: string) => (await drift.stepsTo(await subjectFor(text))).map(({ sql }) => sql);

    it('nothing differs where the columns are the same, and the extension is created', async () => {
      assert.deepEqual(await steps(schema(both)), []);
      assert.deepEqual(await steps(schema(both, 'pgvector(map: "vector")')), []);
    });

    it('tells a column that is missing and an extension that no migration creates; dimensions Prisma does not compare', async () => {
      const other = both
        .replace('vector(3)', 'vector(1536)')
        .replace('  half', '  more Unsupported("vector(2)")?\n  half');
      const said = (await steps(schema(other, 'vector, citext'))).join();
      assert.match(said, /ADD COLUMN +"more" vector\(2\)/);
      assert.doesNotMatch(said, /"embedding"/);
      assert.match(said, /CREATE EXTENSION IF NOT EXISTS "citext"/);
      assert.doesNotMatch(said, /EXTENSION [^;]*"vector"/);
    });

    it('is reached by the next migration, which creates the extension that is missing', async () => {
      const subject = await subjectFor(schema(`${both}  name String? @db.Citext\n`, 'vector, citext'));
      const sql = (await drift.stepsTo(subject)).map(({ text }) => text).join('\n');
      assert.match(sql, /CREATE EXTENSION IF NOT EXISTS "citext"/);
      assert.equal(await drift.isReached(subject, []), false);
      assert.equal(await drift.isReached(subject, [{ name: '20240102000000_next', sql }]), true);
    });
  });

  describe('under EXPLAIN', () => {
    it('an index of pgvector serves the nearest', async () => {
      const service = await explainService();
      try {
        const schema = [
          'CREATE EXTENSION vector',
          'CREATE TABLE items (id bigint PRIMARY KEY, v vector(3))',
          "INSERT INTO items SELECT i, format('[%s,%s,%s]', i % 97, i % 89, i % 83)::vector FROM generate_series(1, 2000) i",
          'CREATE INDEX items_v ON items USING hnsw (v vector_l2_ops)',
        ];
        const ask = (sql: string) => service.explain(explained(sql, schema), paramsFor({ kind: 'embedded' }));
        const report = planOf(await ask("SELECT id FROM items ORDER BY v <-> '[1,2,3]' LIMIT 5"));
        assert.deepEqual(report.notes.slice(1), []);
        assert.deepEqual(
          report.nodes.map(({ index }) => index).filter((index) => index),
          ['items_v'],
        );
        assert.match(
          errorOf(await ask('SELECT v <-> id FROM items')).message,
          /operator does not exist: vector <-> big/,
        );
      } finally {
        service.dispose();
      }
    });
  });

  describe('cannot do more harm than Postgres itself', () => {
    it('a crash in their code is told, and the next instance runs', async () => {
      await withInstance(['age'], async (instance) => {
        await instance.query("CREATE EXTENSION age; LOAD 'age'");
        await assert.rejects(instance.query("SELECT repeat('[', 100000)::ag_catalog.agtype"), { reason: 'lost' });
        assert.equal(instance.alive, false);
      });
      await withInstance(['age'], (instance) => instance.query('CREATE EXTENSION age'));
    });

    it('a loop in their code is ended in time', () =>
      withInstance(['fuzzystrmatch'], async (instance) => {
        await instance.query('CREATE EXTENSION fuzzystrmatch');
        const endless = "SELECT levenshtein(repeat('a', 255), repeat('b', 255)) FROM generate_series(1, 1000000000)";
        await assert.rejects(instance.query(endless, { timeoutMs: 500 }), { reason: 'timeout' });
      }));

    it('the judge leaves out a statement that crashes, and judges the others', async () => {
      const judge = await newJudge();
      try {
        const crash = `CREATE EXTENSION age; CREATE TABLE t (id int);
          ALTER TABLE t ADD COLUMN a ag_catalog.agtype DEFAULT repeat('[', 100000)::ag_catalog.agtype;`;
        const verdicts = told(await judge.judge(subjectOf([crash, 'SELECT id FROM t; SELECT 1 = now();'])));
        assert.deepEqual(verdicts, [
          'Postgres refuses this: operator does not exist: integer = timestamp with time zone. → =',
        ]);
      } finally {
        judge.dispose();
      }
    });
  });
});

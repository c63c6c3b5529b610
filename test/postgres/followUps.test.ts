// Fixes that bring new migrations, on real servers with rows in the tables: the edited file and what follows it, each run the
// way its tool runs it, end in the same schema as the file would have; nobody waits while a whole table is read or written;
// and the backward parts lead back, all the way and step by step.
import assert from 'node:assert/strict';
import type { Wrapping } from '../../server/src/catalog/session.ts';
import { defaultConfiguration } from '../../server/src/configuration.ts';
import { Text } from '../../server/src/text/text.ts';
import { Workspace } from '../../server/src/workspace.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';
import { type Files, openProject } from '../harness/project.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { filled } from './harness/filledDatabases.ts';
import { blockedWork, runFile } from './harness/runFile.ts';
import { schemaDump } from './harness/schemaDump.ts';
import type { TestDatabase } from './harness/servers.ts';

const schema = `CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint NOT NULL, customer_id bigint, code text, "Total" numeric);
`;

/** What a migration does, and what undoes it. */
const cases: readonly { rule: string; sql: string; undo: string; forwardOnly?: true; not?: readonly string[] }[] = [
  {
    rule: 'drop-column',
    sql: 'ALTER TABLE public.orders\n  DROP COLUMN id CASCADE, -- unused since May\n  ADD COLUMN note text;\n',
    undo: '',
    forwardOnly: true,
  },
  {
    rule: 'foreign-key-without-not-valid',
    sql: 'ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE;\n',
    undo: 'ALTER TABLE orders DROP CONSTRAINT f;\n',
  },
  {
    rule: 'check-without-not-valid',
    sql: 'ALTER TABLE orders\n  ADD COLUMN note text,\n  ADD CONSTRAINT "Positive" CHECK ("Total" > 0);\n',
    undo: 'ALTER TABLE orders DROP CONSTRAINT "Positive";\nALTER TABLE orders DROP COLUMN note;\n',
  },
  {
    rule: 'set-not-null-scans-table',
    sql: 'ALTER TABLE orders ALTER COLUMN "Total" SET NOT NULL;\n',
    undo: 'ALTER TABLE orders ALTER COLUMN "Total" DROP NOT NULL;\n',
  },
  {
    rule: 'unique-constraint-builds-index',
    sql: 'ALTER TABLE public.orders ADD CONSTRAINT u UNIQUE (code) DEFERRABLE INITIALLY DEFERRED;\n',
    undo: 'ALTER TABLE orders DROP CONSTRAINT u;\n',
  },
  {
    rule: 'unique-constraint-builds-index',
    sql: 'ALTER TABLE orders ADD PRIMARY KEY (id);\n',
    undo: 'ALTER TABLE orders DROP CONSTRAINT orders_pkey;\n',
  },
  {
    rule: 'index-without-concurrently',
    sql: "CREATE UNIQUE INDEX orders_code ON orders (lower(code)) WHERE code <> '';\n",
    undo: 'DROP INDEX orders_code;\n',
  },
  {
    rule: 'concurrently-in-transaction',
    sql: 'CREATE INDEX CONCURRENTLY orders_code ON orders (code);\n',
    undo: 'DROP INDEX orders_code;\n',
    // Flyway opens none around it; in a file for psql the transaction is the author's
    not: ['Flyway', 'psql'],
  },
];

interface Form {
  readonly tool: string;
  /** Of the migration at hand; the one before it creates the tables. */
  readonly path: string;
  files(sql: string, undo: string): Files;
  /** Whether it has backward parts. */
  readonly undoes: boolean;
  /** The rules whose fixes it can hold; all when absent. */
  readonly only?: readonly string[];
}

const other = "SELECT set_config('application_name', 'x', false);\n";

const revision = (id: string, down: string, sql: string): string =>
  `revision = "${id}"\ndown_revision = ${down}\n\n\ndef upgrade():\n    op.execute(${JSON.stringify(sql)})\n`;

const forms: readonly Form[] = [
  {
    tool: 'goose',
    path: 'm/2_b.sql',
    files: (sql, undo) => ({
      'm/1_a.sql': `-- +goose Up\n${schema}`,
      'm/2_b.sql': `-- +goose Up\n${other}${sql}\n-- +goose Down\n${undo}`,
    }),
    undoes: true,
  },
  {
    tool: 'dbmate',
    path: 'm/20250101000000_b.sql',
    files: (sql, undo) => ({
      'm/20240101000000_a.sql': `-- migrate:up\n${schema}`,
      'm/20250101000000_b.sql': `-- migrate:up\n${sql}${other}\n-- migrate:down\n${undo}`,
    }),
    undoes: true,
  },
  {
    tool: 'tern',
    path: 'm/002_b.sql',
    files: (sql, undo) => ({
      'm/tern.conf': '',
      'm/001_a.sql': schema,
      'm/002_b.sql': `${other}${sql}---- create above / drop below ----\n${undo}`,
    }),
    undoes: true,
  },
  {
    tool: 'golang-migrate',
    path: 'm/2_b.up.sql',
    files: (sql, undo) => ({ 'm/1_a.up.sql': schema, 'm/2_b.up.sql': sql + other, 'm/2_b.down.sql': undo }),
    undoes: true,
  },
  {
    tool: 'sql-migrate',
    path: 'm/2_b.sql',
    files: (sql, undo) => ({
      'm/1_a.sql': `-- +migrate Up\n${schema}`,
      'm/2_b.sql': `-- +migrate Up\n${other}${sql}\n-- +migrate Down\n${undo}`,
    }),
    undoes: true,
  },
  {
    tool: 'Diesel',
    path: 'm/2025-01-01-000000_b/up.sql',
    files: (sql, undo) => ({
      'm/2024-01-01-000000_a/up.sql': schema,
      'm/2025-01-01-000000_b/up.sql': sql + other,
      'm/2025-01-01-000000_b/down.sql': undo,
    }),
    undoes: true,
  },
  {
    tool: 'Hasura',
    path: 'm/1700000000001_b/up.sql',
    files: (sql, undo) => ({
      'm/1700000000000_a/up.sql': schema,
      'm/1700000000001_b/up.sql': other + sql,
      'm/1700000000001_b/down.sql': undo,
    }),
    undoes: true,
    // no index concurrently: each is a transaction
    only: ['foreign-key-without-not-valid', 'check-without-not-valid'],
  },
  {
    tool: 'Prisma',
    path: 'migrations/20250101000000_b/migration.sql',
    files: (sql) => ({
      'migrations/20240101000000_a/migration.sql': schema,
      'migrations/20250101000000_b/migration.sql': other + sql,
    }),
    undoes: false,
  },
  {
    tool: 'Flyway',
    path: 'sql/V2__b.sql',
    files: (sql) => ({ 'sql/V1__a.sql': schema, 'sql/V2__b.sql': sql + other }),
    undoes: false,
  },
  {
    tool: 'Supabase',
    path: 'supabase/migrations/20250101000000_b.sql',
    files: (sql) => ({
      'supabase/migrations/20240101000000_a.sql': schema,
      'supabase/migrations/20250101000000_b.sql': sql + other,
    }),
    undoes: false,
  },
  {
    tool: 'Liquibase',
    path: 'c/2_b.sql',
    files: (sql) => ({
      'c/1_a.sql': `--liquibase formatted sql\n--changeset me:1\n${schema}`,
      'c/2_b.sql': `--liquibase formatted sql\n--changeset me:2\n${other}${sql}`,
    }),
    undoes: false,
  },
  {
    tool: 'Alembic',
    path: 'v/0002_b.py',
    files: (sql) => ({
      'v/0001_a.py': revision('0001', 'None', schema),
      'v/0002_b.py': revision('0002', '"0001"', sql),
    }),
    undoes: false,
    // what another revision makes instead would have to be taken out of downgrade(), which may be any Python
    only: ['foreign-key-without-not-valid', 'check-without-not-valid'],
  },
  {
    tool: 'psql',
    path: 'migrations/2_b.sql',
    files: (sql) => ({ 'migrations/1_a.sql': schema, 'migrations/2_b.sql': `BEGIN;\n${other}${sql}COMMIT;\n` }),
    undoes: false,
  },
];

/** Tools whose backward parts are files of their own. */
const inOwnFiles = ['golang-migrate', 'Diesel', 'Hasura'];

interface Part {
  readonly sql: string;
  readonly wrapping: Wrapping;
}

/** What a tool runs to come forward, and for each migration what leads back. */
interface Run {
  readonly forward: Part[];
  readonly backward: Part[];
}

/** Each migration of the history behind the one that creates the tables, in order. */
async function migrationsOf(files: Files): Promise<Run[]> {
  const workspace = new Workspace(parser, filesInMemory(files), defaultConfiguration);
  await workspace.scan([rootUri]);
  const [history, ...more] = workspace.histories;
  assert.ok(history && more.length === 0);
  return history.files.slice(1).map((uri) => {
    const pieces = workspace.get(uri)?.pieces ?? [];
    const forward = pieces.map((p) => ({ sql: p.sql.slice(0, p.downFrom), wrapping: p.wrapping }));
    const own = pieces.map((p) => ({ sql: p.sql.slice(p.downFrom, p.sql.length), wrapping: p.wrapping }));
    const file = history.tool.backwardOf?.(uri);
    if (file === undefined) return { forward, backward: own };
    const text = files[file.slice(rootUri.length + 1)] ?? '';
    workspace.open(file, '', Text.of(text));
    return { forward, backward: [{ sql: text, wrapping: workspace.get(file)?.pieces[0]?.wrapping ?? 'none' }] };
  });
}

onEachVersion('follow-ups', ({ freshDatabase }) => {
  const dumpOf = async (database: TestDatabase): Promise<string[]> => {
    const client = await database.client();
    try {
      return await schemaDump(client);
    } finally {
      await client.end();
    }
  };
  const run = async (database: TestDatabase, parts: readonly Part[]): Promise<void> => {
    for (const { sql, wrapping } of parts) await runFile(database, sql, wrapping);
  };
  const ofItsOwn = async (): Promise<TestDatabase> => filled(await freshDatabase(), schema);

  for (const { rule, sql, undo, forwardOnly, not } of cases) {
    let before: string[];
    let wanted: string[];
    it(`${rule}: ${sql.trim().replaceAll(/\s+/g, ' ')}`, async () => {
      const database = await ofItsOwn();
      before = await dumpOf(database);
      await run(database, [{ sql, wrapping: 'none' }]);
      wanted = await dumpOf(database);
      await run(database, [{ sql: undo, wrapping: 'none' }]);
      if (!forwardOnly) assert.deepEqual(await dumpOf(database), before);
    });

    for (const { tool, path, files, undoes, only } of forms) {
      if ((only && !only.includes(rule)) || not?.includes(tool)) continue;
      if (forwardOnly && undoes) continue;
      it(`… by ${tool}`, async () => {
        const { after } = await openProject(path, files(sql, undo));
        const fixed = after(rule, /of its own|of their own/);
        assert.ok(fixed, 'no fix with new migrations');
        const migrations = await migrationsOf(fixed);
        const shown = JSON.stringify(fixed, null, 1);

        const database = await ofItsOwn();
        for (const migration of migrations) await run(database, migration.forward);
        assert.deepEqual(await dumpOf(database), wanted, shown);

        // of one string nothing can be seen on the way: the same statements are sent one by one
        const watched = await ofItsOwn();
        for (const { sql: text, wrapping } of migrations.flatMap((m) => m.forward)) {
          const seenAs = wrapping === 'implicit' ? 'tool' : wrapping === 'single' ? 'none' : wrapping;
          assert.deepEqual(blockedWork(await runFile(watched, text, seenAs)), [], text);
        }

        if (!undoes) return;
        // The last one back and forward again, as one does while writing it. (Not where a constraint and its index come in two
        // steps, of which the first undoes both, or where another file undoes what has moved.)
        const moved = /index|concurrently/.test(rule);
        if (!moved || (migrations.length === 2 && !inOwnFiles.includes(tool))) {
          await run(database, migrations.at(-1)?.backward ?? []);
          await run(database, migrations.at(-1)?.forward ?? []);
          assert.deepEqual(await dumpOf(database), wanted, shown);
        }
        for (const migration of [...migrations].reverse()) await run(database, migration.backward);
        assert.deepEqual(await dumpOf(database), before, shown);
        for (const migration of migrations) await run(database, migration.forward);
        assert.deepEqual(await dumpOf(database), wanted, shown);
      });
    }
  }
});

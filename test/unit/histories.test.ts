// Which files form a history, in which order they run, and how each is run: for every migration tool.
import assert from 'node:assert/strict';
import type { Wrapping } from '../../server/src/catalog/session.ts';
import { defaultConfiguration, readFileConfiguration } from '../../server/src/configuration.ts';
import { Text } from '../../server/src/text/text.ts';
import { Workspace } from '../../server/src/workspace.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';

const one = 'CREATE TABLE a (id int);\n';
const two = `${one}CREATE TABLE b (id int);\n`;
const concurrently = 'CREATE INDEX CONCURRENTLY i ON a (id);\n';

async function scanned(files: Readonly<Record<string, string>>): Promise<Workspace> {
  const workspace = new Workspace(parser, filesInMemory(files), defaultConfiguration);
  await workspace.scan([rootUri]);
  return workspace;
}

/** As git may check them out there. */
const ofWindows = (files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replaceAll('\n', '\r\n')]));

const local = (uri: string): string => uri.slice(rootUri.length + 1);

/** `tool: files in order`. */
async function histories(files: Readonly<Record<string, string>>): Promise<string[]> {
  return (await scanned(files)).histories.map((h) => `${h.tool.id}: ${h.files.map(local).join(' ')}`);
}

/** The wrapping of each piece of a file, opened as an editor would. */
async function wrappings(path: string, files: Readonly<Record<string, string>>): Promise<Wrapping[]> {
  const workspace = await scanned(files);
  workspace.open(`${rootUri}/${path}`, 'sql', Text.of(files[path] as string));
  return workspace.get(`${rootUri}/${path}`)?.pieces.map((p) => p.wrapping) ?? [];
}

describe('Histories: order', () => {
  const cases: [string, Record<string, string>, string[]][] = [
    [
      'Flyway: by the parts of the version, repeatable ones last, undo left out',
      {
        'sql/R__views.sql': one,
        'sql/V10__j.sql': one,
        'sql/V2__b.sql': one,
        'sql/V1.2__a2.sql': one,
        'sql/V1_10__a10.sql': one,
        'sql/U2__b.sql': one,
        'sql/V1__a.sql': one,
      },
      ['flyway: sql/V1__a.sql sql/V1.2__a2.sql sql/V1_10__a10.sql sql/V2__b.sql sql/V10__j.sql sql/R__views.sql'],
    ],
    [
      'Prisma: what undoes a migration stands beside it, and is none',
      {
        'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
        'prisma/migrations/20240101000000_a/migration.sql': one,
        'prisma/migrations/20240101000000_a/down.sql': 'DROP TABLE a;\n',
        'prisma/migrations/20240102000000_b/migration.sql': two,
        'prisma/migrations/20240102000000_b/migration_down.sql': 'DROP TABLE b;\n',
      },
      ['prisma: prisma/migrations/20240101000000_a/migration.sql prisma/migrations/20240102000000_b/migration.sql'],
    ],
    [
      'sqitch: by the plan, with what a reworked change was before',
      {
        'db/sqitch.plan':
          '%syntax-version=1.0.0\n%project=x\n\nusers 2024-01-01T00:00:00Z A <a@b> # u\nschema/orders [users] 2024-01-02T00:00:00Z A <a@b>\n@v1 2024-01-03T00:00:00Z A <a@b>\n\nusers [users@v1] 2024-02-01T00:00:00Z A <a@b> # again\n',
        'db/deploy/users.sql': one,
        'db/deploy/users@v1.sql': one,
        'db/deploy/schema/orders.sql': one,
        'db/deploy/unplanned.sql': one,
        'db/revert/users.sql': one,
        'db/verify/users.sql': one,
      },
      ['sqitch: db/deploy/users@v1.sql db/deploy/schema/orders.sql db/deploy/users.sql'],
    ],
    [
      'sqitch: what a change reworked twice was before, by the last tag of each that has a file',
      {
        'db/sqitch.plan':
          '%project=x\n\nusers 2024-01-01T00:00:00Z A <a@b>\n@v1 2024-01-02T00:00:00Z A <a@b>\norders 2024-01-03T00:00:00Z A <a@b>\n@v2 2024-01-04T00:00:00Z A <a@b>\nusers [users@v2] 2024-01-05T00:00:00Z A <a@b>\n@v3 2024-01-06T00:00:00Z A <a@b>\nusers [users@v3] 2024-01-07T00:00:00Z A <a@b>\n',
        'db/deploy/users.sql': one,
        'db/deploy/users@v2.sql': one,
        'db/deploy/users@v3.sql': one,
        'db/deploy/orders.sql': one,
      },
      ['sqitch: db/deploy/users@v2.sql db/deploy/orders.sql db/deploy/users@v3.sql db/deploy/users.sql'],
    ],
    [
      'Drizzle: by its journal',
      {
        'drizzle/meta/_journal.json': JSON.stringify({
          entries: [
            { idx: 1, tag: '0001_b' },
            { idx: 0, tag: '0000_z' },
          ],
        }),
        'drizzle/0000_z.sql': one,
        'drizzle/0001_b.sql': one,
        'drizzle/0002_not_yet.sql': one,
      },
      ['drizzle: drizzle/0000_z.sql drizzle/0001_b.sql'],
    ],
    [
      'Drizzle 1: folders, which look like those of Prisma',
      {
        'migrations/2024_b/migration.sql': one,
        'migrations/2024_b/snapshot.json': '{}',
        'migrations/2023_a/migration.sql': one,
        'migrations/2023_a/snapshot.json': '{}',
      },
      ['drizzle: migrations/2023_a/migration.sql migrations/2024_b/migration.sql'],
    ],
    [
      'Prisma: by the folder',
      { 'p/migrations/20240102_b/migration.sql': one, 'p/migrations/20230102_c/migration.sql': one },
      ['prisma: p/migrations/20230102_c/migration.sql p/migrations/20240102_b/migration.sql'],
    ],
    [
      'Prisma: by the name, as text',
      { 'p/migrations/2_a/migration.sql': one, 'p/migrations/10_b/migration.sql': one },
      ['prisma: p/migrations/10_b/migration.sql p/migrations/2_a/migration.sql'],
    ],
    [
      'Supabase',
      { 'supabase/migrations/20240102000000_b.sql': one, 'supabase/migrations/20230102000000_c.sql': one },
      ['supabase: supabase/migrations/20230102000000_c.sql supabase/migrations/20240102000000_b.sql'],
    ],
    [
      'Atlas: by name, not by number',
      { 'm/atlas.sum': 'h1:', 'm/9_a.sql': one, 'm/10_b.sql': one },
      ['atlas: m/10_b.sql m/9_a.sql'],
    ],
    [
      'tern',
      {
        'm/tern.conf': '',
        'm/002_b.sql': one,
        'm/001_a.sql': `${one}---- create above / drop below ----\nDROP TABLE a;\n`,
      },
      ['tern: m/001_a.sql m/002_b.sql'],
    ],
    [
      'Liquibase: one file, or numbered ones',
      { 'a/changes.sql': `--liquibase formatted sql\n--changeset me:1\n${one}` },
      ['liquibase: a/changes.sql'],
    ],
    [
      'Liquibase: files in an order that only the changelog tells are none',
      {
        'a/users.sql': `--liquibase formatted sql\n--changeset me:1\n${one}`,
        'a/orders.sql': `--liquibase formatted sql\n--changeset me:2\n${one}`,
      },
      [],
    ],
    [
      'dated files',
      { 'sql/2024-02-01-b.sql': one, 'sql/2024-01-15-c.sql': one },
      ['numbered: sql/2024-01-15-c.sql sql/2024-02-01-b.sql'],
    ],
    [
      'one numbered file alone is none, unless its folder says so',
      { 'sql/1_a.sql': one, 'migrations/1_a.sql': one },
      ['numbered: migrations/1_a.sql'],
    ],
    [
      "what lies as SQL beside Django's migrations is none",
      {
        'shop/migrations/__init__.py': '',
        'shop/migrations/0001_initial.py': 'class Migration: pass\n',
        'shop/migrations/0001_initial.sql': one,
        'shop/migrations/0002_b.sql': one,
        'oauth/migrations/__init__.py': '',
        'oauth/migrations/0001_initial.sql': one,
        'plain/sql/__init__.py': '',
        'plain/sql/1_a.sql': one,
      },
      [],
    ],
    [
      'a Python package of SQL files is one',
      { 'plain/migrations/__init__.py': '', 'plain/migrations/0001_a.sql': one, 'plain/migrations/0002_b.sql': one },
      ['numbered: plain/migrations/0001_a.sql plain/migrations/0002_b.sql'],
    ],
    [
      'yoyo: forward only',
      { 'm/1_a.sql': one, 'm/1_a.rollback.sql': 'DROP TABLE a;\n', 'm/2_b.sql': `-- depends: 1_a\n${one}` },
      ['numbered: m/1_a.sql m/2_b.sql'],
    ],
    [
      'golang-migrate: forward only',
      { 'm/2_b.up.sql': one, 'm/2_b.down.sql': one, 'm/1_a.up.sql': one, 'm/1_a.down.sql': one },
      ['golang-migrate: m/1_a.up.sql m/2_b.up.sql'],
    ],
    [
      'sql-migrate: by number',
      { 'm/10-b.sql': `-- +migrate Up\n${one}`, 'm/9-a.sql': `-- why\n\n-- +migrate Up\n${one}-- +migrate Down\n` },
      ['sql-migrate: m/9-a.sql m/10-b.sql'],
    ],
    [
      'Diesel: folders by version, its dashes left out; forward only',
      {
        'm/2024-01-02-000000-0000_c/up.sql': one,
        'm/2024-01-02-000000-0000_c/down.sql': one,
        'm/20230102000000_b/up.sql': one,
        'm/00000000000000_diesel_initial_setup/up.sql': one,
        'm/2022-01-02-000000_a/up.sql': one,
        'm/2022-01-02-000000_a/down.sql': one,
      },
      [
        'diesel: m/00000000000000_diesel_initial_setup/up.sql m/2022-01-02-000000_a/up.sql m/20230102000000_b/up.sql m/2024-01-02-000000-0000_c/up.sql',
      ],
    ],
    [
      'Hasura: folders by number, forward only; the ways back belong to it',
      {
        'h/migrations/default/1676582194859_b/up.sql': one,
        'h/migrations/default/1676582194859_b/down.sql': one,
        'h/migrations/default/1639359763109_init/up.sql': one,
        'h/seeds/default/1676582194860_s.sql': one,
        'h/seeds/default/1676582194861_t.sql': one,
      },
      ['hasura: h/migrations/default/1639359763109_init/up.sql h/migrations/default/1676582194859_b/up.sql'],
    ],
    [
      'graphile-migrate: what is committed, by number',
      {
        'migrations/committed/000002-b.sql': `--! Previous: sha1:1\n--! Hash: sha1:2\n\n${one}`,
        'migrations/committed/000001.sql': `--! Previous: -\n--! Hash: sha1:1\n\n${one}`,
        'migrations/current.sql': one,
      },
      ['graphile-migrate: migrations/committed/000001.sql migrations/committed/000002-b.sql'],
    ],
    [
      'numbers alone: among migrations only',
      { 'db/migrations/010.sql': one, 'db/migrations/009.sql': one, 'queries/001.sql': one, 'queries/002.sql': one },
      ['numbered: db/migrations/009.sql db/migrations/010.sql'],
    ],
    [
      "a misnamed file among a tool's is no history",
      { 'm/1_a.up.sql': one, 'm/1_a.down.sql': one, 'm/2_b_up.sql': one, 'm/2_b_down.sql': one },
      ['golang-migrate: m/1_a.up.sql'],
    ],
    [
      'numbered files of tests and seeds are no histories',
      {
        'supabase/tests/01_a.sql': one,
        'supabase/tests/02_b.sql': one,
        'db/seeds/1_a.sql': one,
        'db/seeds/2_b.sql': one,
        'x/__fixtures__/store/1_a.sql': one,
        'x/__fixtures__/store/2_b.sql': one,
        'tests/migrations/1_a.sql': one,
        'tests/migrations/2_b.sql': one,
      },
      [
        'numbered: tests/migrations/1_a.sql tests/migrations/2_b.sql',
        'numbered: x/__fixtures__/store/1_a.sql x/__fixtures__/store/2_b.sql',
      ],
    ],
    [
      'a dump of the schema',
      { 'db/structure.sql': `--\n-- PostgreSQL database dump\n--\n\n${one}` },
      ['dump: db/structure.sql'],
    ],
    [
      'a dump as newer versions of pg_dump begin it, and as Rails keeps it',
      {
        'db/structure.sql': `\\restrict abc\n\n-- Dumped from database version 18.0\n\n${one}`,
        'x/structure.sql': `SET statement_timeout = 0;\nSET client_encoding = 'UTF8';\n\n--\n-- PostgreSQL database dump\n--\n${one}`,
      },
      ['dump: db/structure.sql', 'dump: x/structure.sql'],
    ],
    [
      'a dump without comments, as Rails keeps it now',
      {
        'db/structure.sql': `SET statement_timeout = 0;\nSET lock_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\nSET row_security = off;\n\n${one}`,
        'db/queries.sql': `SET lock_timeout = 0;\n${one}SELECT pg_catalog.set_config('search_path', '', false);\n`,
      },
      ['dump: db/structure.sql'],
    ],
  ];
  for (const [name, files, expected] of cases)
    for (const [ends, given] of Object.entries({ '': files, ', with line ends of Windows': ofWindows(files) }))
      it(`${name}${ends}`, async () => {
        assert.deepEqual(await histories(given), expected);
      });

  it('a dump beside them begins with nothing', async () => {
    const files = {
      'migrations/1_a.sql': one,
      'migrations/2_b.sql': 'CREATE TABLE b (id int);\n',
      'dumps/monday.sql': `--\n-- PostgreSQL database dump\n--\n\n${one}`,
      'dumps/tuesday.sql':
        '--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE IF NOT EXISTS a (id int);\nCREATE INDEX i ON a (id);\n',
    };
    const workspace = await scanned(files);
    for (const day of ['monday', 'tuesday']) {
      const uri = `${rootUri}/dumps/${day}.sql`;
      workspace.open(uri, 'sql', Text.of(files[`dumps/${day}.sql` as keyof typeof files]));
      assert.deepEqual(
        workspace
          .review(uri)
          ?.findings.map(({ finding }) => finding.rule)
          .filter((r) => /exists|concurrently/.test(r)),
        [],
      );
    }
  });

  it('a query is about the migrations, not about the dump beside them; without them about the dump', async () => {
    const files = {
      'db/schema.sql': `--\n-- PostgreSQL database dump\n--\n\n${one}`,
      'db/migrations/1_b.sql': 'CREATE TABLE b (id int);\n',
    };
    const both = (await scanned(files)).schemaBefore(`${rootUri}/db/queries.sql`);
    assert.deepEqual([...both.relations.keys()], ['public.b']);
    const alone = await scanned({ 'db/schema.sql': files['db/schema.sql'] });
    assert.deepEqual([...alone.schemaBefore(`${rootUri}/db/queries.sql`).relations.keys()], ['public.a']);
  });
});

describe('Histories: the one that a query is about', () => {
  const tablesOf = async (query: string, files: Readonly<Record<string, string>>): Promise<string[]> => [
    ...(await scanned(files)).schemaBefore(`${rootUri}/${query}`).relations.keys(),
  ];
  const b = 'CREATE TABLE b (id int);\n';

  it('is not one of tests, but for queries of these tests', async () => {
    const files = { 'app/test_migrations/1_a.sql': one, 'app/tests/x/migrations/1_b.sql': b };
    assert.deepEqual(await tablesOf('app/queries.sql', files), []);
    assert.deepEqual(await tablesOf('app/tests/queries.sql', files), ['public.b']);
    assert.deepEqual(await tablesOf('app/queries.sql', { ...files, 'app/migrations/1_b.sql': b }), ['public.b']);
    assert.deepEqual(await tablesOf('app/queries.sql', { ...files, 'migrations/1_b.sql': b }), []);
    assert.deepEqual(await tablesOf('app/queries.sql', { 'app/latest/migrations/1_b.sql': b }), ['public.b']);
  });
});

describe('Histories: how a file is run', () => {
  const journal = JSON.stringify({ entries: [{ idx: 0, tag: '0000_a' }] });
  const cases: [string, string, Record<string, string>, Wrapping[]][] = [
    ['Flyway', 'V1__a.sql', { 'V1__a.sql': two }, ['tool']],
    ['Flyway: what it knows to run outside only', 'V1__a.sql', { 'V1__a.sql': `${concurrently}VACUUM a;\n` }, ['none']],
    ['Flyway: such a statement beside others', 'V1__a.sql', { 'V1__a.sql': `${one}${concurrently}` }, ['unknown']],
    [
      'Flyway: told beside it',
      'V1__a.sql',
      { 'V1__a.sql': two, 'V1__a.sql.conf': '# why\nexecuteInTransaction=false\n' },
      ['none'],
    ],
    ['sqitch: psql', 'db/deploy/a.sql', { 'db/deploy/a.sql': two, 'db/sqitch.plan': 'a 2024 A <a>\n' }, ['none']],
    ['Drizzle', 'd/0000_a.sql', { 'd/0000_a.sql': one, 'd/meta/_journal.json': journal }, ['tool']],
    ['Atlas', 'm/1_a.sql', { 'm/1_a.sql': two, 'm/atlas.sum': 'h1:' }, ['tool']],
    ['Atlas: told', 'm/1_a.sql', { 'm/1_a.sql': `-- atlas:txmode none\n\n${two}`, 'm/atlas.sum': 'h1:' }, ['none']],
    ['tern', '1_a.sql', { '1_a.sql': `${two}---- create above / drop below ----\n` }, ['tool']],
    ['tern: told', '1_a.sql', { '1_a.sql': `---- tern: disable-tx ----\n${two}` }, ['none']],
    ['node-pg-migrate', '1700000000000_a.sql', { '1700000000000_a.sql': `-- Up Migration\n${two}` }, ['tool']],
    ['Supabase', 'supabase/migrations/1_a.sql', { 'supabase/migrations/1_a.sql': two }, ['implicit']],
    ['Supabase: one statement', 'supabase/migrations/1_a.sql', { 'supabase/migrations/1_a.sql': one }, ['single']],
    [
      'Liquibase: by changeset',
      'a.sql',
      {
        'a.sql': `--liquibase formatted sql\n--changeset me:1\n${two}-- changeset me:2 runInTransaction:false\n${concurrently}--changeset me:"3 x" runInTransaction:false splitStatements:false\n${two}`,
      },
      ['tool', 'none', 'unknown'],
    ],
    ['dbmate', 'a.sql', { 'a.sql': `-- migrate:up\n${two}` }, ['tool']],
    ['dbmate: one string', 'a.sql', { 'a.sql': `-- migrate:up transaction:false\n${two}` }, ['implicit']],
    [
      'dbmate: the backward part is another string',
      'a.sql',
      { 'a.sql': `-- migrate:up transaction:false\n${one}-- migrate:down\nDROP TABLE a;\n` },
      ['single'],
    ],
    [
      'goose: a block of statements is sent as one string',
      'a.sql',
      { 'a.sql': `-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\n${two}-- +goose StatementEnd\n` },
      ['unknown'],
    ],
    ['sql-migrate', 'm/1.sql', { 'm/1.sql': `-- +migrate Up\n${two}-- +migrate Down\nDROP TABLE a;\n` }, ['tool']],
    ['sql-migrate: told', 'm/1.sql', { 'm/1.sql': `-- +migrate Up notransaction\n${two}` }, ['none']],
    [
      'sql-migrate: a block of statements is sent as one string',
      'm/1.sql',
      {
        'm/1.sql': `-- +migrate Up notransaction\n-- +migrate StatementBegin\n${two}-- +migrate StatementEnd\n-- +migrate Down\n`,
      },
      ['unknown'],
    ],
    ['Diesel', 'm/2024-01-02-000000_a/up.sql', { 'm/2024-01-02-000000_a/up.sql': two }, ['tool']],
    ['Diesel: by its settings', 'a/m/1_a/up.sql', { 'a/m/1_a/up.sql': two, 'a/diesel.toml': '' }, ['tool']],
    ['folders as Diesel has them', 'm/1_a/up.sql', { 'm/1_a/up.sql': two }, ['unknown']],
    [
      'Diesel: told beside it',
      'm/1_a/up.sql',
      { 'm/1_a/up.sql': two, 'm/1_a/metadata.toml': 'run_in_transaction = false\n' },
      ['implicit'],
    ],
    ['Hasura', 'm/1676582194859_b/up.sql', { 'm/1676582194859_b/up.sql': two }, ['tool']],
    [
      'graphile-migrate',
      'm/committed/000001.sql',
      { 'm/committed/000001.sql': `--! Previous: -\n--! Hash: sha1:1\n\n${two}` },
      ['tool'],
    ],
    [
      'graphile-migrate: told',
      'm/committed/000001.sql',
      { 'm/committed/000001.sql': `--! Previous: -\n--! Hash: sha1:1\n\n--! no-transaction\n${concurrently}` },
      ['single'],
    ],
    [
      'Drizzle: a file that the journal does not list is run by somebody else',
      'd/0001_b.sql',
      { 'd/meta/_journal.json': JSON.stringify({ entries: [{ idx: 0, tag: '0000_a' }] }), 'd/0001_b.sql': two },
      ['unknown'],
    ],
    ['yoyo', 'm/2_b.sql', { 'm/2_b.sql': `-- B\n-- depends: 1_a\n\n${two}` }, ['tool']],
    ['yoyo: told', 'm/2_b.sql', { 'm/2_b.sql': `-- depends: 1_a\n-- transactional: false\n${two}` }, ['none']],
    ['no tool: psql', 'a.sql', { 'a.sql': two }, ['none']],
  ];
  for (const [name, path, files, expected] of cases)
    it(name, async () => {
      assert.deepEqual(await wrappings(path, files), expected);
    });

  it('what stands beside an open file counts as soon as it is found', async () => {
    const files: Record<string, string> = { 'm/1_a.sql': two };
    const workspace = new Workspace(parser, filesInMemory(files), defaultConfiguration);
    workspace.open(`${rootUri}/m/1_a.sql`, 'sql', Text.of(two));
    await workspace.scan([rootUri]);
    const wrapping = () => workspace.get(`${rootUri}/m/1_a.sql`)?.pieces[0]?.wrapping;
    assert.equal(wrapping(), 'none');
    const later = new Workspace(parser, filesInMemory({ ...files, 'm/atlas.sum': '' }), defaultConfiguration);
    later.open(`${rootUri}/m/1_a.sql`, 'sql', Text.of(two));
    await later.scan([rootUri]);
    assert.equal(later.get(`${rootUri}/m/1_a.sql`)?.pieces[0]?.wrapping, 'tool');
  });

  it('an edit tells the same as a fresh read', () => {
    const uri = `${rootUri}/a.sql`;
    const workspace = new Workspace(parser, filesInMemory({}), defaultConfiguration);
    const text = `--liquibase formatted sql\n--changeset me:1\n${one}--changeset me:2\nSELECT 1;\n`;
    workspace.open(uri, 'sql', Text.of(text));
    const kept = workspace.get(uri)?.pieces[0]?.sql;
    const at = text.indexOf('SELECT');
    workspace.change(uri, { from: at, to: at, inserted: '--changeset me:3 runInTransaction:false\n' });
    const pieces = workspace.get(uri)?.pieces ?? [];
    assert.deepEqual(
      pieces.map((p) => [p.wrapping, p.sql.slice(0, p.sql.length)]),
      [
        ['tool', `--liquibase formatted sql\n--changeset me:1\n${one}`],
        ['tool', '--changeset me:2\n'],
        ['none', '--changeset me:3 runInTransaction:false\nSELECT 1;\n'],
      ],
    );
    assert.equal(pieces[0]?.sql, kept, 'what did not change is not read again');
  });
});

describe('Histories: the settings', () => {
  const path = `${rootUri}/db/a.sql`;
  const wrappingOf = (text: string, set: 'file' | 'statement' | 'string' | 'unknown'): Wrapping | undefined => {
    const workspace = new Workspace(parser, filesInMemory({}), defaultConfiguration);
    workspace.open(path, 'sql', Text.of(text));
    workspace.configure(defaultConfiguration, [], (uri) => (uri === path ? set : null));
    return workspace.get(path)?.pieces[0]?.wrapping;
  };

  it('say how files are run that do not say it themselves', () => {
    assert.equal(wrappingOf(two, 'file'), 'tool');
    assert.equal(wrappingOf(two, 'statement'), 'none');
    assert.equal(wrappingOf(two, 'string'), 'implicit');
    assert.equal(wrappingOf(one, 'string'), 'single');
    assert.equal(wrappingOf(two, 'unknown'), 'unknown');
    assert.equal(wrappingOf(`-- +goose Up\n${two}`, 'statement'), 'none');
    assert.equal(wrappingOf(`-- +goose NO TRANSACTION\n-- +goose Up\n${two}`, 'file'), 'none');
  });

  it('are read from pgreview.json, where a mistake is told', () => {
    const read = (transactions: unknown) => readFileConfiguration({ transactions }, 'x', defaultConfiguration);
    assert.deepEqual(read({ 'db/**': 'file' }).transactions, { 'db/**': 'file' });
    assert.throws(() => read({ 'db/**': 'single' }), /"transactions" of "db\/\*\*" must be one of file, statement/);
    assert.throws(() => read(['db/**']), /must be an object from glob/);
  });
});

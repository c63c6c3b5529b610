// What is found in the files of a history: versions, revisions, plans and journals, sums, backward parts; and what is not.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defaultConfiguration, readFileConfiguration } from '../../server/src/configuration.ts';
import { readConfigurationFile } from '../../server/src/main/workspaceConfiguration.ts';
import { Text } from '../../server/src/text/text.ts';
import { Workspace } from '../../server/src/workspace.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';

type Files = Readonly<Record<string, string>>;

const table = (name: string): string => `CREATE TABLE ${name} (id bigint PRIMARY KEY);\n`;
const goose = (up: string, down: string): string => `-- +goose Up\n${up}\n-- +goose Down\n${down}`;

const ofHistories =
  /^(?:equal-migration-versions|migration-|several-heads|revision-|checksum-|duplicate-changeset|backward-step-)/;

/** `path:line id` of each problem, and errors in backward parts. */
async function problems(files: Files, configuration = defaultConfiguration): Promise<string[]> {
  const workspace = new Workspace(parser, filesInMemory(files), configuration);
  await workspace.scan([rootUri]);
  return Object.keys(files)
    .filter((path) => /\.(?:sql|py)$/.test(path))
    .flatMap((path) => {
      const uri = `${rootUri}/${path}`;
      const text = files[path] as string;
      workspace.open(uri, path.endsWith('.py') ? 'python' : 'sql', Text.of(text));
      return (workspace.review(uri)?.findings ?? [])
        .filter(({ finding }) => ofHistories.test(finding.rule) || finding.severity === 'error')
        .map(({ finding, range }) => `${path}:${text.slice(0, range.start).split('\n').length} ${finding.rule}`);
    });
}

const revision = (id: string, down: string, more = ''): string =>
  `"""words"""\nfrom alembic import op\n\nrevision = "${id}"\ndown_revision = ${down}\n${more}\n\ndef upgrade():\n    op.execute("CREATE INDEX ON t (x)")\n\n\ndef downgrade():\n    op.drop_column("t", "x")\n`;

const journal = (...entries: [tag: string, when: number][]): string =>
  JSON.stringify({ entries: entries.map(([tag, when], idx) => ({ idx, tag, when })) });

/** As Atlas writes it, by the description of its format. */
function atlasSum(files: readonly [string, string][]): string {
  const running = createHash('sha256');
  const lines = files.map(([name, text]) => {
    running.update(name + text);
    return `${name} h1:${running.copy().digest('base64')}`;
  });
  const all = createHash('sha256')
    .update(lines.map((line) => line.replace(' h1:', '')).join(''))
    .digest('base64');
  return `h1:${all}\n${lines.join('\n')}\n`;
}

const changes = (...ids: string[]): string =>
  `--liquibase formatted sql\n${ids.map((id, i) => `--changeset ${id}\n${table(`t${i}`)}`).join('')}`;

const plan = '%syntax-version=1.0.0\n%project=x\n\na 2024-01-01T00:00:00Z A <a@b>\nb 2024-01-02T00:00:00Z A <a@b>\n';

const cases: readonly [title: string, files: Files, expected: readonly string[]][] = [
  [
    'goose: equal versions, whatever zeros stand in front',
    { 'm/1_a.sql': goose(table('a'), 'DROP TABLE a;'), 'm/01_b.sql': goose(table('b'), 'DROP TABLE b;') },
    ['m/1_a.sql:1 equal-migration-versions'],
  ],
  [
    'golang-migrate: equal versions, but for the two directions',
    { 'm/1_a.up.sql': table('a'), 'm/1_a.down.sql': 'DROP TABLE a;\n', 'm/1_b.up.sql': table('b') },
    ['m/1_b.up.sql:1 equal-migration-versions'],
  ],
  [
    'Flyway: 1.0 is 1; U1 is none of them, nor R',
    {
      'm/V1__a.sql': table('a'),
      'm/V1.0__b.sql': table('b'),
      'm/U1__a.sql': 'DROP TABLE a;\n',
      'm/R__v.sql': 'SELECT 1;\n',
    },
    ['m/V1__a.sql:1 equal-migration-versions'],
  ],
  [
    'Flyway: in two folders they may be for two databases',
    { 'm/V1__a.sql': table('a'), 'n/V1__b.sql': table('b') },
    [],
  ],
  [
    'dbmate compares the digits as text',
    {
      'm/01_a.sql': `-- migrate:up\n${table('a')}`,
      'm/1_b.sql': `-- migrate:up\n${table('b')}`,
      'm/1_c.sql': `-- migrate:up\n${table('c')}`,
    },
    ['m/1_c.sql:1 equal-migration-versions'],
  ],
  ['plain numbered files: nobody knows what runs them', { 'm/1_a.sql': table('a'), 'm/1_b.sql': table('b') }, []],
  [
    'tern counts without gaps',
    { 'm/tern.conf': '', 'm/001_a.sql': table('a'), 'm/003_c.sql': table('c'), 'm/005_d.sql': table('d') },
    ['m/003_c.sql:1 migration-version-gap'],
  ],
  ['others need not', { 'm/1_a.sql': goose(table('a'), ''), 'm/5_c.sql': goose(table('c'), '') }, []],
  [
    'Alembic: two heads, at both',
    { 'v/a.py': revision('a', 'None'), 'v/b.py': revision('b', '"a"'), 'v/c.py': revision('c', '"a"') },
    ['v/b.py:4 several-heads', 'v/c.py:4 several-heads'],
  ],
  [
    'Alembic: merged heads, and branches with labels',
    {
      'v/a.py': revision('a', 'None'),
      'v/b.py': revision('b', '"a"'),
      'v/c.py': revision('c', '"a"'),
      'v/d.py': revision('d', '("b", "c")'),
      'w/a.py': revision('x', 'None'),
      'w/b.py': revision('y', '"x"', 'branch_labels = ("one",)\n'),
      'w/c.py': revision('z', '"x"'),
    },
    [],
  ],
  [
    'Alembic: a revision that no file has, unless it is in another folder',
    {
      'v/a.py': revision('a', '"gone"'),
      'v/b.py': revision('b', '"other"'),
      'v/c.py': revision('c', '("a", "b")'),
      'w/x.py': revision('other', 'None'),
    },
    ['v/a.py:5 revision-not-found'],
  ],
  [
    'Alembic: a circle, and not what hangs on it',
    {
      'v/a.py': revision('a', 'None'),
      'v/b.py': revision('b', '("a", "d")'),
      'v/c.py': revision('c', '"b"'),
      'v/d.py': revision('d', '"c"'),
      'v/e.py': revision('e', '"d"'),
    },
    ['v/b.py:5 revision-cycle', 'v/c.py:5 revision-cycle', 'v/d.py:5 revision-cycle'],
  ],
  [
    'Alembic: equal revisions',
    { 'v/a.py': revision('a', 'None'), 'v/b.py': revision('b', '"a"'), 'v/b2.py': revision('b', '"a"') },
    ['v/b2.py:4 equal-migration-versions'],
  ],
  [
    'Alembic: a downgrade that does nothing where the others do; one that says why',
    {
      'v/a.py': revision('a', 'None'),
      'v/b.py': revision('b', '"a"'),
      'v/c.py': revision('c', '"b"'),
      'v/d.py': revision('d', '"c"'),
      'v/e.py': revision('e', '"d"'),
      'v/f.py': revision('f', '"e"'),
      'v/g.py': revision('g', '"f"').replace('op.drop_column("t", "x")', 'pass'),
      'v/h.py': revision('h', '"g"').replace('op.drop_column("t", "x")', 'pass  # the data is gone'),
    },
    ['v/g.py:12 backward-step-missing'],
  ],
  [
    'Prisma: a folder without migration.sql, but not what lies beside the folders, nor deeper in one that has it',
    {
      'p/migrations/1_a/migration.sql': table('a'),
      'p/migrations/1_a/more/notes.sql': 'SELECT 1;\n',
      'p/migrations/2_b/migrations.sql': table('b'),
      'p/migrations/2_b/other.sql': table('c'),
      'p/migrations/check.sql': 'SELECT 1;\n',
      'p/seed.sql': 'SELECT 1;\n',
    },
    ['p/migrations/2_b/migrations.sql:1 migration-file-missing'],
  ],
  [
    'Drizzle: a file that the journal lists, and one that it does not',
    {
      'd/meta/_journal.json': journal(['0000_a', 1], ['0001_b', 2], ['0002_c', 3]),
      'd/0000_a.sql': table('a'),
      'd/0002_c.sql': table('c'),
      'd/0003_d.sql': table('d'),
    },
    ['d/0002_c.sql:1 migration-file-missing', 'd/0003_d.sql:1 migration-not-listed'],
  ],
  [
    'Drizzle: an entry that is older than the one before',
    {
      'd/meta/_journal.json': journal(['0000_a', 1], ['0001_b', 9], ['0002_c', 3], ['0003_d', 10]),
      'd/0000_a.sql': table('a'),
      'd/0001_b.sql': table('b'),
      'd/0002_c.sql': table('c'),
      'd/0003_d.sql': table('d'),
    },
    ['d/0002_c.sql:1 migration-out-of-order'],
  ],
  [
    'sqitch: a script that the plan lists; one that it does not',
    {
      'sqitch.plan': plan,
      'deploy/a.sql': table('a'),
      'deploy/c.sql': table('c'),
      'revert/a.sql': 'DROP TABLE a;\n',
      'verify/a.sql': 'SELECT id FROM a;\n',
    },
    ['deploy/a.sql:1 migration-file-missing', 'deploy/c.sql:1 migration-not-listed'],
  ],
  [
    'Atlas: the sums are right',
    {
      'm/atlas.sum': atlasSum([
        ['1.sql', table('ä')],
        ['2.sql', table('b')],
      ]),
      'm/1.sql': table('ä'),
      'm/2.sql': table('b'),
    },
    [],
  ],
  [
    'Atlas: the sums are right, but for line ends that git has changed',
    {
      'm/atlas.sum': atlasSum([
        ['1.sql', table('a')],
        ['2.sql', table('b')],
      ]),
      'm/1.sql': table('a').replaceAll('\n', '\r\n'),
      'm/2.sql': table('b').replaceAll('\n', '\r\n'),
    },
    [],
  ],
  [
    'Atlas: the first file that has changed',
    {
      'm/atlas.sum': atlasSum([
        ['1.sql', table('a')],
        ['2.sql', table('b')],
        ['3.sql', table('c')],
        ['4.sql', table('d')],
      ]),
      'm/1.sql': table('a'),
      'm/2.sql': table('b'),
      'm/3.sql': table('x'),
      'm/4.sql': table('d'),
    },
    ['m/3.sql:1 checksum-mismatch'],
  ],
  [
    'Atlas: a file that atlas.sum does not list; one that is gone',
    {
      'm/atlas.sum': atlasSum([['1.sql', table('a')]]),
      'm/1.sql': table('a'),
      'm/2.sql': table('b'),
      'n/atlas.sum': atlasSum([
        ['1.sql', table('a')],
        ['2.sql', table('b')],
      ]),
      'n/1.sql': table('a'),
    },
    ['m/2.sql:1 checksum-mismatch', 'n/1.sql:1 checksum-mismatch'],
  ],
  [
    'Liquibase: the second changeset of that author and id',
    { 'c/changes.sql': changes('me:1', 'you:1', 'me:1') },
    ['c/changes.sql:6 duplicate-changeset'],
  ],
  [
    'Liquibase: for two databases they are two',
    { 'c/changes.sql': changes('me:1 dbms:postgresql', 'me:1 dbms:mysql') },
    [],
  ],
  [
    'golang-migrate: the file that undoes it is not there, or is empty',
    {
      'm/1_a.up.sql': table('a'),
      'm/2_b.up.sql': table('b'),
      'm/3_c.up.sql': table('c'),
      'm/3_c.down.sql': '',
      ...Object.fromEntries(
        [4, 5, 6, 7, 8, 9, 10, 11, 12].flatMap((n) => [
          [`m/${n}_t.up.sql`, table(`t${n}`)],
          [`m/${n}_t.down.sql`, `DROP TABLE t${n};\n`],
        ]),
      ),
    },
    ['m/2_b.up.sql:1 backward-step-missing', 'm/3_c.down.sql:1 backward-step-missing'],
  ],
  [
    'goose: an empty Down, but not where it says why, nor after what cannot be undone',
    {
      'm/01_a.sql': goose(table('a'), ''),
      'm/02_b.sql': goose(table('b'), ''),
      'm/03_c.sql': goose(table('c'), '-- nothing to undo\n'),
      'm/04_d.sql': goose('INSERT INTO c VALUES (1);', ''),
      ...Object.fromEntries(
        [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16].map((n) => [
          `m/${n}_t.sql`,
          goose(table(`t${n}`), `DROP TABLE t${n};`),
        ]),
      ),
    },
    ['m/02_b.sql:1 backward-step-missing'],
  ],
  [
    'goose: histories without ways back are left alone',
    {
      'm/1_a.sql': goose(table('a'), ''),
      'm/2_b.sql': goose(table('b'), ''),
      'm/3_c.sql': goose(table('c'), 'DROP TABLE c;'),
    },
    [],
  ],
  [
    'what is left over, at the backward part; silenced by a comment',
    {
      'm/1_a.sql': goose(`${table('a')}CREATE TYPE mood AS ENUM ('x');`, 'DROP TABLE a;'),
      'm/2_b.sql': goose(
        `${table('b')}${table('c')}`,
        '-- pgreview-ignore backward-step-incomplete: c is shared\nDROP TABLE b;',
      ),
    },
    ['m/1_a.sql:5 backward-step-incomplete'],
  ],
  [
    'a DROP that fails, in the file that undoes',
    {
      'm/1_a.up.sql': `${table('a')}CREATE INDEX i ON a (id);\n`,
      'm/1_a.down.sql': 'DROP TABLE a;\nDROP INDEX i;\n',
      'm/2_b.up.sql': 'SELECT 1;\n',
    },
    ['m/1_a.down.sql:2 backward-step-fails'],
  ],
  [
    'silence where SQL is built when it runs, or may not run',
    {
      'm/1_a.sql': goose(`${table('a')}DO $$ BEGIN EXECUTE 'DROP TABLE a'; END $$;`, 'SELECT 1;'),
      'm/2_b.sql': goose(table('b'), "DO $$ BEGIN EXECUTE 'DROP TABLE b'; END $$;"),
      'm/3_c.sql': goose(table('c'), 'SELECT undo_everything();'),
      'm/4_d.sql': goose('DO $$ BEGIN IF random() > 0.5 THEN CREATE TABLE d (id int); END IF; END $$;', 'SELECT 1;'),
    },
    [],
  ],
  [
    'silence on tables that no file creates',
    { 'm/1_a.sql': goose('ALTER TABLE old DROP COLUMN x;', 'ALTER TABLE old ADD COLUMN y int;') },
    [],
  ],
  [
    'an ignored file',
    {
      'm/tern.conf': '',
      'm/002_b.sql': `-- pgreview-ignore-file migration-version-gap: the first one is elsewhere\n${table('b')}`,
    },
    [],
  ],
];

describe('Problems of histories', () => {
  for (const [title, files, expected] of cases)
    it(title, async () => assert.deepEqual(await problems(files), expected));

  it('are told of the text as it is now', async () => {
    const files = { 'm/1_a.sql': goose(table('a'), 'DROP TABLE a;'), 'm/2_b.sql': goose(table('b'), 'SELECT 1;') };
    const workspace = new Workspace(parser, filesInMemory(files), defaultConfiguration);
    await workspace.scan([rootUri]);
    const uri = `${rootUri}/m/2_b.sql`;
    workspace.open(uri, 'sql', Text.of(files['m/2_b.sql']));
    const found = (): string[] =>
      (workspace.review(uri)?.findings ?? []).map((f) => f.finding.rule).filter((r) => ofHistories.test(r));
    assert.deepEqual(found(), ['backward-step-incomplete']);
    const at = files['m/2_b.sql'].indexOf('SELECT 1');
    workspace.change(uri, { from: at, to: at + 'SELECT 1'.length, inserted: 'DROP TABLE b' });
    assert.deepEqual(found(), []);
  });
});

describe('Histories named by hand', () => {
  const named = (tool: string, folder: string) =>
    readFileConfiguration({ histories: [{ tool, folder: `${rootUri}/${folder}` }] }, 'x', defaultConfiguration);

  it('are run by that tool', async () => {
    const files = { 'db/001_a.sql': table('a'), 'db/003_b.sql': table('b'), 'db/notes.sql': 'SELECT 1;\n' };
    assert.deepEqual(await problems(files), []);
    assert.deepEqual(await problems(files, named('tern', 'db')), ['db/003_b.sql:1 migration-version-gap']);
    const workspace = new Workspace(parser, filesInMemory(files), named('tern', 'db'));
    await workspace.scan([rootUri]);
    assert.deepEqual(
      workspace.histories.map((h) => [h.tool.id, ...h.files.map((uri) => uri.slice(rootUri.length))]),
      [['tern', '/db/001_a.sql', '/db/003_b.sql']],
    );
  });

  it('are relative to the file that names them; a folder that is not there is a mistake', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pgreview-histories-'));
    try {
      const path = join(folder, 'pgreview.json');
      const write = (name: string) => writeFile(path, JSON.stringify({ histories: [{ tool: 'tern', folder: name }] }));
      await write('.');
      const { histories } = await readConfigurationFile(path, defaultConfiguration);
      assert.deepEqual(histories, [{ tool: 'tern', folder: pathToFileURL(folder).href }]);
      await write('db/sql');
      await assert.rejects(
        readConfigurationFile(path, defaultConfiguration),
        /names "db\/sql", and there is no such folder/,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuse wrong values, and say which', () => {
    const read = (histories: unknown) => readFileConfiguration({ histories }, 'x', defaultConfiguration);
    assert.throws(() => read({ tool: 'tern' }), /"histories" must be a list of/);
    assert.throws(
      () => read([{ tool: 'rails', folder: 'db' }]),
      /the tool of the history in "db" must be one of goose, .*, not "rails"/,
    );
    assert.throws(() => read([{ tool: 'tern' }]), /must have a "tool" and a "folder"/);
    assert.throws(() => read([{ tool: 'tern', folder: 'db', more: 1 }]), /and nothing else: .*more/);
    assert.throws(() => read([null]), /must have a "tool" and a "folder"/);
  });
});

// Workspaces that somebody has prepared, or that have grown out of hand: nothing hangs, ends, or leads out of them. To the server
// and the command line as they are built.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type HistoryInfo, historiesRequest } from '../../server/src/protocol.ts';
import { Client, serverPath } from './client.ts';

const cli = serverPath.replace('server.js', 'cli.js');
const users = 'CREATE TABLE users (id bigint PRIMARY KEY);\n';
const index = 'CREATE INDEX users_id ON users (id);\n';
const onPosix = process.platform !== 'win32';

describe('A hostile workspace', function () {
  // what hangs is ended before that
  this.timeout(90_000);
  let temporary: string;
  let folder: string;

  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'pgreview-hostile-'));
    folder = join(temporary, 'workspace');
    write('migrations/1_users.sql', users);
    write('migrations/2_index.sql', index);
    write('pgreview.json', '{}');
  });
  afterEach(() => rmSync(temporary, { recursive: true }));

  function write(name: string, text: string | Buffer): string {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }
  const fifo = (name: string): void => {
    assert.equal(spawnSync('mkfifo', [join(folder, name)]).status, 0);
  };
  const check = (...args: string[]): { code: number | null; out: string; err: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'check', ...args], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
    });
    return { code: status, out: stdout, err: stderr };
  };
  /** What the server says of the second migration, once it has read the folder; and what it shows and logs. */
  async function review(): Promise<{ rules: string[]; migrations: string[]; shown: string[]; logged: string[] }> {
    const client = await Client.start({ folders: [pathToFileURL(folder).href] });
    try {
      const found = await client.connection.sendRequest<HistoryInfo[]>(historiesRequest);
      const migrations = found.flatMap((h) => h.migrations.map(({ name }) => name));
      const uri = pathToFileURL(join(folder, 'migrations/2_index.sql')).href;
      await client.open(uri, index);
      const rules = (await client.diagnostics(uri)).map(({ code }) => String(code));
      return { rules, migrations, shown: client.shown, logged: client.logged };
    } finally {
      await client.stop();
    }
  }

  it('links that go round, out of it and nowhere are left alone', async function () {
    if (!onPosix) this.skip();
    mkdirSync(join(temporary, 'outside'));
    writeFileSync(join(temporary, 'outside/9_theirs.sql'), 'DROP TABLE users;\n');
    symlinkSync('.', join(folder, 'loop'));
    symlinkSync('..', join(folder, 'migrations/up'));
    symlinkSync('../outside', join(folder, 'outside'));
    symlinkSync('../../outside/9_theirs.sql', join(folder, 'migrations/9_theirs.sql'));
    symlinkSync('nowhere', join(folder, 'migrations/4_nowhere.sql'));
    symlinkSync('/dev/zero', join(folder, 'migrations/3_zero.sql'));
    assert.deepEqual((await review()).migrations, ['1_users.sql', '2_index.sql']);
    const { code, out } = check('.');
    assert.equal(code, 1);
    assert.match(out, /in 2 files, 2 statements\n$/);
    // asked for by name
    assert.match(check('migrations/3_zero.sql').err, /3_zero\.sql: it cannot be read, or is too large/);
    assert.match(check('migrations/4_nowhere.sql').err, /4_nowhere\.sql: no such file or folder/);
  });

  it('pipes are not waited for', async function () {
    if (!onPosix) this.skip();
    fifo('migrations/3_pipe.sql');
    // read for what they say of Prisma
    write('prisma/schema.prisma', 'datasource db {\n  provider = "postgresql"\n}\n');
    fifo('package.json');
    assert.deepEqual((await review()).migrations, ['1_users.sql', '2_index.sql']);
    assert.equal(check('.').code, 1);
    const named = check('migrations/3_pipe.sql');
    assert.equal(named.code, 2);
    assert.match(named.err, /3_pipe\.sql: it cannot be read/);
    rmSync(join(folder, 'pgreview.json'));
    fifo('pgreview.json');
    assert.match((await review()).shown.join(), /pgreview\.json: this is no file/);
    assert.match(check('.').err, /pgreview\.json: this is no file/);
  });

  it('one huge file is left out, told of, and taken for a migration that nobody knows', async () => {
    truncateSync(write('migrations/3_huge.sql', ''), 500_000_000);
    write('migrations/4_unknown.sql', 'ALTER TABLE made_by_the_huge_one ADD COLUMN a int;\n');
    const { rules, shown } = await review();
    assert.ok(rules.includes('duplicate-index'), rules.join());
    assert.deepEqual(shown, []);
    const { code, out } = check('.', '--severity', 'error');
    assert.match(out, /3_huge\.sql\n.*This file cannot be read, or is too large to be reviewed\./);
    assert.equal(code, 0, out);
    assert.match(check('migrations/3_huge.sql').err, /too large to be reviewed/);
  });

  it('files that are too much together are kept as far as there is room, the shorter first', async () => {
    // together more than the server's thread may hold
    for (let i = 0; i < 150; i++) truncateSync(write(`dumps/${i}.sql`, ''), 7_900_000);
    const { rules, migrations, logged } = await review();
    assert.ok(rules.includes('duplicate-index'), rules.join());
    assert.deepEqual(migrations, ['1_users.sql', '2_index.sql']);
    // nor was the review started again
    assert.deepEqual(
      logged.map((text) => text.replace(/: \d+ files.*/, '')),
      ['Not read, being too large, too much together or not readable'],
    );
  });

  it('very many files are read in their time', async () => {
    for (let i = 0; i < 20_000; i++) {
      if (i % 100 === 0) mkdirSync(join(folder, `queries/${i / 100}`), { recursive: true });
      writeFileSync(join(folder, `queries/${Math.floor(i / 100)}/${i}.sql`), 'SELECT 1;\n');
    }
    assert.deepEqual((await review()).migrations, ['1_users.sql', '2_index.sql']);
  });

  it('empty lines and brackets without end are read in their time, and take nothing else along', async () => {
    write('other/1_lines.sql', `-- ${'\n'.repeat(700_000)}`);
    write('other/2_marks.sql', '--\n'.repeat(700_000));
    write('other/3_spaces.sql', `${' '.repeat(700_000)}x`);
    const head = 'from alembic import op\nrevision = "a"\ndown_revision = None\ndef upgrade():\n';
    write('versions/a.py', `${head}    op.execute(${'('.repeat(100_000)}`);
    write('versions/b.py', `${head.replace('"a"', '"b"').replace('None', '"a"')}    op.execute("SELECT 1")\n`);
    const { migrations, logged } = await review();
    for (const name of ['1_users.sql', '2_index.sql', 'b.py']) assert.ok(migrations.includes(name), migrations.join());
    assert.deepEqual(logged, []);
  });

  it('names hold whatever they like', async function () {
    if (!onPosix) this.skip();
    const names = ['3_a\nb.sql', '4_%41#?.sql', '5_a\u0308.sql', '6_ä.sql', '7_\u001b[31mred.sql', '8_ \\.sql'];
    for (const name of names) write(`migrations/${name}`, 'DROP TABLE users;\n');
    // no characters at all, so that nobody can name it
    writeFileSync(
      Buffer.concat([Buffer.from(join(folder, 'migrations/9_')), Buffer.from([0xff]), Buffer.from('.sql')]),
      '',
    );
    const { migrations } = await review();
    assert.deepEqual(migrations.slice(2).sort(), [...names].sort());
    const { code, out } = check('.');
    assert.equal(code, 1);
    for (const name of names) {
      const shown = name.replace(/[\u0000-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)));
      assert.ok(out.includes(`migrations/${shown}:1:1 warning drop-table`), `${shown}\n${out}`);
    }
    assert.ok(!out.includes('\u001b'), out);
  });

  it('what SQL says moves no cursor and starts no line', () => {
    const name = 'a\u001b]0;mine\u0007\n::error::b\u202e';
    write('migrations/3_names.sql', `DROP TABLE "${name}";\n`);
    const { out } = check('migrations/3_names.sql');
    assert.match(out, /drop-table/);
    assert.doesNotMatch(out, /[\u001b\u0007\u202e]|^\s*::error/m);
  });

  const settings: [what: string, text: string | Buffer, said: RegExp | null][] = [
    ['is too large', Buffer.alloc(100_000_000, ' '), /pgreview\.json: too large: at most 1000000 bytes are read/],
    ['is no UTF-8', Buffer.from([0xff, 0xfe, 0x7b, 0x00]), /pgreview\.json: not valid JSON/],
    ['begins with a mark of its encoding', '\ufeff{ "targetVersion": 15 }', null],
    ['has a prototype', '{ "__proto__": { "ignore": ["**"] } }', /there is no setting "__proto__"/],
    ['has a rule of that name', '{ "rules": { "__proto__": "off", "constructor": "off" } }', /names "__proto__"/],
    ['is no object', '[[[[', /pgreview\.json: not valid JSON/],
    ['is very deep', '['.repeat(400_000), /pgreview\.json: not valid JSON/],
    ['has a glob that never ends', '{ "ignore": ["*a*a*a*a*a*a*a*a*a*a*b"] }', /too intricate/],
    ['has another such glob', '{ "transactions": { "*(a|a?)b": "file" } }', /too intricate/],
    ['names a folder elsewhere', '{ "histories": [{ "tool": "goose", "folder": "../outside" }] }', null],
  ];
  for (const [what, text, said] of settings)
    it(`pgreview.json ${what}`, async () => {
      write('pgreview.json', text);
      write(`${'a'.repeat(200)}/${'a'.repeat(200)}.sql`, 'SELECT 1;\n');
      mkdirSync(join(temporary, 'outside/migrations'), { recursive: true });
      writeFileSync(join(temporary, 'outside/1_theirs.sql'), users);
      const { migrations, shown } = await review();
      assert.deepEqual(migrations, ['1_users.sql', '2_index.sql']);
      const { code, err } = check('.');
      if (said) {
        assert.match(shown.join(), said);
        assert.match(err, said);
        assert.equal(code, 2);
      } else {
        assert.deepEqual(shown, []);
        assert.equal(err, '');
      }
    });

  it('pgreview.json is a folder', async () => {
    rmSync(join(folder, 'pgreview.json'));
    mkdirSync(join(folder, 'pgreview.json'));
    assert.match((await review()).shown.join(), /pgreview\.json: this is no file/);
    assert.equal(check('.').code, 2);
  });

  it('what pgreview.json leads to is not told', function () {
    if (!onPosix) this.skip();
    writeFileSync(join(temporary, 'secret'), 'password=open sesame\n');
    rmSync(join(folder, 'pgreview.json'));
    symlinkSync('../secret', join(folder, 'pgreview.json'));
    const { code, err, out } = check('.');
    assert.equal(code, 2);
    assert.match(err, /pgreview\.json: not valid JSON/);
    assert.doesNotMatch(err + out, /sesame|password/);
  });
});

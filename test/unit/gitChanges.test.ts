import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { broughtBy, changedSince } from '../../server/src/main/gitChanges.ts';
import type { CheckedFile } from '../../server/src/report/report.ts';

describe('Changes since a commit', () => {
  let folder: string;
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=n@example.org', ...args], { cwd: folder });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const commit = (message: string) => {
    git('add', '-A');
    git('commit', '-q', '-m', message);
  };
  const changed = async (since: string, inFolder = folder): Promise<string[]> =>
    [...(await changedSince(since, inFolder))].map((path) => relative(folder, path).replaceAll('\\', '/')).sort();

  before(() => {
    folder = realpathSync.native(mkdtempSync(join(tmpdir(), 'pgreview-git-')));
    git('init', '-q', '-b', 'main');
    mkdirSync(join(folder, 'db'));
    for (const name of ['kept', 'changed', 'removed', 'theirs']) write(`db/${name}.sql`, `-- ${name}\n`);
    write('.gitignore', '*.log\n');
    commit('first');
    git('checkout', '-q', '-b', 'feature');
    write('db/changed.sql', '-- other\n');
    write('db/neu ü.sql', '-- new\n');
    rmSync(join(folder, 'db/removed.sql'));
    commit('second');
    git('checkout', '-q', 'main');
    write('db/theirs.sql', '-- of main\n');
    commit('third');
    git('checkout', '-q', 'feature');
  });
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

  it('are those of this branch, from any folder of it', async () => {
    assert.deepEqual(await changed('main'), ['db/changed.sql', 'db/neu ü.sql']);
    assert.deepEqual(await changed('main', join(folder, 'db')), ['db/changed.sql', 'db/neu ü.sql']);
    assert.deepEqual(await changed('HEAD'), []);
  });

  it('are also those that are not committed, but not what git ignores', async () => {
    write('db/draft.sql', '');
    write('db/noise.log', '');
    write('db/kept.sql', '-- in work\n');
    assert.deepEqual(await changed('HEAD'), ['db/draft.sql', 'db/kept.sql']);
  });

  it('cannot be told without the commit, and without a repository', async () => {
    await assert.rejects(
      changed('nope'),
      /^Error: --since nope: there is no such branch or commit here; a shallow clone/,
    );
    await assert.rejects(changed('--output=x'), /--since --output=x: /);
    git('checkout', '-q', '--orphan', 'apart');
    commit('apart');
    await assert.rejects(changed('main'), /main and HEAD have no commit in common/);
    git('checkout', '-q', '-f', 'feature');
  });

  it('bring findings in other files where they are the reason', () => {
    const file = (uri: string, ...reasons: string[]): CheckedFile =>
      ({
        document: TextDocument.create(uri, '', 1, ''),
        findings: [{ related: [] }, { related: reasons.map((reason) => ({ uri: reason })) }],
      }) as unknown as CheckedFile;
    const found = broughtBy(new Set(['file:///new.sql']), [
      file('file:///new.sql'),
      file('file:///old.sql', 'file:///new.sql'),
      file('file:///older.sql', 'file:///old.sql', ''),
    ]);
    assert.deepEqual(
      found.map((f) => [f.document.uri, f.findings.length]),
      [
        ['file:///new.sql', 2],
        ['file:///old.sql', 1],
      ],
    );
  });
});

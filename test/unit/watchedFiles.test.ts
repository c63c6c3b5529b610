// When the server looks through the folders again: of many changes at once, of folders, and of what is none of its own.
import assert from 'node:assert/strict';
import { type FileEvent, FileChangeType as Is } from 'vscode-languageserver';
import { WatchedFiles, type WatchedFilesHost } from '../../server/src/main/watchedFiles.ts';

const root = 'file:///project';
const created = (path: string): FileEvent => ({ uri: `${root}/${path}`, type: Is.Created });
const changed = (path: string): FileEvent => ({ uri: `${root}/${path}`, type: Is.Changed });
const deleted = (path: string): FileEvent => ({ uri: `${root}/${path}`, type: Is.Deleted });

interface Watching {
  readonly watched: WatchedFiles;
  /** How often it looked. */
  looks(): number;
  /** What it asked of the disk. */
  readonly listed: string[];
  /** Resolves when it has looked so often. */
  until(looks: number): Promise<void>;
}

/** @param there paths of folders with files of interest, by which they are known and listed */
function watching(there: Readonly<Record<string, readonly string[]>> = {}, look?: () => Promise<void>): Watching {
  let looks = 0;
  const listed: string[] = [];
  const waiting: { looks: number; done: () => void }[] = [];
  const host: WatchedFilesHost = {
    folders: () => [root],
    knows: async (uri) => Object.keys(there).some((folder) => uri === `${root}/${folder}`),
    list: async (uri) => {
      listed.push(uri.slice(root.length + 1));
      return (there[uri.slice(root.length + 1)] ?? []).map((name) => `${uri}/${name}`);
    },
    async look() {
      looks++;
      for (const { looks: wanted, done } of waiting) if (looks >= wanted) done();
      await look?.();
    },
  };
  const until = (wanted: number): Promise<void> =>
    new Promise((done) => {
      if (looks >= wanted) done();
      else waiting.push({ looks: wanted, done });
    });
  return { watched: new WatchedFiles(host), looks: () => looks, listed, until };
}

describe('What happens to files on disk', () => {
  it('costs one look, however many files and messages there are', async () => {
    const { watched, looks, until } = watching();
    for (let i = 0; i < 300; i++) watched.add([created(`db/${i}.sql`), deleted(`old/${i}.sql`)]);
    assert.equal(looks(), 0);
    await until(1);
    assert.equal(looks(), 1);
  });

  it('costs one look more when it happens during the first', async () => {
    let end = (): void => {};
    const first = new Promise<void>((resolve) => {
      end = resolve;
    });
    const { watched, looks, until } = watching({}, () => first);
    watched.add([created('db/1.sql')]);
    await until(1);
    for (let i = 0; i < 300; i++) watched.add([changed(`db/${i}.sql`)]);
    assert.equal(looks(), 1);
    end();
    await until(2);
    // a third would be due by now
    watched.add([changed('src/a.ts')]);
    assert.equal(looks(), 2);
    watched.dispose();
  });

  it('is looked at though it never stops', async () => {
    const { watched, until } = watching();
    const timer = setInterval(() => watched.add([changed('db/log.sql')]), 10);
    try {
      await until(1);
    } finally {
      clearInterval(timer);
      watched.dispose();
    }
  });

  const matters: [string, FileEvent[]][] = [
    ['a migration', [created('db/1.sql')]],
    ['a migration with a name like others’', [changed('db/NODE_MODULES.SQL')]],
    ['what stands beside migrations', [changed('db/atlas.sum')]],
    ['a folder that came with migrations', [created('db')]],
    ['a folder that went with migrations', [deleted('db')]],
    ['a folder with a dot in its name', [deleted('v1.2'), created('v1.3')]],
    ['very much at once', Array.from({ length: 201 }, (_, i) => created(`src/${i}.ts`))],
  ];
  for (const [what, changes] of matters)
    it(`matters: ${what}`, async () => {
      const { watched, until } = watching({ db: ['1.sql'], 'v1.2': ['1.sql'] });
      watched.add(changes);
      await until(1);
    });

  const matterless: [string, FileEvent[], string[]][] = [
    ['a file of another kind', [created('src/a.ts'), changed('src/b.ts'), deleted('src/c.ts')], ['src/a.ts']],
    ['a folder without migrations', [created('src'), deleted('lib')], ['src']],
    ['what packages bring', [created('node_modules/pg/schema.sql'), deleted('.git/index.sql')], []],
    ['what is built', [created('dist'), created('.next')], []],
  ];
  for (const [what, changes, asked] of matterless)
    it(`does not matter: ${what}`, async () => {
      const { watched, looks, listed, until } = watching({ db: ['1.sql'], src: ['a.ts'] });
      watched.add(changes);
      // all of it has been weighed when what comes behind it has
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(looks(), 0);
      watched.add([created('db')]);
      await until(1);
      assert.deepEqual(listed, [...asked, 'db']);
    });

  it('lies in a folder that is the project, whatever its name', async () => {
    let looked = (): void => {};
    const look = new Promise<void>((resolve) => {
      looked = resolve;
    });
    const inside = 'file:///project/vendor/own';
    const host = { folders: () => [root, inside], knows: async () => false, list: async () => [] };
    const watched = new WatchedFiles({ ...host, look: async () => looked() });
    watched.add([{ uri: `${inside}/1.sql`, type: Is.Created }]);
    await look;
  });
});

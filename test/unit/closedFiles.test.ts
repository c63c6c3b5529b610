// Which files that nobody has open are read for a word: those that hold it may do so only where they changed.
import assert from 'node:assert/strict';
import { ClosedFiles } from '../../server/src/workspace/closedFiles.ts';

const query = 'prisma.$queryRaw`SELECT email FROM "User"`;\n';

function project(texts: Record<string, string>, stamps = true) {
  const reads: string[] = [];
  let changes = 0;
  const at: Record<string, number> = {};
  const fileSystem = {
    list: async () => Object.keys(texts),
    async read(uri: string) {
      reads.push(uri);
      return texts[uri] ?? null;
    },
    ...(stamps && { stamp: async (uri: string) => (uri in texts ? String(at[uri] ?? 0) : null) }),
  };
  const files = new ClosedFiles(fileSystem, () => Object.keys(texts));
  return {
    files,
    /** What has been read since the last time. */
    reads: () => reads.splice(0).sort(),
    change(uri: string, text: string) {
      texts[uri] = text;
      at[uri] = ++changes;
    },
    withSql: async (word: string, isCancelled?: () => boolean) =>
      (await files.withSql(word, isCancelled)).map(({ uri }) => uri),
  };
}

describe('Files that are not open', () => {
  const texts = { 'b.ts': query, 'a.sql': 'SELECT email;\n', 'c.ts': '// email\n', 'd.ts': 'prisma.user.email;\n' };

  it('are read once, and again only where they may hold SQL', async () => {
    const { withSql, reads } = project({ ...texts });
    assert.deepEqual(await withSql('EMAIL'), ['a.sql', 'b.ts']);
    assert.deepEqual(reads(), ['a.sql', 'b.ts', 'c.ts', 'd.ts']);
    assert.deepEqual(await withSql('email'), ['a.sql', 'b.ts']);
    assert.deepEqual(reads(), ['a.sql', 'b.ts']);
    assert.deepEqual(await withSql('e.ail'), []);
  });

  it('are read again when they have changed', async () => {
    const { withSql, reads, change } = project({ ...texts });
    await withSql('email');
    reads();
    change('c.ts', query);
    change('b.ts', 'export {};\n');
    assert.deepEqual(await withSql('email'), ['a.sql', 'c.ts']);
    assert.deepEqual(reads(), ['a.sql', 'b.ts', 'c.ts']);
    assert.deepEqual(await withSql('email'), ['a.sql', 'c.ts']);
    assert.deepEqual(reads(), ['a.sql', 'c.ts']);
  });

  it('are read each time where the file system has no stamps', async () => {
    const { withSql, reads } = project({ ...texts }, false);
    await withSql('email');
    reads();
    assert.deepEqual(await withSql('email'), ['a.sql', 'b.ts']);
    assert.equal(reads().length, 4);
  });

  it('are forgotten when they are gone', async () => {
    const { withSql, reads, files } = project({ ...texts });
    await withSql('email');
    reads();
    files.keep(new Set(['a.sql', 'c.ts']));
    await withSql('email');
    assert.deepEqual(reads(), ['a.sql', 'b.ts', 'd.ts']);
  });

  it('are no longer looked at when nobody waits', async () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}.ts`, query]));
    const { withSql, reads } = project(many);
    let asked = 0;
    await withSql('email', () => ++asked > 2);
    assert.equal(reads().length, 64);
    assert.deepEqual(await withSql('email', () => true), []);
  });

  it('are counted where they use Prisma', async () => {
    const { files, reads } = project({ ...texts });
    const count = () => files.countInPrisma(/\bemail\b/g, []);
    assert.deepEqual(await count(), { places: 2, files: 2 });
    assert.deepEqual(reads(), ['b.ts', 'c.ts', 'd.ts']);
    assert.deepEqual(await count(), { places: 2, files: 2 });
    assert.deepEqual(reads(), ['b.ts', 'd.ts']);
  });
});

import assert from 'node:assert/strict';
import { revisionGraph } from '../../server/src/history/revisionGraph.ts';
import { LanguageService } from '../../server/src/languageService.ts';
import { filesInMemory, rootUri } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';

/** `lanes id notes`, one line a revision. */
function drawn(...revisions: readonly (readonly [id: string, ...down: string[]])[]): string[] {
  const graph = revisionGraph(revisions.map(([id, ...down]) => ({ uri: id, id, down, dependsOn: [], labels: [] })));
  return [...graph].map(([id, { lanes, notes }]) => [lanes.padEnd(6), id, notes.join('; ')].join(' ').trimEnd());
}

describe('Graph of revisions', () => {
  it('of one line draws nothing, and names the head', () => {
    assert.deepEqual(drawn(['a'], ['b', 'a'], ['c', 'b']), ['       a', '       b', '       c head']);
  });

  it('draws a branch and its merge', () => {
    assert.deepEqual(drawn(['a'], ['b', 'a'], ['c', 'b'], ['d', 'b'], ['e', 'c', 'd'], ['f', 'e']), [
      '●      a',
      '●─╮    b 2 branches begin',
      '● │    c',
      '│ ●    d',
      '●─╯    e merges c and d',
      '●      f head',
    ]);
  });

  it('draws three branches', () => {
    assert.deepEqual(drawn(['a'], ['b', 'a'], ['c', 'a'], ['d', 'a'], ['m', 'b', 'c', 'd']), [
      '●─┬─╮  a 3 branches begin',
      '● │ │  b',
      '│ ● │  c',
      '│ │ ●  d',
      '●─┴─╯  m head; merges b, c and d',
    ]);
  });

  it('draws two beginnings and two heads', () => {
    assert.deepEqual(drawn(['a'], ['b'], ['c', 'b'], ['d', 'a']), [
      '●      a',
      '│ ●    b',
      '│ ●    c head',
      '●      d head',
    ]);
  });

  it('passes over a lane between', () => {
    assert.deepEqual(drawn(['a'], ['b', 'a'], ['c', 'a'], ['d', 'a'], ['m', 'b', 'd'], ['n', 'm', 'c']), [
      '●─┬─╮  a 3 branches begin',
      '● │ │  b',
      '│ ● │  c',
      '│ │ ●  d',
      '●─┼─╯  m merges b and d',
      '●─╯    n head; merges m and c',
    ]);
  });

  it('holds to what is there: a missing revision has no line', () => {
    assert.deepEqual(drawn(['b', 'missing'], ['c', 'b']), ['       b', '       c head']);
  });

  it('reaches the list of histories', async () => {
    const revision = (id: string, down: string): string =>
      `revision = "${id}"\ndown_revision = ${down}\n\ndef upgrade():\n    pass\n`;
    const service = new LanguageService(
      parser,
      filesInMemory({
        'versions/a.py': revision('a', 'None'),
        'versions/b.py': revision('b', '"a"'),
        'versions/c.py': revision('c', '"a"'),
        'versions/d.py': revision('d', '("b", "c")'),
      }),
    );
    await service.scan([rootUri]);
    const [history] = service.histories();
    assert.deepEqual(
      history?.migrations.map(({ lanes, name, notes }) => [lanes, name, ...notes].join(' ')),
      ['●─╮ a.py 2 branches begin', '● │ b.py', '│ ● c.py', '●─╯ d.py head merges b and c'],
    );
  });
});

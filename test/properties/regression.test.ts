import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { FileReviewer } from '../../server/src/document.ts';
import { sqlSource } from '../../server/src/sources/sql/sqlSource.ts';
import { Text } from '../../server/src/text/text.ts';
import { parser } from '../harness/parser.ts';

/** A folder of real SQL files, such as Postgres's regression suite; too large, and not ours, to be kept here. */
const folder = process.env.PGREVIEW_REGRESS;
/** Files of up to this length: each run reads the whole file afresh after each edit. */
const longest = 60_000;
const uri = 'file:///regress.sql';
const options = { targetVersion: 18 };
const inserts = [
  '',
  ';',
  "'",
  '"',
  '$$',
  '(',
  ')',
  '--',
  '/*',
  '*/',
  '\n',
  'ü👍',
  'select 1;\n',
  'create table x (id int);\n',
  '\\g\n',
  '\\.\n',
  'begin atomic ',
  'drop table x;',
];

describe('Edits of real SQL', () => {
  it('leave the statements and findings of the text read afresh', function () {
    if (folder === undefined) this.skip();
    this.timeout(600_000);
    const files = readdirSync(folder)
      .filter((name) => name.endsWith('.sql'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .filter((text) => text.length <= longest);
    assert.ok(files.length > 0, `${folder} has no .sql files`);
    let edits = 0;
    const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
    const change = fc.record({ at: place, remove: fc.nat(30), insert: fc.constantFrom(...inserts) });
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.array(change, { minLength: 1, maxLength: 3 }), (start, changes) => {
        let text = Text.of(start);
        let pieces = sqlSource.read(uri, text, parser);
        const reviewer = new FileReviewer(options);
        reviewer.review(pieces);
        for (const { at, remove, insert } of changes) {
          edits++;
          const from = Math.floor(at * text.length);
          const to = Math.min(text.length, from + remove);
          text = text.edit(from, to, insert);
          pieces = sqlSource.edit(uri, pieces, { from, to, inserted: insert }, text, parser);
        }
        const fresh = sqlSource.read(uri, Text.of(text.toString()), parser);
        assert.deepEqual(
          pieces[0]?.sql.statements.map((s) => [s.text, s.bodyStart, s.bodyEnd, s.terminated, s.parsed.kind]),
          fresh[0]?.sql.statements.map((s) => [s.text, s.bodyStart, s.bodyEnd, s.terminated, s.parsed.kind]),
        );
        const shown = (r: FileReviewer, p: typeof pieces): unknown =>
          r.review(p).findings.map((f) => [f.finding.rule, f.range, f.finding.message]);
        assert.deepEqual(shown(reviewer, pieces), shown(new FileReviewer(options), fresh));
      }),
      { numRuns: Number(process.env.PGREVIEW_RUNS ?? 2000) },
    );
    console.log(`      ${edits} edits of ${files.length} files`);
  });
});

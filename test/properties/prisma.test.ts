// Reading Prisma's schema language block by block: the same after any edits as at once, whatever stands there.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { emptyCatalog } from '../../server/src/catalog/catalog.ts';
import { finalSchema } from '../../server/src/catalog/finalSchema.ts';
import { reviewModels } from '../../server/src/review/modelReview.ts';
import { PrismaFile } from '../../server/src/sources/prisma/prismaFile.ts';
import { readSchema } from '../../server/src/sources/prisma/readSchema.ts';
import { parser } from '../harness/parser.ts';
import { withDatasource } from '../harness/prismaEngine.ts';

const folder = new URL('../fixtures/prisma/', import.meta.url);
const fixtures = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));

const scrap = fc.constantFrom(
  ...['model ', 'enum ', '{', '}', '\n', '\r\n', '\n}\n', '@', '@@', '@@index([', '@id', '@map("', '"', '\\', '(', ')'],
  ...[
    '[',
    ']',
    ',',
    ':',
    '?',
    '//',
    '///',
    '/*',
    '*/',
    ' ',
    'ü',
    '👍',
    'model M {\n  id Int @id\n}\n',
    'x Int\n',
    '\0',
  ],
);
const place = fc.double({ min: 0, max: 1, noNaN: true });
const edit = fc.record({
  at: place,
  removed: fc.nat(60),
  inserted: fc.array(scrap, { maxLength: 4 }).map((parts) => parts.join('')),
});

/** The blocks without the objects' identities. */
const shown = (file: PrismaFile): unknown => [file.blocks, file.starts];

describe("Prisma's schema language", () => {
  it('reads after any edits what a fresh reading does', function () {
    this.timeout(120_000);
    fc.assert(
      fc.property(fc.constantFrom(...fixtures), fc.array(edit, { maxLength: 8 }), (start, edits) => {
        let text = start;
        let file = PrismaFile.of(text);
        for (const { at, removed, inserted } of edits) {
          const from = Math.floor(at * text.length);
          text = text.slice(0, from) + inserted + text.slice(from + removed);
          file = PrismaFile.of(text, file);
          assert.deepEqual(shown(file), shown(PrismaFile.of(text)));
          assert.equal(file.blocks.map((block) => block.text).join(''), text);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('reviews whatever stands there, and marks places in it', function () {
    this.timeout(120_000);
    const history = finalSchema(emptyCatalog);
    let [reviewed, found] = [0, 0];
    fc.assert(
      fc.property(fc.constantFrom(...fixtures), fc.array(edit, { maxLength: 8 }), (start, edits) => {
        let text = start.replace(/^datasource[^}]*\}/gm, '');
        for (const { at, removed, inserted } of edits) {
          const from = Math.floor(at * text.length);
          text = text.slice(0, from) + inserted + text.slice(from + removed);
        }
        const schema = readSchema([
          { uri: 'file:///datasource.prisma', file: PrismaFile.of(withDatasource('')) },
          { uri: 'file:///schema.prisma', file: PrismaFile.of(text) },
        ]);
        if (!schema) return;
        reviewed++;
        for (const { finding, at } of reviewModels(schema, { history, takesFollowUps: true, parser })) {
          found++;
          const spans = [finding.span, ...finding.fixes.flatMap((fix) => fix.edits)];
          for (const { start: from, end } of spans)
            assert.ok(from >= 0 && from <= end && end <= at.block.text.length, finding.rule);
        }
      }),
      { numRuns: 300 },
    );
    assert.ok(reviewed > 150 && found > 150, `${reviewed} schemas, ${found} findings`);
  });

  it('keeps the blocks that an edit does not touch', () => {
    const text = fixtures.join('\n');
    const file = PrismaFile.of(text);
    const at = text.indexOf('\n', Math.floor(text.length / 2));
    const edited = PrismaFile.of(`${text.slice(0, at)}\n  @@index([x${text.slice(at)}`, file);
    const kept = edited.blocks.filter((block) => file.blocks.includes(block)).length;
    assert.ok(file.blocks.length - kept <= 1, `${kept} of ${file.blocks.length} blocks kept`);
  });

  it('reads a hostile text in time that grows with its length', function () {
    this.timeout(20_000);
    for (const piece of ['model M {\n', '@@index([', '"\\', '/*', 'a: [', 'x X(', '}\n', '// x\n'])
      assert.ok(time(piece.repeat(20_000)) < 2000, piece);
  });
});

function time(text: string): number {
  const start = performance.now();
  readSchema([{ uri: 'file:///schema.prisma', file: PrismaFile.of(withDatasource(text)) }]);
  return performance.now() - start;
}

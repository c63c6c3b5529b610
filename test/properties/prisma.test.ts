// Reading Prisma's schema language block by block: the same after any edits as at once, whatever stands there.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { emptyCatalog } from '../../server/src/catalog/catalog.ts';
import { finalSchema } from '../../server/src/catalog/finalSchema.ts';
import { reviewModels } from '../../server/src/review/modelReview.ts';
import { PrismaFile } from '../../server/src/sources/prisma/prismaFile.ts';
import { readSchema } from '../../server/src/sources/prisma/readSchema.ts';
import { generateSchema } from '../bench/prisma.ts';
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

/** Rules that ask what most of the schema does, or speak once a schema. */
const byCount: ReadonlySet<string> = new Set([
  'on-delete-missing',
  'updated-at-field-missing',
  'updated-at-not-kept',
  'uuid-field-as-text',
  'date-time-without-time-zone',
]);

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

  it('keeps the findings of models that do not name the one in which something is missing', function () {
    this.timeout(120_000);
    const history = finalSchema(emptyCatalog);
    const found = (text: string) => {
      const schema = readSchema([{ uri: 'file:///schema.prisma', file: PrismaFile.of(text) }]);
      return (schema ? reviewModels(schema, { history, takesFollowUps: false, parser }) : []).map(
        ({ finding, at }) => ({
          at: at.name,
          rule: finding.rule,
          text: `${finding.rule} at ${at.name}: ${finding.message}`,
        }),
      );
    };
    const example = readFileSync(new URL('../../examples/prisma/prisma/schema.prisma', import.meta.url), 'utf8');
    const schemas = [generateSchema(400), example].map((text) => ({
      text,
      file: PrismaFile.of(text),
      before: found(text),
    }));
    let compared = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...schemas),
        place,
        place,
        fc.nat(60),
        ({ text, file, before }, which, where, length) => {
          const blocks = file.blocks.filter(({ kind, name }) => name && /^(?:model|enum)$/.test(kind ?? ''));
          const block = blocks[Math.floor(which * blocks.length)];
          if (!block?.name) return;
          const name = block.name.text;
          const [open, close] = [block.text.indexOf('{') + 1, block.text.lastIndexOf('}')];
          const from = file.startOf(block) + open + Math.floor(where * (close - open));
          const to = Math.min(file.startOf(block) + close, from + 1 + length);
          const textOf = (model: string) => file.blocks.find((other) => other.name?.text === model)?.text ?? name;
          const apart = (all: ReturnType<typeof found>) =>
            all
              .filter(({ at, rule }) => !byCount.has(rule) && !new RegExp(`\\b${name}\\b`).test(textOf(at ?? name)))
              .map((finding) => finding.text)
              .sort();
          compared += apart(before).length;
          assert.deepEqual(apart(found(text.slice(0, from) + text.slice(to))), apart(before));
        },
      ),
      { numRuns: 300 },
    );
    assert.ok(compared > 1500, `${compared} findings`);
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

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates are the tests' subject.
// SQL in TypeScript after any edits: never a crash, places within the file, and the same as of the text read anew.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Piece } from '../../server/src/sources/piece.ts';
import { typescriptSource } from '../../server/src/sources/typescript/typescriptSource.ts';
import { Text } from '../../server/src/text/text.ts';
import { parser } from '../harness/parser.ts';

const part = fc.constantFrom(
  'await prisma.$queryRaw`SELECT ${id}`;\n',
  'const where = cond ? Prisma.sql`AND a = ${b}` : Prisma.empty;\n',
  'tx.$executeRaw`UPDATE t SET a = ${a} ${where}`;\n',
  'db.$queryRawUnsafe("SELECT \\"x\\"", 1);\n',
  'prisma.$queryRaw(Prisma.sql`SELECT 👍 \\n ${`${1}`}`);\n',
  'function f(id: number, { a }: B) {\n',
  '}\n',
  '// ü `\n',
  '/* ',
  ' */',
  '`',
  '${',
  '}',
  "'",
  '\r\n',
  'x',
);
/** So long that the tree of what stands around an edit is taken over. */
const long = `${'export function g(a: string, b: number): number {\n  return a.length + b;\n}\n'.repeat(60)}`;
const text = fc
  .array(fc.oneof({ weight: 5, arbitrary: part }, { weight: 1, arbitrary: fc.constant(long) }), { maxLength: 12 })
  .map((parts) => parts.join(''));
const place = fc.double({ min: 0, max: 1, noNaN: true });
const edits = fc.array(fc.record({ from: place, to: place, inserted: fc.oneof(part, fc.constant('')) }), {
  maxLength: 6,
});

const uri = 'file:///project/a.ts';
const seen = (pieces: readonly Piece[]) =>
  pieces.map(({ sql, map, reviewed, uncertain, host }) => ({
    sql: sql.slice(0, sql.length),
    places: Array.from({ length: sql.length }, (_, i) => map.toFile(i)),
    reviewed,
    uncertain,
    host,
  }));

describe('SQL in TypeScript', () => {
  it('is after any edits what it is in the text read anew', function () {
    this.timeout(120_000);
    fc.assert(
      fc.property(text, edits, (start, changes) => {
        let now = Text.of(start);
        let pieces = typescriptSource.read(uri, now, parser);
        for (const change of changes) {
          const [from, to] = [change.from, change.to].map((p) => Math.floor(p * now.length)).sort((a, b) => a - b) as [
            number,
            number,
          ];
          now = now.edit(from, to, change.inserted);
          pieces = typescriptSource.edit(uri, pieces, { from, to, inserted: change.inserted }, now, parser);
          assert.deepEqual(seen(pieces), seen(typescriptSource.read(uri, now, parser)));
          for (const { sql, map } of pieces)
            for (let i = 0; i <= sql.length; i++) {
              const { start: first, end } = map.toRange(i, sql.length);
              assert.ok(first <= end && first >= 0 && end <= now.length);
            }
        }
      }),
      { numRuns: 200 },
    );
  });
});

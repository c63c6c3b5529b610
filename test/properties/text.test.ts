import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Text } from '../../server/src/text/text.ts';

const fragment = fc.oneof(
  fc.constantFrom('\n', '\r', '\r\n', '\n\r', 'ü', '👍', 'select 1;', ''),
  fc.constantFrom('x'.repeat(8190), 'line\n'.repeat(3000), `${'y'.repeat(8191)}\r\n`),
);
const text = fc.array(fragment, { maxLength: 8 }).map((parts) => parts.join(''));
const place = fc.double({ min: 0, max: 1, noNaN: true });
const edits = fc.array(fc.record({ from: place, to: place, inserted: text }), { maxLength: 8 });

describe('Text', () => {
  it('answers after any edits as vscode-languageserver-textdocument does', function () {
    this.timeout(120_000);
    fc.assert(
      fc.property(text, edits, place, fc.nat(40), (start, changes, at, character) => {
        let ours = Text.of(start);
        let whole = start;
        for (const change of changes) {
          const [from, to] = [change.from, change.to]
            .map((p) => Math.floor(p * whole.length))
            .sort((a, b) => a - b) as [number, number];
          ours = ours.edit(from, to, change.inserted);
          whole = whole.slice(0, from) + change.inserted + whole.slice(to);
        }
        const theirs = TextDocument.create('file:///x', '', 1, whole);
        assert.equal(ours.length, whole.length);
        assert.equal(ours.toString(), whole);
        for (const offset of [
          0,
          1,
          Math.floor(at * whole.length),
          Math.floor(at * 9000),
          whole.length - 1,
          whole.length,
          whole.length + 5,
        ]) {
          assert.deepEqual(ours.positionAt(offset), theirs.positionAt(offset), `positionAt(${offset})`);
          assert.equal(
            ours.slice(Math.floor(offset / 2), offset),
            whole.slice(Math.floor(offset / 2), Math.max(0, offset)),
          );
        }
        for (const line of [
          0,
          1,
          Math.floor(at * theirs.lineCount),
          theirs.lineCount - 1,
          theirs.lineCount,
          theirs.lineCount + 3,
        ]) {
          const position = { line, character };
          assert.equal(ours.offsetAt(position), theirs.offsetAt(position), `offsetAt(${line}:${character})`);
        }
      }),
      { numRuns: 300 },
    );
  });
});

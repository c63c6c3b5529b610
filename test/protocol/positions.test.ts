import assert from 'node:assert/strict';
import { Client } from './client.ts';

const uri = 'file:///positions.sql';

for (const pull of [true, false]) {
  describe(`Positions (${pull ? 'pull' : 'push'})`, () => {
    let client: Client;
    before(async () => {
      client = await Client.start({ pull });
    });
    after(async () => assert.equal(await client.stop(), 0));
    afterEach(() => client.close(uri));

    for (const [name, prefix] of [
      ['umlauts', '/* üöä */ '],
      ['Chinese characters', '/* 日本 */ '],
      ['an emoji, two UTF-16 units', '/* 👍🏽 */ '],
      ['a combining accent', '/* e\u0301 */ '],
      ['a lone surrogate', '/* \ud83d */ '],
    ] as const) {
      it(`keeps the mark on its token behind ${name}`, async () => {
        await client.open(uri, `${prefix}SELECT 1 FRO t;\n${prefix}CREATE INDEX i ON t (a);\n`);
        const marked = await client.marked(uri);
        assert.ok(marked.includes('index-without-concurrently: CREATE INDEX'), marked.join('\n'));
        const [error] = (await client.diagnostics(uri)).filter((d) => d.severity === 1);
        assert.equal(error?.range.start.line, 0);
        assert.ok(
          (error?.range.start.character ?? 0) >= prefix.length + 'SELECT 1 '.length,
          JSON.stringify(error?.range),
        );
      });
    }

    it('counts UTF-16 units while one types behind ü, 日本 and 👍', async () => {
      await client.open(uri, "SELECT 'ü日本👍';\nCREATE INDEX i ON t (a);\n");
      await client.type(uri, "SELECT 'ü日本👍".length, ' ü👍 日');
      await client.type(uri, 0, '-- 👍\n');
      const expected = "-- 👍\nSELECT 'ü日本👍 ü👍 日';\nCREATE INDEX i ON t (a);\n";
      assert.equal(client.document(uri).getText(), expected);
      assert.ok((await client.marked(uri)).includes('index-without-concurrently: CREATE INDEX'));
      const broken = expected.indexOf('CREATE');
      await client.type(uri, broken, '日 ');
      const [error] = (await client.diagnostics(uri)).filter((d) => d.severity === 1);
      assert.equal(error?.range.start.line, 2);
      assert.ok(client.document(uri).getText(error.range).length > 0);
    });

    it('takes CRLF, CR-less and mixed line ends', async () => {
      await client.open(uri, 'SELECT 1;\r\nCREATE INDEX i\r\n  ON t (a);\r\n\nDROP TABLE x;\r\n');
      const diagnostics = await client.diagnostics(uri);
      const lines = diagnostics.map(
        (d) =>
          `${d.code} ${d.range.start.line}:${d.range.start.character}-${d.range.end.line}:${d.range.end.character}`,
      );
      assert.ok(lines.includes('index-without-concurrently 1:0-1:12'), lines.join('\n'));
      assert.ok(lines.includes('drop-table 4:0-4:10'), lines.join('\n'));
    });

    it('takes a byte order mark', async () => {
      await client.open(uri, '\uFEFFCREATE INDEX i ON t (a);\n');
      assert.ok((await client.marked(uri)).includes('index-without-concurrently: CREATE INDEX'));
      assert.deepEqual(
        (await client.diagnostics(uri)).filter((d) => d.severity === 1),
        [],
      );
    });

    it('takes changes of one notification in order, each against the text the one before left', async () => {
      await client.open(uri, 'aaa\nbbb\nccc\n');
      await client.change(uri, [
        { range: { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } }, text: 'SELECT 1;\nSELECT 2;\n' },
        { range: { start: { line: 2, character: 0 }, end: { line: 4, character: 0 } }, text: 'DROP TABLE ü;' },
        { range: { start: { line: 2, character: 11 }, end: { line: 2, character: 12 } }, text: '"👍"' },
      ]);
      assert.equal(client.document(uri).getText(), 'SELECT 1;\nSELECT 2;\nDROP TABLE "👍";');
      assert.ok((await client.marked(uri)).includes('drop-table: DROP TABLE'));
    });

    it('takes a change of the whole text', async () => {
      await client.open(uri, 'SELECT 1;');
      await client.change(uri, [{ text: 'DROP TABLE x;' }]);
      assert.ok((await client.marked(uri)).includes('drop-table: DROP TABLE'));
    });

    it('takes ranges that reach beyond the text', async () => {
      await client.open(uri, 'SELECT 1;\n');
      await client.change(uri, [
        { range: { start: { line: 0, character: 7 }, end: { line: 99, character: 99 } }, text: '2;\nDROP TABLE x;' },
      ]);
      assert.ok((await client.marked(uri)).includes('drop-table: DROP TABLE'));
    });
  });
}

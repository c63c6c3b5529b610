// What goose and sql-migrate send of a statement that they cut, as their source says it, is refused; between their marks it runs.
import assert from 'node:assert/strict';
import { LanguageService } from '../../server/src/languageService.ts';
import { filesInMemory } from '../harness/filesInMemory.ts';
import { parser } from '../harness/parser.ts';
import { startServer, type TestDatabase, testedVersions } from './harness/servers.ts';

const statements: readonly string[] = [
  'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN NEW;\nEND;\n$$;',
  'DO $do$\nBEGIN\n  PERFORM 1; -- why\nEND $do$;',
  "INSERT INTO notes VALUES ('a;\nb');",
  'CREATE FUNCTION g() RETURNS int BEGIN ATOMIC\nSELECT 1;\nEND;',
  'SELECT /* one;\ntwo */ 1;',
];

/** As both tools do: a line whose last word ends in a semicolon ends a statement, but between the marks. */
function sentBy(text: string): string[] {
  const sent: string[] = [];
  let part = '';
  let inBlock = false;
  for (const line of text.split('\n')) {
    const mark = /^-- \+\w+ (\w+)$/.exec(line)?.[1];
    if (mark !== undefined) {
      inBlock = mark === 'StatementBegin';
      if (mark !== 'StatementEnd') continue;
    } else part += `${line}\n`;
    const words = line.split(/\s+/);
    const comment = words.findIndex((word) => word.startsWith('--'));
    const last = (comment < 0 ? words : words.slice(0, comment)).filter(Boolean).at(-1) ?? '';
    if (mark === undefined && (inBlock || !last.endsWith(';'))) continue;
    sent.push(part);
    part = '';
  }
  return sent;
}

const uri = 'file:///project/db/migrations/001_a.sql';

function isFound(text: string): boolean {
  const service = new LanguageService(parser, filesInMemory({}));
  service.open(uri, 'sql', 1, text);
  return service.diagnostics(uri).some(({ code }) => code === 'statement-cut-by-tool');
}

for (const version of testedVersions)
  describe(`Statements that a tool cuts, on Postgres ${version}`, function () {
    this.timeout(60_000);
    let database: TestDatabase;
    before(async () => {
      database = await (await startServer(version)).freshDatabase();
      await (await database.client()).query('CREATE TABLE notes (note text)');
    });
    after(() => database.drop());

    for (const statement of statements)
      for (const tool of ['goose', 'migrate'])
        it(`${tool}: ${statement.slice(0, 30).replaceAll('\n', ' ')}…`, async () => {
          const client = await database.client();
          const bare = `-- +${tool} Up\n${statement}\n`;
          const [first = '', ...others] = sentBy(bare);
          assert.ok(isFound(bare) && others.length > 0);
          await assert.rejects(client.query(first), { code: '42601' });
          const marked = `-- +${tool} Up\n-- +${tool} StatementBegin\n${statement}\n-- +${tool} StatementEnd\n`;
          assert.ok(!isFound(marked));
          await client.query('BEGIN');
          assert.equal(sentBy(marked).length, 1);
          for (const part of sentBy(marked)) await client.query(part);
          await client.query('ROLLBACK');
        });
  });

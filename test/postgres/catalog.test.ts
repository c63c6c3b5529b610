// What the catalog makes of SQL, compared with the system catalogs of a server that ran the same SQL.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type pg from 'pg';
import { type Catalog, emptyCatalog } from '../../server/src/catalog/catalog.ts';
import type { Wrapping } from '../../server/src/catalog/session.ts';
import { FileReviewer } from '../../server/src/document.ts';
import { findHistories, type History } from '../../server/src/history/history.ts';
import { sourceFor } from '../../server/src/sources/index.ts';
import { forwardPart, type Piece } from '../../server/src/sources/piece.ts';
import { sqlSource } from '../../server/src/sources/sql/sqlSource.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import type { Statement } from '../../server/src/syntax/statement.ts';
import { Text } from '../../server/src/text/text.ts';
import { parser } from '../harness/parser.ts';
import { counts, difference, fileLines } from './harness/catalogLines.ts';
import { serverLines } from './harness/catalogQueries.ts';
import { catalogScripts } from './harness/catalogScripts.ts';
import { ddl, tables } from './harness/ddl.ts';
import { furtherDdl, furtherTables } from './harness/ddlFurther.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import type { TestDatabase, Version } from './harness/servers.ts';

const statementsOf = (sql: string): readonly Statement[] =>
  SqlText.of(sql, parser).statements.filter((s) => s.parsed.kind !== 'none');

/** What the files' catalog is after the SQL. */
const catalogAfter = (sql: string, wrapping: Wrapping, base = emptyCatalog): Catalog =>
  catalogBehind(
    sqlSource.read('file:///file.sql', Text.of(sql), parser).map((piece) => ({ ...piece, wrapping })),
    base,
  );

function catalogBehind(pieces: readonly Piece[], base: Catalog): Catalog {
  const reviewer = new FileReviewer({ targetVersion: 18 });
  reviewer.review(pieces, base);
  return reviewer.catalogAfter();
}

/** One by one, as psql does. @returns what failed, with its message */
async function run(client: pg.Client, statements: readonly Statement[]): Promise<string[]> {
  const failed: string[] = [];
  for (const statement of statements) {
    try {
      await client.query(statement.body);
    } catch (error) {
      failed.push(`${(error as Error).message}: ${statement.body.slice(0, 200)}`);
    }
  }
  return failed;
}

onEachVersion('catalog: scripts', ({ version, freshDatabase }) => {
  for (const { title, sql, from = 14 } of catalogScripts) {
    if (version < from) continue;
    it(title, async () => {
      const client = await (await freshDatabase()).client();
      assert.deepEqual(await run(client, statementsOf(sql)), []);
      const lines = await serverLines(client);
      assert.ok(lines.length > 0);
      assert.deepEqual(difference(lines, fileLines(catalogAfter(sql, 'none'), version)), []);
    });
  }
});

/** Each statement on the same tables, in a transaction that is rolled back. */
onEachVersion('catalog: statements', ({ version, freshDatabase }) => {
  for (const [title, setup, statements] of [
    ['of the facts', tables, ddl],
    ['further ones of the facts', furtherTables, furtherDdl],
  ] as const)
    it(title, async function () {
      this.timeout(300_000);
      const client = await (await freshDatabase()).client();
      await client.query(setup);
      const base = catalogAfter(setup, 'none');
      assert.deepEqual(difference(await serverLines(client), fileLines(base, version)), []);
      const wrong: string[] = [];
      let compared = 0;
      for (const { sql, from, to } of statements) {
        if (version < (from ?? 14) || version > (to ?? 18)) continue;
        // Postgres 14 leaves the partitions' triggers their name
        if (version === 14 && /^ALTER TRIGGER .* RENAME/.test(sql)) continue;
        await client.query('BEGIN');
        const failed = await run(client, statementsOf(sql));
        if (failed.length === 0) {
          compared++;
          const after = catalogAfter(sql, 'tool', base);
          const lines = difference(await serverLines(client), fileLines(after, version));
          if (lines.length > 0) wrong.push(`${sql}\n  ${lines.join('\n  ')}`);
        }
        await client.query('ROLLBACK');
      }
      assert.ok(compared > 100, `${compared} compared`);
      assert.deepEqual(wrong.join('\n'), '');
    });
});

/** Folders with migration histories, separated by colons. */
const folders = (process.env.PGREVIEW_CATALOG_HISTORIES ?? '').split(':').filter(Boolean);

if (folders.length > 0)
  onEachVersion('catalog: histories', ({ version, freshDatabase }) => {
    for (const folder of folders)
      for (const history of historiesIn(folder))
        it(`${history.folder} (${history.files.length} files)`, async function () {
          this.timeout(600_000);
          await compareHistory(history, await freshDatabase(), version);
        });
  });

/** The relations that a line is about; indexes, constraints and expressions go with their tables. */
function namesOf(line: string): string[] {
  const found =
    /^index \S+ on (\S+)/.exec(line) ??
    /^needs \S+ \S+ ([^.]+)/.exec(line) ??
    /^referenced \S+ \S+ by [^.]+\.(\S+)/.exec(line) ??
    /^(?:column|constraint|trigger|policy|table|partitioned|view|materialized view) [^. ]+\.([^. ]+)/.exec(line);
  return found ? [found[1] as string] : [];
}

async function compareHistory(history: History, database: TestDatabase, version: Version): Promise<void> {
  const client = await database.client();
  let catalog: Catalog = emptyCatalog;
  let failed = 0;
  const texts = history.files.map((uri) => readFileSync(new URL(uri), 'utf8'));
  for (const [i, uri] of history.files.entries()) {
    const source = sourceFor(uri, '');
    if (!source) throw new Error(`Nothing reads ${uri}.`);
    const pieces = source.read(uri, Text.of(texts[i] as string), parser);
    const problems: string[] = [];
    for (const piece of pieces) {
      const together = piece.wrapping === 'tool' || piece.wrapping === 'implicit';
      if (together) await client.query('BEGIN');
      problems.push(
        ...(await run(
          client,
          forwardPart(piece).filter((s) => s.parsed.kind !== 'none'),
        )),
      );
      if (together) await client.query('COMMIT');
    }
    // a file that needs what code between the files has made: neither side has it
    if (problems[0]) {
      failed++;
      console.log(`      left out: ${uri}: ${problems[0]}`);
    } else catalog = catalogBehind(pieces, catalog);
  }
  const all = await serverLines(client);
  // what functions and EXECUTE make under names that no file has
  const lines = all.filter((line) => namesOf(line).every((name) => texts.some((text) => text.includes(name))));
  console.log(
    `      ${failed} files failed; ${all.length - lines.length} lines made at run time; ${JSON.stringify(counts(lines))}`,
  );
  // an index on a table that only such code makes, and may have dropped
  const told = fileLines(catalog, version).filter((line) => !/ undefined\b/.test(line));
  assert.deepEqual(difference(lines, told), []);
}

function historiesIn(folder: string): History[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.sql'))
    .map((entry) => join(entry.parentPath, entry.name));
  return findHistories(files.map((path) => ({ uri: pathToFileURL(path).href, text: readFileSync(path, 'utf8') })));
}

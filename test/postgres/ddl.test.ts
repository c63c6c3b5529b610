// The catalog written down as SQL: run on an empty database, it makes the schema that the files themselves make.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type pg from 'pg';
import { type Catalog, emptyCatalog } from '../../server/src/catalog/catalog.ts';
import { schemaDdl } from '../../server/src/ddl/schemaDdl.ts';
import { FileReviewer } from '../../server/src/document.ts';
import { findHistories, type History } from '../../server/src/history/history.ts';
import { sourceFor } from '../../server/src/sources/index.ts';
import { forwardPart, type Piece } from '../../server/src/sources/piece.ts';
import { sqlSource } from '../../server/src/sources/sql/sqlSource.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { Text } from '../../server/src/text/text.ts';
import { besideNames } from '../../server/src/tools/index.ts';
import { parser } from '../harness/parser.ts';
import { catalogScripts } from './harness/catalogScripts.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { schemaDump } from './harness/schemaDump.ts';
import type { TestDatabase } from './harness/servers.ts';

onEachVersion('ddl: scripts', ({ version, freshDatabase }) => {
  for (const { title, sql, from = 14 } of catalogScripts) {
    // a foreign table is named in a comment only: its server is not among what the catalog keeps
    if (version < from || title === 'rules and foreign tables') continue;
    it(title, async () => {
      const pieces = sqlSource
        .read('file:///file.sql', Text.of(sql), parser)
        .map((piece): Piece => ({ ...piece, wrapping: 'none' }));
      const client = await (await freshDatabase()).client();
      assert.deepEqual(await run(client, sql), []);
      await compare(client, catalogBehind(pieces), await freshDatabase(), title);
    });
  }
});

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
/** Further folders with migration histories, separated by colons. */
const folders = (process.env.PGREVIEW_CATALOG_HISTORIES ?? '').split(':').filter(Boolean);

onEachVersion('ddl: histories', ({ freshDatabase }) => {
  for (const folder of [examples, ...folders])
    for (const { history, texts } of historiesIn(folder))
      it(
        history.folder.slice(history.folder.lastIndexOf('/', history.folder.lastIndexOf('/') - 1) + 1),
        async function () {
          this.timeout(600_000);
          const client = await (await freshDatabase()).client();
          const catalog = await runHistory(history, texts, client);
          await compare(client, catalog, await freshDatabase(), history.folder);
        },
      );
});

/** @param source where the files themselves ran */
async function compare(source: pg.Client, catalog: Catalog, target: TestDatabase, title: string) {
  const ddl = schemaDdl(catalog, parser);
  const client = await target.client();
  const failed = await run(client, ddl);
  const [want, got] = [await lines(source), await lines(client)];
  const difference = [
    ...want.filter((line) => !got.includes(line)).map((line) => `files: ${line}`),
    ...got.filter((line) => !want.includes(line)).map((line) => `ddl:   ${line}`),
  ].filter((line) => !madeAtRunTime.test(line));
  if (process.env.PGREVIEW_PRINT_DDL) console.log(`${title}: ${want.length} lines\n${ddl}`);
  assert.equal([...failed, ...difference].join('\n'), '');
}

/**
 * Partitions whose names functions make of the day's date, with their indexes: no file has them. An index ON ONLY a table
 * that has no others is valid without them.
 */
const madeAtRunTime = /_20\d{6}|_idx1? p$|_gin ON ONLY /;

async function lines(client: pg.Client): Promise<string[]> {
  // names are printed as the session's search path has them
  await client.query('SET search_path = public');
  // Postgres 18 names NOT NULL constraints; the files' catalog does not keep all of these names
  return (await schemaDump(client)).filter((line) => !/^constraint \S+ \S+ NOT NULL/.test(line));
}

async function run(client: pg.Client, sql: string): Promise<string[]> {
  const failed: string[] = [];
  for (const statement of SqlText.of(sql, parser).statements) {
    if (statement.parsed.kind === 'none') continue;
    await client.query(statement.body).catch((error: Error) => {
      failed.push(`${error.message}: ${statement.body.slice(0, 300)}`);
    });
  }
  return failed;
}

function catalogBehind(pieces: readonly Piece[], base: Catalog = emptyCatalog): Catalog {
  const reviewer = new FileReviewer({ targetVersion: 18 });
  reviewer.review(pieces, base);
  return reviewer.catalogAfter();
}

/** Runs a history, leaving out files that fail. @returns what the files' catalog is behind the others */
async function runHistory(history: History, texts: ReadonlyMap<string, string>, client: pg.Client): Promise<Catalog> {
  let catalog = emptyCatalog;
  for (const uri of history.files) {
    const source = sourceFor(uri, '');
    if (!source) throw new Error(`Nothing reads ${uri}.`);
    const pieces = source.read(uri, Text.of(texts.get(uri) ?? ''), parser, texts);
    const failed: string[] = [];
    for (const piece of pieces) {
      const together = piece.wrapping === 'tool' || piece.wrapping === 'implicit';
      if (together) await client.query('BEGIN');
      for (const statement of forwardPart(piece))
        if (statement.parsed.kind !== 'none')
          await client.query(statement.body).catch((error: Error) => failed.push(error.message));
      if (together) await client.query('COMMIT');
    }
    if (failed.length === 0) catalog = catalogBehind(pieces, catalog);
    else console.log(`      left out: ${uri}: ${failed[0]}`);
  }
  return catalog;
}

function historiesIn(folder: string): { history: History; texts: ReadonlyMap<string, string> }[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/node_modules/') && !path.includes('/.git/'))
    .map((path) => ({ path, uri: pathToFileURL(path).href }))
    .filter(({ uri }) => /\.(?:sql|py)$/.test(uri) || besideNames.test(uri));
  const texts = new Map(files.map(({ path, uri }) => [uri, readFileSync(path, 'utf8')]));
  const beside = new Map([...texts].filter(([uri]) => besideNames.test(uri)));
  const candidates = [...texts].filter(([uri]) => /\.(?:sql|py)$/.test(uri)).map(([uri, text]) => ({ uri, text }));
  // of Alembic's revisions, only what they execute as SQL is read so far
  return findHistories(candidates, beside)
    .filter(({ tool }) => tool.id !== 'alembic')
    .map((history) => ({ history, texts }));
}

// The catalog written down as SQL: run on an empty database, it makes the schema that the files themselves make.
import assert from 'node:assert/strict';
import type pg from 'pg';
import type { Catalog } from '../../server/src/catalog/catalog.ts';
import { schemaDdl } from '../../server/src/ddl/schemaDdl.ts';
import type { Piece } from '../../server/src/sources/piece.ts';
import { sqlSource } from '../../server/src/sources/sql/sqlSource.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import { Text } from '../../server/src/text/text.ts';
import { parser } from '../harness/parser.ts';
import { catalogScripts } from './harness/catalogScripts.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { catalogBehind, historiesIn, historyFolders, runHistory, shortName } from './harness/histories.ts';
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

onEachVersion('ddl: histories', ({ freshDatabase }) => {
  for (const folder of historyFolders)
    for (const { history, texts } of historiesIn(folder))
      it(shortName(history), async function () {
        this.timeout(600_000);
        const client = await (await freshDatabase()).client();
        const catalog = await runHistory(history, texts, client);
        await compare(client, catalog, await freshDatabase(), history.folder);
      });
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
  return (
    (await schemaDump(client))
      .filter((line) => !/^constraint \S+ \S+ NOT NULL/.test(line))
      // '0' stays text until the column's type is changed: then Postgres prints 0
      .map((line) => line.replace(/DEFAULT '(\d+)'::bigint$/, 'DEFAULT $1'))
  );
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

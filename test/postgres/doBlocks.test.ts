// DO blocks on real servers: what is said to run whatever its conditions are has run, the rest is uncertain; and savepoints in a
// transaction that the tool has opened.
import assert from 'node:assert/strict';
import { type Catalog, emptyCatalog } from '../../server/src/catalog/catalog.ts';
import { FileReviewer } from '../../server/src/document.ts';
import { sqlSource } from '../../server/src/sources/sql/sqlSource.ts';
import { Text } from '../../server/src/text/text.ts';
import { parser } from '../harness/parser.ts';
import { difference, fileLines } from './harness/catalogLines.ts';
import { serverLines } from './harness/catalogQueries.ts';
import { onEachVersion } from './harness/eachVersion.ts';

function catalogAfter(sql: string): Catalog {
  const reviewer = new FileReviewer({ targetVersion: 18 });
  const pieces = sqlSource.read('file:///file.sql', Text.of(sql), parser);
  reviewer.review(
    pieces.map((piece) => ({ ...piece, wrapping: 'tool' as const })),
    emptyCatalog,
  );
  return reviewer.catalogAfter();
}

/** Tables whose names begin with `s` surely are there behind it; of those that begin with `u` nobody can say. */
const bodies: readonly string[] = [
  'BEGIN CREATE TABLE s1 (a int); CREATE TABLE s2 (a int); END',
  "DECLARE n int := 0; BEGIN n := n + 1; CREATE TABLE s1 (a int); PERFORM n; EXECUTE 'CREATE TABLE s2 (a int)'; RAISE NOTICE 'x'; CREATE TABLE s3 (a int); END",
  'BEGIN IF now() IS NULL THEN CREATE TABLE u1 (a int); ELSE CREATE TABLE u2 (a int); END IF; CREATE TABLE s1 (a int); END',
  'BEGIN CREATE TABLE s1 (a int); IF now() IS NOT NULL THEN RETURN; END IF; CREATE TABLE u1 (a int); END',
  'BEGIN CREATE TABLE s1 (a int); RETURN; CREATE TABLE u1 (a int); END',
  'DECLARE i int; BEGIN FOR i IN 1..0 LOOP CREATE TABLE u1 (a int); END LOOP; CREATE TABLE s1 (a int); END',
  'BEGIN LOOP EXIT; END LOOP; CREATE TABLE s1 (a int); END',
  '<<whole>> BEGIN CREATE TABLE s1 (a int); LOOP EXIT whole; END LOOP; CREATE TABLE u1 (a int); END',
  '<<whole>> BEGIN CREATE TABLE s1 (a int); EXIT whole; CREATE TABLE u1 (a int); END',
  'BEGIN BEGIN CREATE TABLE s1 (a int); END; CREATE TABLE s2 (a int); END',
  'BEGIN BEGIN CREATE TABLE u1 (a int); PERFORM 1 / 0; EXCEPTION WHEN division_by_zero THEN NULL; END; CREATE TABLE s1 (a int); END',
  'BEGIN CREATE TABLE u1 (a int); PERFORM 1 / 0; EXCEPTION WHEN division_by_zero THEN NULL; END',
  'BEGIN CREATE TABLE s1 (a int); BEGIN PERFORM 1 / 0; EXCEPTION WHEN OTHERS THEN RETURN; END; CREATE TABLE u1 (a int); END',
  'BEGIN CASE WHEN true THEN CREATE TABLE u1 (a int); ELSE NULL; END CASE; CREATE TABLE s1 (a int); END',
  'DECLARE r record; BEGIN FOR r IN SELECT 1 LOOP CONTINUE; END LOOP; CREATE TABLE s1 (a int); END',
];

onEachVersion('DO blocks', ({ freshDatabase }) => {
  for (const body of bodies)
    it(body, async () => {
      const sql = `DO $$ ${body} $$;`;
      const database = await freshDatabase();
      const client = await database.client();
      await client.query(sql);
      const { rows } = await client.query<{ name: string }>(
        "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1",
      );
      const catalog = catalogAfter(sql);
      const names = [...new Set(body.match(/\b[su]\d\b/g))].sort();
      const sure = names.filter((name) => catalog.doubts.get(`of public.${name}`) !== true);
      assert.deepEqual(
        sure,
        names.filter((name) => name.startsWith('s')),
      );
      for (const name of sure)
        assert.ok(rows.some((row) => row.name === name) && catalog.relations.has(`public.${name}`));
    });

  it('a table that surely is there, and a column that may be', async () => {
    const sql = `DO $$ BEGIN CREATE TABLE s1 (a int); CREATE TABLE s2 (a int); IF now() IS NULL THEN ALTER TABLE s1 ADD b int; END IF; END $$;`;
    const client = await (await freshDatabase()).client();
    await client.query(sql);
    const { doubts } = catalogAfter(sql);
    assert.deepEqual([...doubts.keys()], ['of public.s1']);
    const { rows } = await client.query(
      "SELECT attname FROM pg_attribute WHERE attrelid = 's1'::regclass AND attnum > 0",
    );
    assert.deepEqual(rows, [{ attname: 'a' }]);
  });
});

const transactions: readonly string[] = [
  'CREATE TABLE a (i int); SAVEPOINT s; CREATE TABLE b (i int); ALTER TABLE a ADD j int; CREATE INDEX ON a (i); ROLLBACK TO SAVEPOINT s; ALTER TABLE a ADD k int;',
  'CREATE TABLE a (i int); SAVEPOINT s; DROP TABLE a; SAVEPOINT t; CREATE TABLE a (j text); ROLLBACK TO t; ROLLBACK TO s;',
  'SAVEPOINT s; CREATE TABLE a (i int); RELEASE s; SAVEPOINT s; CREATE TABLE b (i int); ROLLBACK TO s; CREATE TABLE c (i int);',
  "CREATE TYPE m AS ENUM ('x'); SAVEPOINT s; ALTER TABLE IF EXISTS a ADD x int; DO $$ BEGIN CREATE TABLE d (i int); END $$; ROLLBACK TO s;",
];

onEachVersion('savepoints in the transaction of a tool', ({ version, freshDatabase }) => {
  for (const sql of transactions)
    it(sql, async () => {
      const client = await (await freshDatabase()).client();
      await client.query('BEGIN');
      for (const statement of sql.split(/;(?=\s|$)(?! END)/)) if (statement.trim()) await client.query(statement);
      await client.query('COMMIT');
      assert.deepEqual(difference(await serverLines(client), fileLines(catalogAfter(sql), version)), []);
    });
});

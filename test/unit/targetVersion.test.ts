import assert from 'node:assert/strict';
import { FileReviewer } from '../../server/src/document.ts';
import { loadGrammars } from '../../server/src/main/assets.ts';
import { sqlSource } from '../../server/src/sources/sql/sqlSource.ts';
import { Text } from '../../server/src/text/text.ts';
import { parser } from '../harness/parser.ts';

async function found(sql: string, targetVersion: number): Promise<string[]> {
  const grammars = await loadGrammars(targetVersion);
  const reviewer = new FileReviewer({ targetVersion, grammars });
  const { findings } = reviewer.review(sqlSource.read('file:///a.sql', Text.of(sql), parser));
  return findings.map(
    ({ finding, range }) => `${finding.rule} ${sql.slice(range.start, range.end)}: ${finding.message}`,
  );
}

describe('Target version', () => {
  for (const [sql, word, since] of [
    ['MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE;', 'MERGE', 15],
    ['CREATE UNIQUE INDEX CONCURRENTLY i ON t (a) NULLS NOT DISTINCT;', 'NULLS', 15],
    ["SELECT JSON_OBJECT('ü': 1);", ':', 16],
    ['MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE RETURNING t.id;', '(?:RETURNING|MERGE)', 17],
    ['CREATE TABLE x (id bigint PRIMARY KEY, v int GENERATED ALWAYS AS (id * 2) VIRTUAL);', 'VIRTUAL', 18],
    ['SELECT OLD.a FROM t AS OLD; -- valid names everywhere', null, 14],
  ] as const) {
    it(`${sql.slice(0, 60)} is ${word ? `valid from ${since} on` : 'valid everywhere'}`, async () => {
      for (const target of [14, 15, 16, 17, 18]) {
        const [first, ...others] = await found(sql, target);
        assert.deepEqual(others, []);
        if (word === null || target >= since) assert.equal(first, undefined, `on ${target}`);
        else
          assert.match(
            first ?? '',
            new RegExp(
              `^syntax-newer-than-target-version ${word}: This is valid from Postgres ${since} on; Postgres ${target}`,
            ),
          );
      }
    });
  }

  it('takes on an older version what only the newest refuses', async () => {
    assert.deepEqual(await found('SELECT 123abc;', 14), []);
    assert.match((await found('SELECT 123abc;', 18))[0] ?? '', /^syntax-error/);
  });

  it('says nothing about text that a template completes', async () => {
    assert.deepEqual(await found('SELECT * FROM t WHERE a = :a;\nSELECT * FROM {{ t }};\nSELECT %(a)s;', 14), []);
  });
});

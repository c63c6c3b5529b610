// Who asks for everything that a schema has is run again with each change of it: in a large file that would be each INSERT, on each key.
import assert from 'node:assert/strict';
import { emptyCatalog } from '../../server/src/catalog/catalog.ts';
import { Replay } from '../../server/src/catalog/replay.ts';
import type { SchemaWriter } from '../../server/src/catalog/schema.ts';
import { newSession } from '../../server/src/catalog/session.ts';
import { carry } from '../../server/src/review/review.ts';
import { SqlText } from '../../server/src/syntax/sqlText.ts';
import type { Statement } from '../../server/src/syntax/statement.ts';
import { parser } from '../harness/parser.ts';

/** How often the schema is asked for all that it has, when the last statement runs behind the others. */
function asked(sql: string): number {
  const { statements } = SqlText.of(sql, parser);
  const last = statements.findLast(({ parsed }) => parsed.kind === 'tree') as Statement;
  const options = { targetVersion: 18 };
  let times = 0;
  const replay = new Replay<Statement>((statement, schema) => {
    if (statement !== last) return carry(statement, schema, options);
    const counting = new Proxy(schema, {
      get(target, name) {
        if (name === 'contentsOf') times++;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    carry(statement, counting as SchemaWriter, options);
  });
  replay.update(statements, emptyCatalog, newSession('none'));
  return times;
}

describe('What is asked of a schema to know what is uncertain', () => {
  const table = 'CREATE TABLE a (id bigint PRIMARY KEY, b text);\n';
  for (const sql of [
    "INSERT INTO a VALUES (1, 'x');",
    "UPDATE a SET b = 'x' WHERE id = 1;",
    'DELETE FROM a WHERE id = 1;',
    'ALTER TABLE a ADD COLUMN c int;',
    'CREATE INDEX ON a (b);',
    'CREATE TABLE c (a_id bigint REFERENCES a);',
  ])
    it(`is not all that it has, of a table that is known: ${sql}`, () => assert.equal(asked(table + sql), 0));

  it('is all that it has, of a table that is not', () => {
    assert.ok(asked(`${table}INSERT INTO unknown VALUES (1);`) > 0);
  });
});

import assert from 'node:assert/strict';
import { type JsonNode, placeNodes } from '../../server/src/explain/plan.ts';
import { rangesOfNodes } from '../../server/src/explain/ranges.ts';
import { readStatement } from '../../server/src/explain/statement.ts';
import type { Parser } from '../../server/src/syntax/parser.ts';
import { testParser } from '../postgres/harness/explaining.ts';

const scan = (relation: string, alias = relation): JsonNode => ({
  'Node Type': 'Seq Scan',
  'Relation Name': relation,
  Alias: alias,
  'Total Cost': 1,
  'Plan Rows': 1,
});
const over = (type: string, ...plans: JsonNode[]): JsonNode => ({
  'Node Type': type,
  'Total Cost': 1,
  'Plan Rows': 1,
  Plans: plans.map((plan) => ({ 'Parent Relationship': 'Outer', ...plan })),
});

describe('The text of a plan node', () => {
  let parser: Parser;
  before(async () => {
    parser = await testParser();
  });
  const texts = (sql: string, root: JsonNode): (string | null)[] => {
    const statement = readStatement(sql, parser);
    if (statement.kind === 'problem') throw new Error(statement.message);
    return rangesOfNodes(placeNodes(root), statement).map((range) => range && sql.slice(range.start, range.end));
  };

  it('is the table as it is written, whatever stands before it', () => {
    const cases: [sql: string, node: JsonNode, text: string][] = [
      ['SELECT \'日本👍\' FROM public . "Öl" AS ö WHERE true', scan('Öl', 'ö'), 'public . "Öl" AS ö'],
      ['SELECT * FROM ONLY t', scan('t'), 't'],
      ['SELECT * FROM t * x', scan('t', 'x'), 't * x'],
      ['SELECT * FROM a.b.t AS x (y, z) WHERE y', scan('t', 'x'), 'a.b.t AS x (y, z)'],
      ['SELECT * FROM t /* AS */ "where" -- x', scan('t', 'where'), 't /* AS */ "where"'],
      ['DELETE FROM t USING u', scan('u'), 'u'],
      ['DELETE FROM t old USING u', scan('t', 'old'), 't old'],
      ['UPDATE ONLY t SET a = 1', scan('t'), 't'],
      ['MERGE INTO t AS x USING s ON x.a = s.a WHEN MATCHED THEN DELETE', scan('t', 'x'), 't AS x'],
      ['SELECT * FROM t TABLESAMPLE system (1)', scan('t'), 't'],
      ['INSERT INTO t AS x (a) SELECT 1', scan('t', 'x'), 't AS x'],
    ];
    for (const [sql, node, text] of cases) assert.deepEqual(texts(sql, node), [text], sql);
  });

  it('is not given when two places have the name', () => {
    assert.deepEqual(texts('SELECT * FROM t UNION ALL SELECT * FROM t', over('Append', scan('t'), scan('t', 't_1'))), [
      null,
      null,
      null,
    ]);
    // the view's own t is called t_1 here or there, and nothing says which
    assert.deepEqual(texts('SELECT * FROM v, t', over('Nested Loop', scan('t', 't_1'), scan('t'))), [null, null, null]);
    assert.deepEqual(texts('SELECT * FROM v', scan('t')), [null]);
    assert.deepEqual(texts('SELECT * FROM customers o, v', scan('orders', 'o')), [null]);
    const view = over('Nested Loop', scan('customers', 'o'), scan('orders', 'o_1'));
    assert.deepEqual(texts('SELECT * FROM customers o, v', view), [null, 'customers o', null]);
    // two partitions of one table
    assert.deepEqual(texts('SELECT * FROM events e', scan('events_2024', 'e')), ['events e']);
    const parts = over('Append', scan('e_2023', 'e_1'), scan('e_2024', 'e_2'));
    assert.deepEqual(texts('SELECT * FROM events e', parts), [null, 'events e', 'events e']);
  });

  it('is the ON condition of the join that has both sides', () => {
    const sql = 'SELECT * FROM a JOIN b ON a.id = b.a_id JOIN c ON (c.id = b.c_id) AND c.x > (1)';
    const plan = over('Hash Join', over('Merge Join', scan('a'), over('Sort', scan('b'))), over('Hash', scan('c')));
    assert.deepEqual(texts(sql, plan).slice(0, 2), ['(c.id = b.c_id) AND c.x > (1)', 'a.id = b.a_id']);
    const unqualified = 'SELECT * FROM a JOIN b ON id = a_id';
    assert.equal(texts(unqualified, over('Hash Join', scan('a'), scan('b')))[0], null);
    const both = 'SELECT * FROM a JOIN b ON a.id = b.a_id JOIN c ON c.id = b.c_id AND c.id = a.id';
    const joined = over('Hash Join', scan('c'), over('Hash Join', scan('a'), scan('b')));
    assert.deepEqual(texts(both, joined)[0], 'c.id = b.c_id AND c.id = a.id');
  });

  it('is ORDER BY, GROUP BY and LIMIT of the main query only', () => {
    const sql =
      'SELECT x, (SELECT y FROM u ORDER BY z LIMIT 1) FROM t GROUP BY x, (1 + 2) HAVING true ORDER BY x DESC LIMIT 3 OFFSET 2';
    const plan = over('Limit', over('Sort', over('Aggregate', over('Sort', scan('t')))));
    assert.deepEqual(texts(sql, plan), ['LIMIT 3', 'ORDER BY x DESC', 'GROUP BY x, (1 + 2)', null, 't']);
    const join = over('Merge Join', over('Sort', scan('t')), over('Sort', scan('u')));
    assert.deepEqual(texts('SELECT * FROM t, u WHERE t.a = u.a ORDER BY t.a', join).slice(0, 4), [
      null,
      null,
      't',
      null,
    ]);
    const distinct = over('Unique', over('Sort', scan('t')));
    assert.deepEqual(texts('SELECT DISTINCT x FROM t ORDER BY x', distinct), [null, null, 't']);
    const window = over('Sort', over('WindowAgg', over('Sort', scan('t'))));
    const windowSql = 'SELECT rank() OVER (ORDER BY y) FROM t ORDER BY z FETCH FIRST 3 ROWS ONLY';
    assert.deepEqual(texts(windowSql, window), ['ORDER BY z', null, null, 't']);
    const initPlan = { ...over('Limit', scan('t')), 'Parent Relationship': 'InitPlan' };
    assert.deepEqual(texts('SELECT (SELECT max(x) FROM t) LIMIT 5', over('Result', initPlan)).slice(0, 2), [
      null,
      null,
    ]);
  });

  it('is never outside of the statement, and no statement breaks it', () => {
    const plan = over('Limit', over('Sort', over('Hash Join', scan('t'), scan('u', 'x'))));
    for (const sql of [
      'SELECT 1',
      'VALUES (1)',
      '(SELECT * FROM t ORDER BY 1) LIMIT 2',
      'SELECT FROM t LIMIT ALL',
      'INSERT INTO t DEFAULT VALUES',
    ]) {
      for (const text of texts(sql, plan)) assert.ok(text === null || (text !== '' && sql.includes(text)), sql);
    }
  });
});

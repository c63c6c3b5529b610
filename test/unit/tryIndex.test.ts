// Before an index is made on a server: what is asked, and what a refusal leaves undone.
import assert from 'node:assert/strict';
import type { Database, Row, Session } from '../../server/src/database/database.ts';
import { PostgresError } from '../../server/src/database/database.ts';
import { tryIndex } from '../../server/src/explain/tryIndex.ts';
import type { TryIndexResult } from '../../server/src/protocol.ts';
import { parser } from '../harness/parser.ts';

const place = { line: 0, character: 0 };
const range = { start: place, end: place };
const plan = JSON.stringify([{ Plan: { 'Node Type': 'Result', 'Total Cost': 1, 'Plan Rows': 1 } }]);

/** A server that answers EXPLAIN, and tells a size of its table. */
async function asked(size: Row | PostgresError): Promise<{ result: TryIndexResult; sent: string[] }> {
  const sent: string[] = [];
  const session: Session = {
    version: { number: 180000, text: '18.0' },
    schema: null,
    async query(sql) {
      sent.push(sql);
      if (sql.startsWith('EXPLAIN')) return [[plan]];
      if (!sql.includes('pg_table_size')) return [];
      if (size instanceof PostgresError) throw size;
      return [size];
    },
    close: async () => {},
  };
  const database: Database = { name: 'shop', open: async () => session };
  const subject = { uri: 'file:///q.sql', sql: 'SELECT 1', parameters: [], range, toRange: () => null, schema: [] };
  const target = { kind: 'connection', name: 'shop', url: '' } as const;
  const index = { table: 'orders', method: 'btree', keys: ['a'] } as const;
  const params = { textDocument: { uri: subject.uri }, range, target, index };
  return { result: await tryIndex(subject, params, { database, parser }), sent };
}

describe('Before an index is made on a server', () => {
  it('tells a large table from others', async () => {
    const gigabyte = 1024 ** 3;
    for (const [bytes, isLarge] of [
      [gigabyte, false],
      [gigabyte + 8192, true],
    ] as const) {
      const { result } = await asked([String(bytes), '1000']);
      assert.deepEqual(result, { kind: 'confirm', table: 'orders', bytes, rows: 1000, isLarge });
    }
  });

  it('asks all the same where the size is not told', async () => {
    const nothing = { kind: 'confirm', table: 'orders', bytes: null, rows: null, isLarge: false };
    assert.deepEqual((await asked([null, null])).result, nothing);
    const refused = new PostgresError('permission denied', { code: '42501' });
    assert.deepEqual((await asked(refused)).result, nothing);
  });

  it('has made nothing by then, and gives the transaction up', async () => {
    const { sent } = await asked(['8192', null]);
    assert.equal(sent[0], 'BEGIN READ ONLY');
    assert.equal(sent.at(-1), 'ROLLBACK');
    assert.ok(!sent.some((sql) => /CREATE|ANALYZE/.test(sql)), sent.join('\n'));
  });
});

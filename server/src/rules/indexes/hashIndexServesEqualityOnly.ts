import { defineRule } from '../rule.ts';
import { withoutMethod } from './indexEdits.ts';
import { writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'hash-index-serves-equality-only',
  family: 'indexes',
  severity: 'hint',
  docs: {
    summary: 'A hash index.',
    why: 'A hash index serves = and nothing else: no ranges, no ORDER BY, no LIKE, no index-only scan, no uniqueness. A btree index serves = as well.',
    fine: 'The values are long and only ever compared by =: then a hash index is smaller, and has no limit on their length.',
    source: 'https://www.postgresql.org/docs/current/indexes-types.html#INDEXES-TYPES-HASH',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, number bigint);',
      unsafe: 'CREATE INDEX CONCURRENTLY orders_number_idx ON orders USING hash (number);',
      safe: 'CREATE INDEX CONCURRENTLY orders_number_idx ON orders (number);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      if (stmt.accessMethod !== 'hash' || stmt.unique || stmt.indexParams?.length !== 1) return;
      const index = writtenIndex(stmt, context);
      const [key] = index?.keys ?? [];
      // long values are what hash is for
      if (!index?.using || !key?.type || key.type.schema !== null || !short.has(key.type.name) || key.type.array)
        return;
      const plain = !key.element.opclass && index.parameters.length === 0;
      context.report(
        index.using,
        'A hash index serves = only: no ranges, no ORDER BY, no index-only scans.',
        'A btree index serves = and all of these.',
        plain ? [{ title: 'Use a btree index', safe: false, edits: [withoutMethod(index, context)] }] : [],
      );
    },
  },
});

const short = new Set([
  'int2',
  'int4',
  'int8',
  'uuid',
  'date',
  'timestamp',
  'timestamptz',
  'bool',
  'numeric',
  'float8',
]);

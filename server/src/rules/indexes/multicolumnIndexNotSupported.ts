import { capabilities } from '../../facts/accessMethods.ts';
import { defineRule } from '../rule.ts';
import { withoutMethod } from './indexEdits.ts';
import { knownMethod, writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'multicolumn-index-not-supported',
  family: 'indexes',
  severity: 'error',
  docs: {
    summary: 'Several columns in a hash or SP-GiST index.',
    why: 'hash and spgist index one column or expression only: with more the statement fails (0A000). btree, gist, gin and brin take several.',
    fine: 'Never: the statement does not run.',
    source: 'https://www.postgresql.org/docs/current/indexes-multicolumn.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, status text);',
      unsafe: 'CREATE INDEX CONCURRENTLY orders_customer_idx ON orders USING hash (customer_id, status);',
      safe: 'CREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id, status);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      const method = knownMethod(stmt);
      if (!method || capabilities[method].severalColumns || (stmt.indexParams?.length ?? 0) < 2) return;
      const index = writtenIndex(stmt, context);
      if (!index) return;
      const plain = index.keys.every((key) => !key.element.opclass) && index.parameters.length === 0;
      context.report(
        context.tokens.span(index.open, index.close),
        `This fails: an index of the access method ${method} has one column only.`,
        method === 'hash'
          ? 'A btree index (USING left out) takes several columns and serves equality on them.'
          : 'Make an index for each of them, or use gist.',
        method === 'hash' && plain
          ? [{ title: 'Use a btree index', safe: false, edits: [withoutMethod(index, context)] }]
          : [],
      );
    },
  },
});

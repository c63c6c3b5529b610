import { defineRule } from '../rule.ts';
import { type WrittenKey, writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'index-column-twice',
  family: 'indexes',
  severity: 'information',
  docs: {
    summary: 'A column that is in an index twice.',
    why: 'Postgres stores it twice in every entry: the second time neither tells rows apart nor gives a query anything that the first did not. Most often another column was meant.',
    fine: 'The two have different operator classes, collations or, in a gist index, purposes; those are not reported.',
    source: 'https://www.postgresql.org/docs/current/indexes-multicolumn.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, status text);',
      unsafe: 'CREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id) INCLUDE (status, customer_id);',
      safe: 'CREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id) INCLUDE (status);',
    },
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, status text);',
      unsafe: 'CREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id, customer_id);',
      safe: 'CREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      if ((stmt.accessMethod ?? 'btree') !== 'btree') return;
      const index = writtenIndex(stmt, context);
      if (!index) return;
      const { tokens } = context;
      const seen = new Set<string>();
      const look = (key: WrittenKey, alone: boolean): void => {
        const { column, element, span, first, last } = key;
        if (column === null || element.opclass || element.collation) return;
        if (!seen.has(column)) {
          seen.add(column);
          return;
        }
        // with the comma before it, or the one behind it
        const behind = tokens.word(last + 1) === ',';
        const edit =
          tokens.word(first - 1) === ','
            ? { start: tokens.span(first - 1).start, end: span.end, newText: '' }
            : { start: span.start, end: tokens.span(last + (behind ? 2 : 0)).start, newText: '' };
        context.report(
          span,
          `${column} is in this index already.`,
          'Leave it out, or name the column that was meant.',
          alone ? [] : [{ title: 'Leave it out', safe: false, edits: [edit] }],
        );
      };
      for (const key of index.keys) look(key, index.keys.length === 1);
      for (const key of index.include) look(key, index.include.length === 1);
    },
  },
});

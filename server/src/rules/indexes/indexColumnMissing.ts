import { quoteIdentifier } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { nearest } from './nearestName.ts';
import { writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'index-column-missing',
  family: 'indexes',
  severity: 'error',
  docs: {
    summary: 'An index on a column that the table does not have.',
    why: 'By the files that create and alter it, the table has no such column, so the statement fails (42703).',
    fine: 'Something that the files do not show (dynamic SQL, another tool) adds the column.',
    source: 'https://www.postgresql.org/docs/current/sql-createindex.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);',
      unsafe: 'CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (custmer_id);',
      safe: 'CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      const index = writtenIndex(stmt, context);
      const relation = index?.table.relation;
      if (!index || !relation?.complete || (relation.kind !== 'table' && relation.kind !== 'partitioned')) return;
      const names = relation.columns.map((c) => c.name);
      for (const { column, first } of [...index.keys, ...index.include]) {
        if (column === null || names.includes(column) || systemColumns.has(column)) continue;
        const span = context.tokens.span(first);
        const meant = nearest(column, names);
        context.report(
          span,
          `This fails: by these files ${index.table.written} has no column ${quoteIdentifier(column)}.`,
          meant === null
            ? `Its columns are ${names.map(quoteIdentifier).join(', ')}.`
            : `Is ${quoteIdentifier(meant)} meant?`,
          meant === null
            ? []
            : [{ title: `Use ${meant}`, safe: false, edits: [{ ...span, newText: quoteIdentifier(meant) }] }],
        );
      }
    },
  },
});

const systemColumns = new Set(['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid']);

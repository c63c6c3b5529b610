import { isInUse, targetOf } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'truncate-table',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'TRUNCATE of a table that is in use.',
    why: 'All rows are gone at once. It takes ACCESS EXCLUSIVE: it waits for every transaction that has read the table, and everybody who comes later waits behind it.',
    fine: 'The rows are meant to go, and nobody works with the table.',
    source: 'https://www.postgresql.org/docs/current/sql-truncate.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE imports (id bigint, line text);',
      unsafe: 'TRUNCATE imports;',
      safe: 'CREATE TABLE import_buffer (line text);\nTRUNCATE import_buffer;',
    },
  ],
  check: {
    TruncateStmt(stmt, context) {
      const tables = (stmt.relations ?? []).flatMap((node) =>
        'RangeVar' in node ? [targetOf(node.RangeVar, context)] : [],
      );
      const inUse = tables.filter(({ key }) => isInUse(key, context));
      if (inUse.length === 0) return;
      context.report(
        context.tokens.span(0, context.tokens.length - 1),
        `This empties ${inUse.map((t) => t.written).join(', ')}; reads and writes wait for it (ACCESS EXCLUSIVE).`,
        'DELETE in batches keeps the table in use, and lets you choose which rows go.',
      );
    },
  },
});

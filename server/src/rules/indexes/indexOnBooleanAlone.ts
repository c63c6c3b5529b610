import { quoteIdentifier } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'index-on-boolean-alone',
  family: 'indexes',
  severity: 'hint',
  docs: {
    summary: 'An index on nothing but a boolean column.',
    why: 'A boolean has two values. For one that many rows have, reading the table is cheaper and the index is not used; yet every write keeps it up to date. A partial index holds only the rows of the rare value.',
    fine: 'One of the values is rare, and only that is looked for; the index then is larger than it need be.',
    source: 'https://www.postgresql.org/docs/current/indexes-partial.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE jobs (id bigint PRIMARY KEY, done boolean);',
      unsafe: 'CREATE INDEX CONCURRENTLY jobs_done_idx ON jobs (done);',
      safe: 'CREATE INDEX CONCURRENTLY jobs_done_idx ON jobs (id) WHERE NOT done;',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      if (stmt.whereClause || stmt.unique || stmt.indexParams?.length !== 1) return;
      const [key] = writtenIndex(stmt, context)?.keys ?? [];
      if (key?.type?.name !== 'bool' || key.type.schema !== null || key.type.array) return;
      context.report(
        key.span,
        `An index on ${key.column} alone tells two kinds of rows apart: it is used only for a value that few rows have.`,
        `Index what the queries look for besides, with the rare value as the predicate: (created_at) WHERE ${quoteIdentifier(key.column ?? '')}.`,
      );
    },
  },
});

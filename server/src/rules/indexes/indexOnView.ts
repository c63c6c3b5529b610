import { targetOf } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'index-on-view',
  family: 'indexes',
  severity: 'error',
  docs: {
    summary: 'CREATE INDEX on a view, a foreign table or a sequence.',
    why: 'Only tables and materialized views have storage of their own that can be indexed. On anything else the statement fails (42809).',
    fine: 'Never: the statement does not run.',
    source: 'https://www.postgresql.org/docs/current/sql-createindex.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE VIEW people AS SELECT id, email FROM users;',
      unsafe: 'CREATE INDEX people_email_idx ON people (email);',
      safe: 'CREATE INDEX CONCURRENTLY users_email_idx ON users (email);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      const { relation, span, written } = targetOf(stmt.relation, context);
      if (!relation || !Object.hasOwn(helps, relation.kind)) return;
      context.report(
        span,
        `This fails: ${written} is a ${relation.kind}, and that has no indexes.`,
        helps[relation.kind as keyof typeof helps],
      );
    },
  },
});

const helps = {
  view: 'Index the tables that the view reads, or make it a materialized view.',
  'foreign table': 'Create the index on the server where the table is.',
  sequence: 'A sequence is a single row.',
  index: 'Name the table, not its index.',
};

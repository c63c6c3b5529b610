import { columnOf } from '../../catalog/catalog.ts';
import { notImmutableIn } from '../../facts/immutability.ts';
import { defineRule } from '../rule.ts';
import { withoutTokens } from './indexEdits.ts';
import { why } from './indexExpressionNotImmutable.ts';
import { writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'index-predicate-not-immutable',
  family: 'indexes',
  severity: 'error',
  docs: {
    summary: 'A partial index whose predicate depends on the time, the session or settings.',
    why: 'Which rows are in a partial index is decided when they are written, never again. So Postgres refuses predicates with functions that are not IMMUTABLE, such as now() or CURRENT_TIMESTAMP (42P17): "not expired" cannot be a predicate.',
    fine: 'Never: the statement does not run.',
    source: 'https://www.postgresql.org/docs/current/indexes-partial.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE sessions (id bigint PRIMARY KEY, user_id bigint, expires_at timestamptz);',
      unsafe:
        'CREATE INDEX CONCURRENTLY sessions_live_idx ON sessions (user_id, expires_at) WHERE expires_at > CURRENT_TIMESTAMP;',
      safe: 'CREATE INDEX CONCURRENTLY sessions_live_idx ON sessions (user_id, expires_at);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      if (!stmt.whereClause) return;
      const index = writtenIndex(stmt, context);
      if (!index || index.where < 0) return;
      const typeOf = (name: string) => columnOf(index.table.relation, name)?.type ?? null;
      const found = notImmutableIn(stmt.whereClause, typeOf, context.before);
      if (!found) return;
      const last = context.tokens.length - 1;
      context.report(
        context.tokens.span(index.where, last),
        `This fails: ${found.what} is not immutable (${why[found.dependsOn]}), so it cannot be in the predicate of an index.`,
        found.dependsOn === 'clock'
          ? 'Leave the predicate out and have the time column in the index: queries then find what is not expired by its range.'
          : 'Use a condition on the columns alone.',
        // a unique index of all rows is another promise
        stmt.unique
          ? []
          : [
              {
                title: 'Index every row: leave the predicate out',
                safe: false,
                edits: [withoutTokens(context, index.where, last)],
              },
            ],
      );
    },
  },
});

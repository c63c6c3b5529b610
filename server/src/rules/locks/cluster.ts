import { isInUse, targetOf } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'cluster',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary: 'CLUSTER of a table that is in use.',
    why: 'CLUSTER writes the table and its indexes anew in the order of one index under ACCESS EXCLUSIVE: every read and write waits until it is done. The order is not kept by later writes.',
    fine: 'The site may be down.',
    source: 'https://www.postgresql.org/docs/current/sql-cluster.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz);\nCREATE INDEX events_at_idx ON events (at);',
      unsafe: 'CLUSTER events USING events_at_idx;',
      safe: 'VACUUM (ANALYZE) events;',
    },
  ],
  check: {
    ClusterStmt(stmt, context) {
      if (stmt.relation && !isInUse(targetOf(stmt.relation, context).key, context)) return;
      context.report(
        context.tokens.span(0),
        'CLUSTER rewrites the table with reads and writes blocked (ACCESS EXCLUSIVE).',
        'Run it while the site is down, or use an extension such as pg_repack, which does it while the table is in use.',
      );
    },
  },
});

import type { Relation } from '../../catalog/catalog.ts';
import { isInUse, targetOf } from '../alterTable.ts';
import { insertAt, matchCase } from '../edits.ts';
import { defineRule, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'refresh-without-concurrently',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary: 'REFRESH MATERIALIZED VIEW without CONCURRENTLY on a view that is in use.',
    why: 'The view is locked in ACCESS EXCLUSIVE while its query runs: every read of it waits until the new rows are stored. REFRESH … CONCURRENTLY computes the new rows beside the old ones and lets reads go on. It needs a unique index over plain columns with no WHERE, and a view that has been filled before.',
    fine: 'The query is fast, the view has not been filled yet, or nobody reads it while the migration runs.',
    source: 'https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);\nCREATE MATERIALIZED VIEW totals AS SELECT customer_id, count(*) AS orders FROM orders GROUP BY customer_id;\nCREATE UNIQUE INDEX totals_customer_id_idx ON totals (customer_id);',
      unsafe: 'REFRESH MATERIALIZED VIEW totals;',
      safe: 'REFRESH MATERIALIZED VIEW CONCURRENTLY totals;',
    },
  ],
  check: {
    RefreshMatViewStmt(stmt, context) {
      if (stmt.concurrent || stmt.skipData) return;
      const view = targetOf(stmt.relation, context);
      if (!isInUse(view.key, context)) return;
      const usable = hasUsableIndex(view.relation, context);
      const { tokens } = context;
      context.report(
        tokens.span(0, 2),
        `REFRESH blocks reads of ${view.written} (ACCESS EXCLUSIVE) while its query runs.`,
        usable
          ? 'REFRESH MATERIALIZED VIEW CONCURRENTLY lets reads go on, once the view has been filled for the first time.'
          : 'REFRESH MATERIALIZED VIEW CONCURRENTLY lets reads go on; it needs a unique index over plain columns with no WHERE.',
        usable
          ? [
              {
                title: 'Refresh it CONCURRENTLY',
                safe: false,
                edits: [insertAt(tokens.span(2).end, matchCase(tokens.written(2), ' CONCURRENTLY'))],
              },
            ]
          : [],
      );
    },
  },
});

/** Whether the files show an index by which CONCURRENTLY can tell the rows apart. */
const hasUsableIndex = (view: Relation | undefined, context: RuleContext): boolean =>
  (view?.indexes ?? []).some((key) => {
    const index = context.before.relation(key)?.index;
    return index?.unique === true && index.where === null && index.keys.every((k) => k.column !== null);
  });

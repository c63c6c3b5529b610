import { defineRule } from '../rule.ts';
import { orderWords } from './indexEdits.ts';
import { writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'descending-single-column-index',
  family: 'indexes',
  severity: 'hint',
  docs: {
    summary: 'DESC in a btree index of one column.',
    why: 'A btree index is read backward as well as forward, so an ascending index serves ORDER BY … DESC too. The direction matters only beside other columns in the other direction, or with NULLS LAST.',
    fine: 'Always: it does no harm, it only says more than it means.',
    source: 'https://www.postgresql.org/docs/current/indexes-ordering.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE events (id bigint PRIMARY KEY, created_at timestamptz);',
      unsafe: 'CREATE INDEX CONCURRENTLY events_created_at_idx ON events (created_at DESC);',
      safe: 'CREATE INDEX CONCURRENTLY events_created_at_idx ON events (created_at);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      if ((stmt.accessMethod ?? 'btree') !== 'btree') return;
      const keys = writtenIndex(stmt, context)?.keys;
      const key = keys?.[0];
      if (keys?.length !== 1 || key?.element.ordering !== 'SORTBY_DESC') return;
      if (key.element.nulls_ordering === 'SORTBY_NULLS_LAST') return;
      const { tokens } = context;
      const first = orderWords(key, context);
      if (first <= key.first) return;
      const span = tokens.span(first, key.last);
      context.report(
        span,
        'DESC in an index of one column gains nothing: Postgres reads it backward.',
        'Leave it out: ORDER BY … DESC uses the ascending index.',
        [
          {
            title: 'Leave DESC out',
            safe: false,
            edits: [{ start: tokens.span(first - 1).end, end: span.end, newText: '' }],
          },
        ],
      );
    },
  },
});

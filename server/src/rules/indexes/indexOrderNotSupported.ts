import { capabilities } from '../../facts/accessMethods.ts';
import { defineRule } from '../rule.ts';
import { orderWords } from './indexEdits.ts';
import { knownMethod, writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'index-order-not-supported',
  family: 'indexes',
  severity: 'error',
  docs: {
    summary: 'ASC, DESC or NULLS FIRST/LAST in an index that is not a btree.',
    why: 'Only btree indexes keep their entries in order. With any other access method these words make the statement fail (0A000), ASC and NULLS LAST too.',
    fine: 'Never: the statement does not run.',
    source: 'https://www.postgresql.org/docs/current/indexes-ordering.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE events (id bigint PRIMARY KEY, created_at timestamptz);',
      unsafe: 'CREATE INDEX CONCURRENTLY events_created_at_idx ON events USING brin (created_at DESC);',
      safe: 'CREATE INDEX CONCURRENTLY events_created_at_idx ON events USING brin (created_at);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      const method = knownMethod(stmt);
      if (!method || capabilities[method].order) return;
      const { tokens } = context;
      for (const key of writtenIndex(stmt, context)?.keys ?? []) {
        const first = orderWords(key, context);
        if (first <= key.first) continue;
        const span = tokens.span(first, key.last);
        context.report(
          span,
          `This fails: an index of the access method ${method} has no order.`,
          'Leave these words out: only a btree index is sorted.',
          [
            {
              title: 'Leave the order out',
              safe: false,
              edits: [{ start: tokens.span(first - 1).end, end: span.end, newText: '' }],
            },
          ],
        );
      }
    },
  },
});

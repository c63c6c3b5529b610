import type { Node } from '@pgsql/types';
import { nameParts } from '../../catalog/names.ts';
import { defineRule, type Edit } from '../rule.ts';
import { closing } from './expressionSpan.ts';
import { inEveryQuery, type LevelContext, nodesOf } from './queryLevels.ts';

export default defineRule({
  id: 'not-in-list-with-null',
  family: 'queries',
  severity: 'warning',
  docs: {
    summary: 'NOT IN with NULL in its list.',
    why: '`a NOT IN (1, NULL)` means `a <> 1 AND a <> NULL`, and the latter is never true: no row is found.',
    fine: 'Never.',
    source: 'https://www.postgresql.org/docs/current/functions-comparisons.html#FUNCTIONS-COMPARISONS-NOT-IN',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, status text);',
      unsafe: "SELECT id FROM orders WHERE status NOT IN ('paid', NULL, 'sent');",
      safe: "SELECT id FROM orders WHERE status NOT IN ('paid', 'sent') AND status IS NOT NULL;",
    },
  ],
  check: inEveryQuery((context) => {
    for (const { kind, name, rexpr, location } of nodesOf(context.level).A_Expr) {
      if (kind !== 'AEXPR_IN' || nameParts(name)[0] !== '<>' || !rexpr || !('List' in rexpr)) continue;
      const items = rexpr.List.items ?? [];
      if (!items.some(isNull)) continue;
      const open = context.tokens.find(['('], context.tokens.at(location ?? 0));
      const close = closing(open, context.tokens);
      if (open < 0 || close < 0) continue;
      const edits = withoutNulls(items, open, close, context);
      context.report(
        context.tokens.span(context.tokens.at(location ?? 0), close),
        'NOT IN with NULL in its list is never true: no row is found.',
        'Leave NULL out of the list, and say IS NOT NULL or IS NULL beside it if nulls matter.',
        edits.length > 0 ? [{ title: 'Leave NULL out of the list', edits, safe: false }] : [],
      );
    }
  }),
});

const isNull = (node: Node): boolean => 'A_Const' in node && node.A_Const.isnull === true;

/** Nothing when no item would be left. */
function withoutNulls(items: readonly Node[], open: number, close: number, { tokens }: LevelContext): Edit[] {
  const parts = tokens.split(open + 1, close);
  if (parts.length !== items.length || items.every(isNull)) return [];
  const firstKept = items.findIndex((item) => !isNull(item));
  return parts.flatMap((part, i) => {
    if (!isNull(items[i] as Node)) return [];
    // with the comma before it, or behind it at the head of the list
    const span =
      i < firstKept
        ? { start: tokens.span(part.first).start, end: tokens.span((parts[i + 1] as { first: number }).first).start }
        : { start: tokens.span(part.first - 1).start, end: tokens.span(part.last).end };
    return [{ ...span, newText: '' }];
  });
}

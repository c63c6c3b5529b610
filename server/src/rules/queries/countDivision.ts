import type { Node } from '@pgsql/types';
import { insertAt } from '../edits.ts';
import { defineRule, type Fix } from '../rule.ts';
import { spanOf } from './expressionSpan.ts';
import { functionName, inEveryQuery, nodesOf, operatorOf } from './queryLevels.ts';

export default defineRule({
  id: 'integer-division-of-counts',
  family: 'queries',
  severity: 'information',
  docs: {
    summary: 'One count divided by another.',
    why: 'count() gives bigint, and integers divide to an integer: 3 / 4 is 0. The share that is wanted comes out as 0 or 1.',
    fine: 'Whole numbers are wanted.',
    source: 'https://www.postgresql.org/docs/current/functions-math.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, note jsonb);',
      unsafe: 'SELECT count(*) FILTER (WHERE id < 6) / count(*) AS share FROM orders;',
      safe: 'SELECT (count(*) FILTER (WHERE id < 6))::numeric / count(*) AS share FROM orders;',
    },
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, note jsonb);',
      unsafe: 'SELECT count(note) / count(*) AS share, count(id) FROM orders HAVING count(*) > 0;',
      safe: 'SELECT count(note)::numeric / count(*) AS share, count(id) FROM orders HAVING count(*) > 0;',
    },
  ],
  check: inEveryQuery((context) => {
    for (const expression of nodesOf(context.level).A_Expr) {
      const { lexpr, rexpr, location } = expression;
      if (operatorOf(expression) !== '/' || !isCount(lexpr) || !isCount(rexpr)) continue;
      const span = spanOf(lexpr, context.tokens);
      const fixes: Fix[] = span
        ? [{ title: 'Divide as numeric', edits: [insertAt(span.end, '::numeric')], safe: false }]
        : [];
      context.report(
        context.tokens.span(context.tokens.at(location ?? 0)),
        'Counts are integers, and integers divide to an integer: a share below 1 comes out as 0.',
        'Cast one of them to numeric.',
        fixes,
      );
    }
  }),
});

const isCount = (node: Node | undefined): boolean =>
  node !== undefined && 'FuncCall' in node && functionName(node.FuncCall) === 'count';

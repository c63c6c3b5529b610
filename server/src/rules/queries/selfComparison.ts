import { defineRule, type Fix } from '../rule.ts';
import { nameOf, sameColumn } from './columns.ts';
import { spanOf } from './expressionSpan.ts';
import { columnAt, inEveryQuery, nodesOf, operatorOf } from './queryLevels.ts';

const results: Readonly<Record<string, string>> = {
  '=': 'true wherever it is not null',
  '<=': 'true wherever it is not null',
  '>=': 'true wherever it is not null',
  '<>': 'never true',
  '!=': 'never true',
  '<': 'never true',
  '>': 'never true',
};

export default defineRule({
  id: 'column-compared-with-itself',
  family: 'queries',
  severity: 'information',
  docs: {
    summary: 'A column compared with itself.',
    why: 'It says nothing about the value. Most often another table was meant on one side, and a join pairs rows that do not belong together.',
    fine: 'It is meant as IS NOT NULL.',
    source: 'https://www.postgresql.org/docs/current/functions-comparison.html',
  },
  examples: [
    {
      schema: `CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);`,
      unsafe: 'SELECT u.id, o.id AS order_id FROM users u JOIN orders o ON o.user_id = o.user_id;',
      safe: 'SELECT u.id, o.id AS order_id FROM users u JOIN orders o ON o.user_id = u.id;',
    },
  ],
  check: inEveryQuery((context) => {
    for (const expression of nodesOf(context.level).A_Expr) {
      const operator = operatorOf(expression);
      const result = results[operator];
      const [left, right] = [columnAt(expression.lexpr, context), columnAt(expression.rexpr, context)];
      if (!result || !left || !right || !sameColumn(left, right) || left.item.kind === 'join') continue;
      const [from, to] = [spanOf(expression.lexpr, context.tokens), spanOf(expression.rexpr, context.tokens)];
      if (!from || !to) continue;
      const name = context.text.slice(from.start, from.end);
      const span = { start: from.start, end: to.end };
      const fixes: Fix[] = result.startsWith('true')
        ? [{ title: `Write ${name} IS NOT NULL`, edits: [{ ...span, newText: `${name} IS NOT NULL` }], safe: false }]
        : [];
      context.report(
        span,
        `${nameOf(left)} is compared with itself: that is ${result}.`,
        'Name the other side; if only nulls are to be left out, write IS NOT NULL.',
        fixes,
      );
    }
  }),
});

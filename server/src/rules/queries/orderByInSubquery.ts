import { defineRule, type Fix } from '../rule.ts';
import { closing } from './expressionSpan.ts';
import { inEveryQuery, selectOf } from './queryLevels.ts';

const schema = `CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);`;

export default defineRule({
  id: 'order-by-in-subquery',
  family: 'queries',
  severity: 'hint',
  docs: {
    summary: 'ORDER BY without LIMIT in a subquery of IN or EXISTS.',
    why: 'IN and EXISTS do not care for order: the sorting changes nothing.',
    fine: 'Never needed.',
    source: 'https://www.postgresql.org/docs/current/functions-subquery.html',
  },
  examples: [
    {
      schema,
      unsafe: 'SELECT name FROM users WHERE id IN (SELECT user_id FROM orders ORDER BY id);',
      safe: 'SELECT name FROM users WHERE id IN (SELECT user_id FROM orders);',
    },
  ],
  check: inEveryQuery((context) => {
    const { level, text, report } = context;
    const select = selectOf(level);
    const type = level.subLink?.subLinkType;
    if (!select?.sortClause || select.limitCount || select.limitOffset || select.lockingClause) return;
    if (select.distinctClause?.some((d) => Object.keys(d).length > 0)) return;
    if (type !== 'ANY_SUBLINK' && type !== 'ALL_SUBLINK' && type !== 'EXISTS_SUBLINK') return;
    const { tokens } = context;
    const open = tokens.find(['('], tokens.at(level.subLink?.location ?? 0));
    const close = closing(open, tokens);
    const order = tokens.findOutside(['order', 'by'], open + 1, close);
    if (close < 0 || order < 0) return;
    const edit = { start: tokens.span(order - 1).end, end: tokens.span(close - 1).end, newText: '' };
    // a comment there would go along
    const fixes: Fix[] = /--|\/\*/.test(text.slice(edit.start, edit.end))
      ? []
      : [{ title: 'Leave ORDER BY out', edits: [edit], safe: true }];
    report(
      tokens.span(order, close - 1),
      `${type === 'EXISTS_SUBLINK' ? 'EXISTS' : 'IN'} does not care for the order of rows: ORDER BY changes nothing here.`,
      'Leave it out.',
      fixes,
    );
  }),
});

import { defineRule } from '../rule.ts';
import { functionName, inEveryQuery, selectOf } from './queryLevels.ts';

export default defineRule({
  id: 'order-by-random',
  family: 'queries',
  severity: 'information',
  docs: {
    summary: 'ORDER BY random().',
    why: 'No index has that order: every row is read, given a number and sorted, however few are taken.',
    fine: 'The table is small, or other conditions leave few rows.',
    source: 'https://www.postgresql.org/docs/current/sql-select.html#SQL-FROM',
  },
  examples: [
    {
      schema: 'CREATE TABLE quotes (id bigint PRIMARY KEY, body text);',
      unsafe: 'SELECT body FROM quotes ORDER BY random() LIMIT 1;',
      safe: 'SELECT body FROM quotes WHERE id >= 1 + (SELECT floor(random() * max(id))::bigint FROM quotes) ORDER BY id LIMIT 1;',
    },
  ],
  check: inEveryQuery((context) => {
    const select = selectOf(context.level);
    const [first] = select?.sortClause ?? [];
    const call = first && 'SortBy' in first ? first.SortBy.node : undefined;
    if (!call || !('FuncCall' in call) || functionName(call.FuncCall) !== 'random') return;
    if (!context.level.items.some((i) => i.kind === 'relation')) return;
    const at = context.tokens.at(call.FuncCall.location ?? 0);
    context.report(
      context.tokens.span(at, at + 2),
      'ORDER BY random() reads and sorts every row, however few are taken.',
      'Take the first row from a random key on, or a sample: TABLESAMPLE.',
    );
  }),
});

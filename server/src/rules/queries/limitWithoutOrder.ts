import { defineRule } from '../rule.ts';
import { integerConstant } from './columns.ts';
import { aggregatesRows, inEveryQuery, selectOf } from './queryLevels.ts';

export default defineRule({
  id: 'limit-without-order-by',
  family: 'queries',
  severity: 'hint',
  docs: {
    summary: 'LIMIT with OFFSET and no ORDER BY.',
    why: 'Which rows are given is left to the plan and to where rows lie: pages overlap and miss rows, and an UPDATE moves rows about.',
    fine: 'Any rows will do.',
    source: 'https://www.postgresql.org/docs/current/queries-limit.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE events (id bigint PRIMARY KEY, name text);',
      unsafe: 'SELECT id FROM events LIMIT 5 OFFSET 5;',
      safe: 'SELECT id FROM events ORDER BY id LIMIT 5 OFFSET 5;',
    },
  ],
  check: inEveryQuery((context) => {
    const { level } = context;
    const select = selectOf(level);
    if (!select?.limitCount || !select.limitOffset || select.sortClause || select.distinctClause) return;
    if (
      integerConstant(select.limitOffset) === 0 ||
      !level.items.some((i) => i.kind === 'relation') ||
      aggregatesRows(level)
    )
      return;
    // a row may come out of an ordered subquery
    if (level.items.some((i) => i.kind !== 'relation')) return;
    const { limitCount } = select;
    const value =
      'A_Const' in limitCount
        ? limitCount.A_Const.location
        : 'ParamRef' in limitCount
          ? limitCount.ParamRef.location
          : undefined;
    const at = context.tokens.at(value ?? -1);
    if (at < 1 || context.tokens.word(at - 1) !== 'limit') return;
    context.report(
      context.tokens.span(at - 1, at),
      'Without ORDER BY it is left to chance which rows are on which page.',
      'Order by something unique, such as the primary key.',
    );
  }),
});

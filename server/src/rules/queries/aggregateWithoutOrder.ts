import { defineRule } from '../rule.ts';
import { functionName, inEveryQuery, nodesOf, selectOf } from './queryLevels.ts';

export default defineRule({
  id: 'string-agg-without-order',
  family: 'queries',
  severity: 'hint',
  docs: {
    summary: 'string_agg with no ORDER BY in it.',
    why: 'The parts come in the order in which rows are met, which changes with updates and with the plan: the same rows give another string.',
    fine: 'The order does not matter, or a subquery in FROM sorts the rows.',
    source: 'https://www.postgresql.org/docs/current/sql-expressions.html#SYNTAX-AGGREGATES',
  },
  examples: [
    {
      schema: 'CREATE TABLE tags (id bigint PRIMARY KEY, post_id bigint, name text);',
      unsafe: "SELECT string_agg(name, ', ') FROM tags;",
      safe: "SELECT string_agg(name, ', ' ORDER BY name) FROM tags;",
    },
  ],
  check: inEveryQuery((context) => {
    const { level, tokens } = context;
    for (const call of nodesOf(level).FuncCall) {
      if (functionName(call) !== 'string_agg' || call.agg_order || call.over || call.agg_distinct) continue;
      // rows that a subquery sorts come in that order
      if (!level.items.every((item) => item.kind === 'relation') || selectOf(level)?.sortClause) continue;
      const at = tokens.at(call.location ?? 0);
      context.report(
        tokens.span(at),
        'The order of the parts is left to chance.',
        'Write ORDER BY inside string_agg(…), behind the separator.',
      );
    }
  }),
});

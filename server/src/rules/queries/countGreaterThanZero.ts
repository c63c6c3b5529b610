import type { A_Expr, Node, SelectStmt } from '@pgsql/types';
import { insertAt } from '../edits.ts';
import { defineRule, type Fix } from '../rule.ts';
import { integerConstant } from './columns.ts';
import { spanOf } from './expressionSpan.ts';
import { functionName, inEveryQuery, type LevelContext, nodesOf, operatorOf } from './queryLevels.ts';

const schema = `CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);`;

export default defineRule({
  id: 'count-instead-of-exists',
  family: 'queries',
  severity: 'information',
  docs: {
    summary: 'A count compared with zero, to learn whether there is a row.',
    why: 'count(*) reads every row that fits; EXISTS stops at the first.',
    fine: 'There are never more than a few rows.',
    source: 'https://www.postgresql.org/docs/current/functions-subquery.html#FUNCTIONS-SUBQUERY-EXISTS',
  },
  examples: [
    {
      schema,
      unsafe: 'SELECT id FROM users WHERE (SELECT count(*) FROM orders WHERE orders.user_id = users.id) > 0;',
      safe: 'SELECT id FROM users WHERE EXISTS (SELECT 1 FROM orders WHERE orders.user_id = users.id);',
    },
    {
      schema,
      unsafe: 'SELECT id FROM users u WHERE (SELECT count(*) FROM orders o WHERE o.user_id = u.id) = 0;',
      safe: 'SELECT id FROM users u WHERE NOT EXISTS (SELECT FROM orders o WHERE o.user_id = u.id);',
    },
  ],
  check: inEveryQuery((context) => {
    for (const expression of nodesOf(context.level).A_Expr) {
      const select = countOf(expression.lexpr);
      const test = `${operatorOf(expression)} ${integerConstant(expression.rexpr)}`;
      const exists = /^(?:> 0|>= 1|<> 0|!= 0)$/.test(test)
        ? 'EXISTS'
        : /^(?:= 0|< 1|<= 0)$/.test(test)
          ? 'NOT EXISTS'
          : null;
      if (!select || !exists) continue;
      const query = spanOf(expression.lexpr, context.tokens);
      const value = spanOf(expression.rexpr, context.tokens);
      if (!query || !value) continue;
      context.report(
        { start: query.start, end: value.end },
        'All rows are counted only to learn whether there is one.',
        `Write ${exists} (SELECT …), which stops at the first row.`,
        fixes(expression, select, exists, context),
      );
    }
  }),
});

/** `(SELECT count(*) FROM … [WHERE …])`, nothing else. */
function countOf(node: Node | undefined): SelectStmt | null {
  if (!node || !('SubLink' in node) || node.SubLink.subLinkType !== 'EXPR_SUBLINK') return null;
  const select =
    node.SubLink.subselect && 'SelectStmt' in node.SubLink.subselect ? node.SubLink.subselect.SelectStmt : {};
  const { targetList, fromClause, groupClause, havingClause, distinctClause, limitCount, limitOffset, withClause } =
    select;
  if (groupClause || havingClause || distinctClause || limitCount || limitOffset || withClause || !fromClause)
    return null;
  const [target, ...more] = targetList ?? [];
  const call = target && 'ResTarget' in target && target.ResTarget.val;
  if (more.length > 0 || !call || !('FuncCall' in call) || functionName(call.FuncCall) !== 'count') return null;
  const { agg_star, agg_filter, over } = call.FuncCall;
  return agg_star && !agg_filter && !over ? select : null;
}

function fixes(expression: A_Expr, select: SelectStmt, exists: string, { tokens }: LevelContext): Fix[] {
  const target = select.targetList?.[0];
  const count = spanOf(target && 'ResTarget' in target ? target.ResTarget.val : undefined, tokens);
  const query = spanOf(expression.lexpr, tokens);
  const value = spanOf(expression.rexpr, tokens);
  if (!count || !query || !value) return [];
  const edits = [
    insertAt(query.start, `${exists} `),
    { ...count, newText: '1' },
    { start: query.end, end: value.end, newText: '' },
  ];
  return [{ title: `Write ${exists}`, edits, safe: true }];
}

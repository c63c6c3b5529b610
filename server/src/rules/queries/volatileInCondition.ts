import type { Node } from '@pgsql/types';
import { volatileFunctionIn } from '../../facts/volatility.ts';
import { defineRule } from '../rule.ts';
import { leadingIndex, nameOf } from './columns.ts';
import { columnAt, conjuncts, inEveryQuery, operatorOf, visitOwn, whereOf } from './queryLevels.ts';

const comparisons = new Set(['=', '<', '>', '<=', '>=']);

export default defineRule({
  id: 'indexed-column-compared-with-volatile',
  family: 'queries',
  severity: 'information',
  docs: {
    summary: 'An indexed column compared with a volatile function: random(), clock_timestamp(), currval().',
    why: 'A volatile function may give another value for each row, so Postgres calls it for each row of the table and uses no index.',
    fine: 'The table is small, or a value for each row is meant.',
    source: 'https://www.postgresql.org/docs/current/xfunc-volatility.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE jobs (id bigint PRIMARY KEY, name text);',
      unsafe: 'SELECT name FROM jobs WHERE id = (1 + floor(random() * 20))::bigint;',
      safe: 'SELECT name FROM jobs WHERE id = (SELECT (1 + floor(random() * 20))::bigint);',
    },
  ],
  check: inEveryQuery((context) => {
    for (const condition of conjuncts(whereOf(context.level))) {
      if (!('A_Expr' in condition) || !comparisons.has(operatorOf(condition.A_Expr))) continue;
      const { lexpr, rexpr } = condition.A_Expr;
      for (const [side, other] of [
        [lexpr, rexpr],
        [rexpr, lexpr],
      ]) {
        const found = columnAt(side, context);
        const index = found && leadingIndex(found, context.before);
        if (!found || !index || found.level !== context.level) continue;
        visitOwn(other, (type, node) => {
          if (type !== 'FuncCall') return;
          const call = node as { args?: Node[]; location?: number };
          const called = volatileFunctionIn({ FuncCall: { ...call, args: [] } } as Node, context.before);
          if (!called) return;
          context.report(
            context.tokens.span(context.tokens.at(call.location ?? 0)),
            `${called}() is called for each row, and the index ${index} on ${nameOf(found)} is not used.`,
            'Write it as a subquery, (SELECT …): that is computed once.',
          );
        });
      }
    }
  }),
});

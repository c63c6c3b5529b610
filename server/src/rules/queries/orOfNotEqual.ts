import type { Node } from '@pgsql/types';
import { defineRule } from '../rule.ts';
import { constantKey, type FoundColumn, nameOf, sameColumn } from './columns.ts';
import { columnAt, inEveryQuery, type LevelContext, nodesOf, operatorOf } from './queryLevels.ts';

export default defineRule({
  id: 'or-of-not-equal',
  family: 'queries',
  severity: 'warning',
  docs: {
    summary: '`a <> 1 OR a <> 2`.',
    why: 'Every value differs from one of the two: the condition is true for all rows in which the column is not null.',
    fine: 'Never.',
    source: 'https://www.postgresql.org/docs/current/functions-logical.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, status text);',
      unsafe: "DELETE FROM orders WHERE (status <> 'v1' OR status <> 'v2');",
      safe: "DELETE FROM orders WHERE (status <> 'v1' AND status <> 'v2');",
    },
  ],
  check: inEveryQuery((context) => {
    const { tokens } = context;
    for (const { boolop, args = [], location } of nodesOf(context.level).BoolExpr) {
      if (boolop !== 'OR_EXPR') continue;
      const unequal = args.map((arg) => unequalTo(arg, context));
      const pair = unequal.find(
        (one) => one && unequal.some((other) => other && other.value !== one.value && sameColumn(one, other)),
      );
      if (!pair) continue;
      const at = tokens.at(location ?? 0);
      context.report(
        tokens.span(at),
        `${nameOf(pair)} always differs from one of the two values: the condition holds for every row in which it is not null.`,
        'Write AND, or NOT IN.',
        args.length === 2 && tokens.word(at) === 'or'
          ? [{ title: 'Write AND', edits: [{ ...tokens.span(at), newText: 'AND' }], safe: false }]
          : [],
      );
    }
  }),
});

/** `column <> constant` */
function unequalTo(node: Node, context: LevelContext): (FoundColumn & { value: string }) | null {
  if (!('A_Expr' in node) || operatorOf(node.A_Expr) !== '<>') return null;
  const found = columnAt(node.A_Expr.lexpr, context);
  const value = constantKey(node.A_Expr.rexpr);
  return found && value !== null ? { item: found.item, column: found.column, value } : null;
}

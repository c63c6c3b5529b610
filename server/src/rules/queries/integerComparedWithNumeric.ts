import type { Node } from '@pgsql/types';
import { typeNameOf } from '../../catalog/names.ts';
import { defineRule, type Fix } from '../rule.ts';
import { builtInType, leadingIndex, nameOf } from './columns.ts';
import { spanOf } from './expressionSpan.ts';
import { columnAt, inEveryQuery, type LevelContext, nodesOf, operatorOf } from './queryLevels.ts';

const comparisons = new Set(['=', '<', '>', '<=', '>=']);
const integers = new Set(['int2', 'int4', 'int8']);

export default defineRule({
  id: 'integer-column-compared-with-numeric',
  family: 'queries',
  severity: 'information',
  docs: {
    summary: 'An indexed integer column compared with a numeric or floating point value.',
    why: 'Postgres turns the column into the wider type before it compares, row by row, so that the index on the column cannot be used.',
    fine: 'The table is small.',
    source: 'https://www.postgresql.org/docs/current/typeconv-oper.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);',
      unsafe: 'SELECT note FROM orders WHERE id = 5.0;',
      safe: 'SELECT note FROM orders WHERE id = 5;',
    },
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);',
      unsafe: "SELECT note FROM orders WHERE id = '5'::numeric;",
      safe: "SELECT note FROM orders WHERE id = '5'::bigint;",
    },
  ],
  check: inEveryQuery((context) => {
    for (const expression of nodesOf(context.level).A_Expr) {
      if (!comparisons.has(operatorOf(expression))) continue;
      for (const [side, other] of [
        [expression.lexpr, expression.rexpr],
        [expression.rexpr, expression.lexpr],
      ]) {
        const found = columnAt(side, context);
        if (!found || !integers.has(builtInType(found.column.type) ?? '')) continue;
        const type = widerType(other);
        const index = type && leadingIndex(found, context.before);
        if (!type || !index) continue;
        const at = context.tokens.at(expression.location ?? 0);
        context.report(
          spanOf(other, context.tokens) ?? context.tokens.span(at),
          `${nameOf(found)} is an integer and compared as ${type}: the index ${index} cannot be used.`,
          'Compare with an integer.',
          fixes(other, context),
        );
      }
    }
  }),
});

/** The type that an integer is turned into to be compared with the value; null when it is none, or not certain. */
function widerType(node: Node | undefined): string | null {
  if (node && 'A_Const' in node && node.A_Const.fval)
    return /[.e]/i.test(node.A_Const.fval.fval ?? '') ? 'numeric' : null;
  if (!node || !('TypeCast' in node)) return null;
  const type = builtInType(typeNameOf(node.TypeCast.typeName));
  return type === 'numeric' ? type : type === 'float4' || type === 'float8' ? 'double precision' : null;
}

function fixes(node: Node | undefined, { tokens }: LevelContext): Fix[] {
  const span = spanOf(node, tokens);
  const whole = node && 'A_Const' in node ? /^(-?\d{1,18})\.0*$/.exec(node.A_Const.fval?.fval ?? '')?.[1] : undefined;
  return span && whole ? [{ title: `Write ${whole}`, edits: [{ ...span, newText: whole }], safe: true }] : [];
}

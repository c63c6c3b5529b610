import type { A_Expr, Node } from '@pgsql/types';
import { defineRule, type Fix } from '../rule.ts';
import { spanOf } from './expressionSpan.ts';
import { inEveryQuery, type LevelContext, nodesOf, operatorOf } from './queryLevels.ts';

const tests: Readonly<Record<string, string | null>> = {
  '=': 'IS NULL',
  '<>': 'IS NOT NULL',
  '!=': 'IS NOT NULL',
  '<': null,
  '>': null,
  '<=': null,
  '>=': null,
};

export default defineRule({
  id: 'comparison-with-null',
  family: 'queries',
  severity: 'warning',
  docs: {
    summary: 'A comparison with NULL by an operator: `= NULL`, `<> NULL`.',
    why: 'Any comparison with NULL gives NULL, for rows that hold a value and for rows that hold none. In WHERE that keeps no row, in CHECK it refuses none.',
    fine: 'The session sets transform_null_equals, which turns `= NULL` (and nothing else) into IS NULL.',
    source: 'https://www.postgresql.org/docs/current/functions-comparison.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, deleted_at timestamptz, note jsonb);',
      unsafe: 'SELECT id FROM users WHERE note = NULL;',
      safe: 'SELECT id FROM users WHERE note IS NULL;',
    },
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, deleted_at timestamptz, note jsonb);',
      unsafe: 'UPDATE users SET note = NULL WHERE deleted_at <> NULL;',
      safe: 'UPDATE users SET note = NULL WHERE deleted_at IS NOT NULL;',
    },
  ],
  check: inEveryQuery((context) => {
    for (const expression of nodesOf(context.level).A_Expr) {
      const operator = operatorOf(expression);
      if (!(operator in tests) || !(isNull(expression.rexpr) || isNull(expression.lexpr))) continue;
      const at = context.tokens.at(expression.location ?? 0);
      const test = tests[operator];
      context.report(
        context.tokens.span(at, isNull(expression.rexpr) ? at + 1 : at),
        `A comparison with ${operator} NULL gives null for every row, never true.`,
        test ? `Write ${test}.` : 'Write IS NULL or IS NOT NULL, or leave the comparison out.',
        test ? fixes(expression, test, at, context) : [],
      );
    }
  }),
});

const isNull = (node: Node | undefined): boolean =>
  node !== undefined && 'A_Const' in node && node.A_Const.isnull === true;

function fixes(expression: A_Expr, test: string, at: number, { tokens, text }: LevelContext): Fix[] {
  const title = `Write ${test}`;
  if (isNull(expression.rexpr)) return [{ title, edits: [{ ...tokens.span(at, at + 1), newText: test }], safe: false }];
  const operand = spanOf(expression.rexpr, tokens);
  if (!operand) return [];
  const span = { start: tokens.span(at - 1).start, end: operand.end };
  return [{ title, edits: [{ ...span, newText: `${text.slice(operand.start, operand.end)} ${test}` }], safe: false }];
}

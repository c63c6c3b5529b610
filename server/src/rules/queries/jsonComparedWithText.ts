import { defineRule } from '../rule.ts';
import { builtInType, nameOf, stringConstant } from './columns.ts';
import { columnAt, inEveryQuery, nodesOf, operatorOf } from './queryLevels.ts';

/** The operator that gives text for the one that gives json. */
const asText: Readonly<Record<string, string>> = { '->': '->>', '#>': '#>>' };

export default defineRule({
  id: 'jsonb-compared-with-text',
  family: 'queries',
  severity: 'error',
  docs: {
    summary: 'A part of a jsonb column, taken with ->, compared with text that is no JSON.',
    why: 'The part is jsonb, so Postgres reads the text as JSON, which it is not: the statement fails (22P02).',
    fine: 'Never.',
    source: 'https://www.postgresql.org/docs/current/functions-json.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, settings jsonb);',
      unsafe: "SELECT id FROM users WHERE settings->'theme' = 'dark';",
      safe: "SELECT id FROM users WHERE settings->>'theme' = 'dark';",
    },
  ],
  check: inEveryQuery((context) => {
    for (const { lexpr, rexpr, ...expression } of nodesOf(context.level).A_Expr) {
      const operator = operatorOf(expression);
      const text = stringConstant(rexpr);
      if (!['=', '<>', '!='].includes(operator) || text === null || isJson(text) || !lexpr || !('A_Expr' in lexpr))
        continue;
      const taking = operatorOf(lexpr.A_Expr);
      const found = columnAt(lexpr.A_Expr.lexpr, context);
      const better = asText[taking];
      if (!better || !found?.column.origin || builtInType(found.column.type) !== 'jsonb') continue;
      const at = context.tokens.at(lexpr.A_Expr.location ?? 0);
      if (context.tokens.written(at) !== taking) continue;
      const span = context.tokens.span(at);
      context.report(
        span,
        `${taking} gives jsonb of ${nameOf(found)}, and the text it is compared with is no JSON: the statement fails.`,
        `Write ${better}, which gives text.`,
        [{ title: `Write ${better}`, edits: [{ ...span, newText: better }], safe: false }],
      );
    }
  }),
});

/** Whether Postgres may take it for JSON; a little more than it does. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return !/^\s*[a-z]/i.test(text);
  }
}

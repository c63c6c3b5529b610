import type { A_Expr, Node } from '@pgsql/types';
import { typeNameOf } from '../../catalog/names.ts';
import { defineRule, type Fix } from '../rule.ts';
import { builtInType, nameOf, stringConstant } from './columns.ts';
import { spanOf } from './expressionSpan.ts';
import { columnAt, conjuncts, inEveryQuery, type LevelContext, nodesOf, whereOf } from './queryLevels.ts';

export default defineRule({
  id: 'between-ends-at-midnight',
  family: 'queries',
  severity: 'information',
  docs: {
    summary: 'BETWEEN over a timestamp column with a day as its upper end.',
    why: 'A day compared with a timestamp is its first moment: of the last day, only what happened at midnight sharp is found.',
    fine: 'The column holds midnights only.',
    source: 'https://www.postgresql.org/docs/current/functions-comparison.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz);',
      unsafe: "SELECT id FROM events WHERE at BETWEEN '2024-01-01' AND '2024-01-31';",
      safe: "SELECT id FROM events WHERE at >= '2024-01-01' AND at < '2024-02-01';",
    },
  ],
  check: inEveryQuery((context) => {
    for (const expression of nodesOf(context.level).A_Expr) {
      if (expression.kind !== 'AEXPR_BETWEEN' || !expression.rexpr || !('List' in expression.rexpr)) continue;
      const found = columnAt(expression.lexpr, context);
      const [from, to] = expression.rexpr.List.items ?? [];
      const day = dayOf(to);
      // up to the first of a month: the end of a period is meant, or one moment of the next
      if (!found || !/^timestamp(?:tz)?$/.test(builtInType(found.column.type) ?? '') || !day || day.endsWith('-01'))
        continue;
      context.report(
        spanOf(to, context.tokens) ?? context.tokens.span(context.tokens.at(expression.location ?? 0)),
        `${nameOf(found)} is compared with the first moment of ${day}: the rest of that day is left out.`,
        'Write >= the first day AND < the day after the last.',
        fixes(expression, from, to, day, context),
      );
    }
  }),
});

/** `2024-01-31` for that, written alone or as a date; null for anything else. */
function dayOf(node: Node | undefined): string | null {
  if (node && 'TypeCast' in node)
    return builtInType(typeNameOf(node.TypeCast.typeName)) === 'date' ? dayOf(node.TypeCast.arg) : null;
  const text = stringConstant(node);
  return text !== null && /^\d{4}-\d\d-\d\d$/.test(text) ? text : null;
}

function fixes(
  expression: A_Expr,
  from: Node | undefined,
  to: Node | undefined,
  day: string,
  { tokens, text, level }: LevelContext,
): Fix[] {
  const [column, low, high] = [expression.lexpr, from, to].map((n) => spanOf(n, tokens));
  const next = new Date(`${day}T00:00:00Z`);
  if (!column || !low || !high || Number.isNaN(next.getTime())) return [];
  if (tokens.word(tokens.at(expression.location ?? 0)) !== 'between') return [];
  next.setUTCDate(next.getUTCDate() + 1);
  const written = (span: { start: number; end: number }) => text.slice(span.start, span.end);
  const name = written(column);
  const end = written(high).replace(day, next.toISOString().slice(0, 10));
  const range = `${name} >= ${written(low)} AND ${name} < ${end}`;
  const isPart = conjuncts(whereOf(level)).some((c) => 'A_Expr' in c && c.A_Expr === expression);
  const newText = isPart ? range : `(${range})`;
  return [
    { title: 'Take in the whole last day', edits: [{ start: column.start, end: high.end, newText }], safe: false },
  ];
}

import type { A_Expr, Node, TypeCast } from '@pgsql/types';
import { typeNameOf } from '../../catalog/names.ts';
import { nodesIn } from '../../syntax/walk.ts';
import { defineRule, type Fix } from '../rule.ts';
import { builtInType, leadingIndex, nameOf, stringConstant } from './columns.ts';
import { spanOf } from './expressionSpan.ts';
import { columnAt, conjuncts, inEveryQuery, type LevelContext, nodesOf, operatorOf, whereOf } from './queryLevels.ts';

const comparisons = new Set(['=', '<', '>', '<=', '>=']);

/** Casts that make another value of a column's, so that an index on the column says nothing of it. */
const converting: Readonly<Record<string, readonly string[]>> = {
  timestamp: ['date', 'text', 'varchar'],
  timestamptz: ['date', 'text', 'varchar'],
  date: ['text', 'varchar'],
  uuid: ['text', 'varchar'],
  int2: ['text', 'varchar'],
  int4: ['text', 'varchar'],
  int8: ['text', 'varchar'],
  numeric: ['text', 'varchar', 'int4', 'int8'],
};

export default defineRule({
  id: 'indexed-column-cast-in-condition',
  family: 'queries',
  severity: 'information',
  docs: {
    summary: 'A condition casts an indexed column to another type.',
    why: 'The index holds the values of the column, not of the cast: Postgres casts and compares every row.',
    fine: 'The table is small, or other conditions leave few rows.',
    source: 'https://www.postgresql.org/docs/current/indexes-expressional.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE events (id bigint PRIMARY KEY, at timestamp); CREATE INDEX events_at ON events (at);',
      unsafe: "SELECT id FROM events WHERE at::date = '2024-01-31';",
      safe: "SELECT id FROM events WHERE at >= date '2024-01-31' AND at < date '2024-01-31' + 1;",
    },
    {
      schema: 'CREATE TABLE events (id uuid PRIMARY KEY, at timestamp);',
      unsafe: "SELECT at FROM events WHERE id::text = '6ecd8c99-4036-403d-bf84-cf8400f67836';",
      safe: "SELECT at FROM events WHERE id = '6ecd8c99-4036-403d-bf84-cf8400f67836';",
    },
  ],
  check: inEveryQuery((context) => {
    const { before, level, scopes, tokens } = context;
    for (const expression of nodesOf(level).A_Expr) {
      const operator = operatorOf(expression);
      if (!comparisons.has(operator) || !expression.lexpr || !('TypeCast' in expression.lexpr)) continue;
      const cast = expression.lexpr.TypeCast;
      const found = columnAt(cast.arg, context);
      const to = builtInType(typeNameOf(cast.typeName));
      if (!found || !to || !converting[builtInType(found.column.type) ?? '']?.includes(to)) continue;
      const clause = cast.arg && 'ColumnRef' in cast.arg ? scopes.resolutionOf.get(cast.arg.ColumnRef)?.clause : null;
      if (clause !== 'where' && clause !== 'on') continue;
      const index = leadingIndex(found, before);
      // an index on the cast itself
      const others = (found.item.relation?.indexes ?? []).map((key) => before.relation(key)?.index);
      const span = spanOf(expression.lexpr, tokens);
      if (!index || !span || others.some((o) => !o || o.keys.some((k) => k.expression))) continue;
      // not every text of another column is a number: a cast of it may fail
      if (to !== 'date' && holdsColumn(expression.rexpr)) continue;
      context.report(
        span,
        `The cast of ${nameOf(found)} to ${to} keeps the index ${index} from being used.`,
        to === 'date'
          ? 'Compare the column itself with the begin and the end of the day.'
          : 'Cast the other side to the type of the column.',
        to === 'date' && operator === '='
          ? fixes(expression, cast, builtInType(found.column.type) === 'timestamp', context)
          : [],
      );
    }
  }),
});

const holdsColumn = (node: Node | undefined): boolean => node !== undefined && nodesIn(node, 'ColumnRef').length > 0;

/** @param safe not for timestamptz: where clocks go back over midnight, that begins a day twice */
function fixes(expression: A_Expr, cast: TypeCast, safe: boolean, { tokens, text, level }: LevelContext): Fix[] {
  const column = spanOf(cast.arg, tokens);
  const whole = spanOf(expression.lexpr, tokens);
  const day = spanOf(expression.rexpr, tokens);
  const written = day && dateOf(expression.rexpr, text.slice(day.start, day.end));
  if (!column || !whole || !written) return [];
  const name = text.slice(column.start, column.end);
  const range = `${name} >= ${written} AND ${name} < ${written} + 1`;
  const isPart = conjuncts(whereOf(level)).some((c) => 'A_Expr' in c && c.A_Expr === expression);
  const newText = isPart ? range : `(${range})`;
  return [
    {
      title: 'Compare with the begin and the end of the day',
      edits: [{ start: whole.start, end: day.end, newText }],
      safe,
    },
  ];
}

/** The day as an expression of type date; null where that is not certain. */
function dateOf(node: Node | undefined, written: string): string | null {
  if (/^\d{4}-\d\d-\d\d$/.test(stringConstant(node) ?? '')) return `date ${written}`;
  const isDate = node && 'TypeCast' in node && builtInType(typeNameOf(node.TypeCast.typeName)) === 'date';
  return isDate && node.TypeCast.arg && 'A_Const' in node.TypeCast.arg ? written : null;
}

import type { Node } from '@pgsql/types';
import { defineRule, type Fix } from '../rule.ts';
import { type FoundColumn, nameOf } from './columns.ts';
import { columnAt, conjuncts, inEveryQuery, type LevelContext, nodesOf, operatorOf, whereOf } from './queryLevels.ts';

const strict = new Set(['=', '<>', '!=', '<', '>', '<=', '>=']);
const strictKinds = new Set(['AEXPR_IN', 'AEXPR_LIKE', 'AEXPR_ILIKE', 'AEXPR_BETWEEN']);

export default defineRule({
  id: 'left-join-undone-by-where',
  family: 'queries',
  severity: 'information',
  docs: {
    summary: 'A LEFT JOIN whose WHERE compares a column of the right table.',
    why: 'Rows without a partner have nulls there, and a comparison with null is never true: WHERE removes just the rows that LEFT JOIN was to keep.',
    fine: 'The inner join is meant; then JOIN says so.',
    source: 'https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-JOIN',
  },
  examples: [
    {
      schema: `CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, status text);`,
      unsafe:
        "SELECT u.id, o.id AS order_id FROM users u LEFT JOIN orders o ON o.user_id = u.id WHERE o.status = 'v3';",
      safe: "SELECT u.id, o.id AS order_id FROM users u LEFT JOIN orders o ON o.user_id = u.id AND o.status = 'v3';",
    },
  ],
  check: inEveryQuery((context) => {
    const { level } = context;
    const said = new Set<object>();
    for (const condition of conjuncts(whereOf(level))) {
      const found = comparedColumn(condition, context);
      if (!found?.item.rangeVar || said.has(found.item)) continue;
      const join = nodesOf(level).JoinExpr.find(
        (j) =>
          j.jointype === 'JOIN_LEFT' &&
          !j.alias &&
          j.rarg &&
          'RangeVar' in j.rarg &&
          j.rarg.RangeVar === found.item.rangeVar,
      );
      const words = join ? joinWords(found, context) : null;
      if (!words) continue;
      said.add(found.item);
      context.report(
        context.tokens.span(words.left, words.join),
        `WHERE compares ${nameOf(found)}, which is null in the rows that LEFT JOIN keeps without a partner: they are removed again.`,
        'Move the condition to ON to keep those rows, or write JOIN.',
        fixes(words, context),
      );
    }
  }),
});

/** A column that has to hold a value for the condition to be true, of a table that an outer join fills up with nulls. */
function comparedColumn(condition: Node, context: LevelContext): (FoundColumn & { level: object }) | null {
  if (!('A_Expr' in condition)) return null;
  const { A_Expr: expression } = condition;
  const isStrict = strict.has(operatorOf(expression)) || strictKinds.has(expression.kind ?? '');
  if (!isStrict) return null;
  for (const side of [expression.lexpr, expression.rexpr]) {
    const found = columnAt(side, context);
    if (found?.item.nullable && found.level === context.level && found.item.kind === 'relation') return found;
  }
  return null;
}

/** Token indexes of LEFT and JOIN in front of the table. */
function joinWords({ item }: FoundColumn, { tokens }: LevelContext): { left: number; join: number } | null {
  let join = tokens.at(item.rangeVar?.location ?? 0) - 1;
  if (tokens.word(join) === 'only') join--;
  const left = tokens.word(join - 1) === 'outer' ? join - 2 : join - 1;
  return tokens.word(join) === 'join' && tokens.word(left) === 'left' ? { left, join } : null;
}

function fixes({ left, join }: { left: number; join: number }, { tokens, text }: LevelContext): Fix[] {
  const span = { start: tokens.span(left).start, end: tokens.span(join).start };
  // a comment there would go along
  if (/--|\/\*/.test(text.slice(span.start, span.end))) return [];
  return [{ title: 'Write JOIN, which gives the same rows', edits: [{ ...span, newText: '' }], safe: true }];
}

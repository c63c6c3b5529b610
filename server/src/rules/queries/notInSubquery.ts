import type { SubLink } from '@pgsql/types';
import { nameParts } from '../../catalog/names.ts';
import type { QueryLevel } from '../../query/scope.ts';
import { insertAt } from '../edits.ts';
import { defineRule, type Fix } from '../rule.ts';
import { nameOf, sameColumn } from './columns.ts';
import { closing, spanOf } from './expressionSpan.ts';
import { columnAt, inEveryQuery, type LevelContext, nodesOf, selectOf } from './queryLevels.ts';

const schema = `CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);`;

export default defineRule({
  id: 'not-in-nullable-subquery',
  family: 'queries',
  severity: 'warning',
  docs: {
    summary: 'NOT IN over a subquery whose column may be null.',
    why: 'One null among the rows of the subquery makes NOT IN null or false for every row outside: the query finds nothing, without an error. Postgres also cannot plan NOT IN as an anti-join.',
    fine: 'No row of the table ever holds a null there; then the column deserves NOT NULL.',
    source: 'https://www.postgresql.org/docs/current/functions-subquery.html#FUNCTIONS-SUBQUERY-NOTIN',
  },
  examples: [
    {
      schema,
      unsafe: 'SELECT id FROM users WHERE id NOT IN (SELECT user_id FROM orders);',
      safe: 'SELECT id FROM users WHERE NOT EXISTS (SELECT 1 FROM orders WHERE orders.user_id = users.id);',
    },
    {
      schema,
      unsafe: 'DELETE FROM users WHERE id NOT IN (SELECT user_id FROM orders WHERE id > 5 OR id < 3);',
      safe: 'DELETE FROM users WHERE id NOT IN (SELECT user_id FROM orders WHERE (id > 5 OR id < 3) AND user_id IS NOT NULL);',
    },
  ],
  check: inEveryQuery((context) => {
    const { level, scopes } = context;
    for (const link of negatedLinks(level)) {
      const query = scopes.levels.find((l) => l.subLink === link);
      const [column] = query?.output ?? [];
      if (!query || !column || !query.outputComplete || query.output.length > 1 || column.notNull !== false) continue;
      const target = selectOf(query)?.targetList?.[0];
      const found = columnAt(target && 'ResTarget' in target ? target.ResTarget.val : undefined, context);
      if (!found?.column.origin || found.level !== query) continue;
      // a condition on it may well keep the nulls out
      if (
        query.references.some(
          ({ resolution: r, clause }) => r.kind === 'column' && clause !== 'select' && sameColumn(r, found),
        )
      )
        continue;
      if (scopes.levels.some((l) => l.role !== 'statement' && l !== query && isInside(l, query))) continue;
      const at = context.tokens.at(link.location ?? 0);
      const open = context.tokens.find(['('], at);
      context.report(
        context.tokens.span(at, open - 1),
        `NOT IN finds no row at all once one ${nameOf(found)} is null.`,
        'Write NOT EXISTS, or leave the nulls out in the subquery.',
        fixes(query, open, context),
      );
    }
  }),
});

function* negatedLinks(level: QueryLevel): Generator<SubLink> {
  const { BoolExpr, SubLink } = nodesOf(level);
  for (const { boolop, args } of BoolExpr) {
    const [arg] = args ?? [];
    if (boolop !== 'NOT_EXPR' || !arg || !('SubLink' in arg)) continue;
    const { subLinkType, operName } = arg.SubLink;
    if (subLinkType === 'ANY_SUBLINK' && !operName) yield arg.SubLink;
  }
  for (const link of SubLink)
    if (link.subLinkType === 'ALL_SUBLINK' && nameParts(link.operName).join() === '<>') yield link;
}

function isInside(level: QueryLevel, outer: QueryLevel): boolean {
  for (let at = level.parent; at; at = at.parent) if (at === outer) return true;
  return false;
}

function fixes(query: QueryLevel, open: number, { tokens, text }: LevelContext): Fix[] {
  const select = selectOf(query);
  const close = closing(open, tokens);
  if (!select || close < 0) return [];
  const { groupClause, havingClause, sortClause, limitCount, limitOffset, windowClause, lockingClause, withClause } =
    select;
  if (
    groupClause ||
    havingClause ||
    sortClause ||
    limitCount ||
    limitOffset ||
    windowClause ||
    lockingClause ||
    withClause
  )
    return [];
  const target = select.targetList?.[0];
  const span = spanOf(target && 'ResTarget' in target ? target.ResTarget.val : undefined, tokens);
  if (!span || select.distinctClause?.some((d) => Object.keys(d).length > 0)) return [];
  const column = text.slice(span.start, span.end);
  const { end } = tokens.span(close - 1);
  const title = `Leave out the rows where ${column} is null`;
  if (!select.whereClause) return [{ title, edits: [insertAt(end, ` WHERE ${column} IS NOT NULL`)], safe: false }];
  const first = tokens.findOutside(['where'], open + 1, close) + 1;
  if (first === 0) return [];
  const anyOr = 'BoolExpr' in select.whereClause && select.whereClause.BoolExpr.boolop === 'OR_EXPR';
  const wrapped = anyOr ? [insertAt(tokens.span(first).start, '(')] : [];
  return [{ title, edits: [...wrapped, insertAt(end, `${anyOr ? ')' : ''} AND ${column} IS NOT NULL`)], safe: false }];
}

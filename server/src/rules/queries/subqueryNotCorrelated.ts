import { defineRule } from '../rule.ts';
import { nameOf } from './columns.ts';
import { columnAt, conjuncts, inEveryQuery, operatorOf, referencesIn, whereOf } from './queryLevels.ts';

const schema = `CREATE TABLE users (id bigint PRIMARY KEY, active boolean);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, total numeric);`;

export default defineRule({
  id: 'subquery-captures-outer-name',
  family: 'queries',
  severity: 'warning',
  docs: {
    summary:
      'A condition in a subquery that is meant to compare with the query around it, but compares two columns of its own table.',
    why: 'A bare name means the column of the innermost query that has one of that name. The subquery does not depend on the row outside then: it is true, or false, for all of them.',
    fine: 'Both columns of the inner table are meant; writing the table in front of them says so.',
    source: 'https://www.postgresql.org/docs/current/sql-expressions.html#SQL-EXPRESSIONS-COLUMN-REFS',
  },
  examples: [
    {
      schema,
      unsafe:
        'UPDATE users SET active = true WHERE EXISTS (SELECT 1 FROM orders o WHERE o.user_id = id AND o.total < 3);',
      safe: 'UPDATE users SET active = true WHERE EXISTS (SELECT 1 FROM orders o WHERE o.user_id = users.id AND o.total < 3);',
    },
  ],
  check: inEveryQuery((context) => {
    const { level, scopes, tokens } = context;
    const { parent, subLink } = level;
    if (!parent || !subLink || (subLink.subLinkType !== 'EXISTS_SUBLINK' && subLink.subLinkType !== 'EXPR_SUBLINK'))
      return;
    const all = referencesIn(level.node, scopes);
    const reachesOut = all.some(
      ({ resolution: r }) =>
        r.kind === 'uncertain' ||
        r.kind === 'unknown' ||
        (r.kind === 'column' && isAround(r.level, level)) ||
        (r.kind === 'row' && !level.items.includes(r.item)),
    );
    if (reachesOut) return;
    for (const condition of conjuncts(whereOf(level))) {
      if (!('A_Expr' in condition) || operatorOf(condition.A_Expr) !== '=') continue;
      const { lexpr, rexpr } = condition.A_Expr;
      const [left, right] = [columnAt(lexpr, context), columnAt(rexpr, context)];
      if (!left || !right || left.item !== right.item || left.item.kind === 'join') continue;
      for (const [side, found] of [
        [lexpr, left],
        [rexpr, right],
      ] as const) {
        if (!side || !('ColumnRef' in side) || side.ColumnRef.fields?.length !== 1) continue;
        const outside = parent.items.find(
          (i) => i.columns.some((c) => c.name === found.column.name) && i.name !== null,
        );
        if (!outside) continue;
        const span = tokens.span(tokens.at(side.ColumnRef.location ?? 0));
        context.report(
          span,
          `${found.column.name} is ${nameOf(found)} here, not ${outside.name}.${found.column.name}: the subquery does not depend on the row around it.`,
          `Write ${outside.name}.${found.column.name} if that is meant.`,
          [],
        );
        return;
      }
    }
  }),
});

function isAround(level: object, inner: { readonly parent: object | null }): boolean {
  for (let at = inner.parent as { parent: object | null } | null; at; at = at.parent as typeof at)
    if (at === level) return true;
  return false;
}

import { defineRule } from '../rule.ts';
import { nameOf } from './columns.ts';
import { columnAt, inEveryQuery, selectOf } from './queryLevels.ts';

const schema = `CREATE TABLE users (id bigint PRIMARY KEY, customer_id bigint);
CREATE TABLE blocked (id bigint PRIMARY KEY, customer bigint);`;

export default defineRule({
  id: 'subquery-selects-outer-column',
  family: 'queries',
  severity: 'warning',
  docs: {
    summary: 'IN (SELECT column …) where the column is not one of the subquery’s tables, but of the query around it.',
    why: 'A name that the tables of a subquery do not have is looked up outside. The column is compared with itself then: every row is found, as long as the subquery has any row.',
    fine: 'Never: the column itself says the same.',
    source: 'https://www.postgresql.org/docs/current/functions-subquery.html#FUNCTIONS-SUBQUERY-IN',
  },
  examples: [
    {
      schema,
      unsafe: 'DELETE FROM users WHERE customer_id IN (SELECT customer_id FROM blocked WHERE id < 3);',
      safe: 'DELETE FROM users WHERE customer_id IN (SELECT customer FROM blocked WHERE id < 3);',
    },
  ],
  check: inEveryQuery((context) => {
    const { level, tokens } = context;
    const select = selectOf(level);
    const link = level.subLink;
    if (link?.subLinkType !== 'ANY_SUBLINK' || select?.targetList?.length !== 1) return;
    const [target] = select.targetList;
    const reference = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
    const found = columnAt(reference, context);
    const [own] = level.items;
    if (!found || !own || found.level === level || !reference || !('ColumnRef' in reference)) return;
    // written with its table it is meant
    if (reference.ColumnRef.fields?.length !== 1) return;
    const at = tokens.at(reference.ColumnRef.location ?? 0);
    context.report(
      tokens.span(at),
      `${own.name ?? 'The subquery'} has no column ${found.column.name}: it is ${nameOf(found)} of the query around, whatever the rows of the subquery hold.`,
      'Select a column of the subquery’s own tables.',
    );
  }),
});

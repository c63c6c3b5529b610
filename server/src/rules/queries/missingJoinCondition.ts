import { defineRule } from '../rule.ts';
import { fromOf, givesManyRows, groupsOf } from './linked.ts';
import { inEveryQuery, selectOf } from './queryLevels.ts';

const schema = `CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, total numeric);`;

export default defineRule({
  id: 'missing-join-condition',
  family: 'queries',
  severity: 'information',
  docs: {
    summary: 'Tables in FROM that no condition ties together.',
    why: 'Every row of the one is paired with every row of the other: 10,000 and 10,000 rows make 100 million.',
    fine: 'All pairs are meant; CROSS JOIN says so.',
    source: 'https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-FROM',
  },
  examples: [
    {
      schema,
      unsafe: 'SELECT u.name, o.total FROM users u, orders o WHERE o.total > 100;',
      safe: 'SELECT u.name, o.total FROM users u, orders o WHERE o.user_id = u.id AND o.total > 100;',
    },
  ],
  check: inEveryQuery((context) => {
    const { level } = context;
    if (!selectOf(level) || fromOf(level).length < 2) return;
    // a comma between tables: JOIN … ON and CROSS JOIN say themselves what is meant
    const groups = groupsOf(context)?.filter((group) => [...group].every((item) => givesManyRows(item, context)));
    if (!groups || groups.length < 2) return;
    const [one, other] = groups
      .map((group) => [...group].find((item) => item.rangeVar))
      .filter((item) => item !== undefined);
    if (!one || !other) return;
    const at = context.tokens.at(other.rangeVar?.location ?? 0);
    context.report(
      context.tokens.span(at, context.tokens.afterName(at) - 1),
      `No condition ties ${other.name} to ${one.name}: every row of the one is paired with every row of the other.`,
      'Add the condition that ties them, or write CROSS JOIN if all pairs are meant.',
    );
  }),
});

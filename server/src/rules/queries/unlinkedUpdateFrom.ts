import { defineRule } from '../rule.ts';
import { givesManyRows, groupsOf } from './linked.ts';
import { inEveryQuery, referencesIn, whereOf } from './queryLevels.ts';

const schema = `CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE TABLE imports (id bigint PRIMARY KEY, user_id bigint, name text);`;

export default defineRule({
  id: 'write-not-tied-to-from',
  family: 'queries',
  severity: 'warning',
  docs: {
    summary: 'UPDATE … FROM or DELETE … USING with no condition between the target and the other tables.',
    why: 'Each row of the target meets every row beside it: all of them are written (an UPDATE takes the values from any one of the others) or deleted. The target named again in FROM is another copy of the table, tied to nothing by itself.',
    fine: 'The other table has one row, and all rows of the target are meant.',
    source: 'https://www.postgresql.org/docs/current/sql-update.html',
  },
  examples: [
    {
      schema,
      unsafe: "UPDATE users SET name = i.name FROM imports i WHERE i.name <> '';",
      safe: "UPDATE users SET name = i.name FROM imports i WHERE i.user_id = users.id AND i.name <> '';",
    },
    {
      schema,
      unsafe: "DELETE FROM users USING imports i WHERE i.name <> '';",
      safe: "DELETE FROM users USING imports i WHERE i.user_id = users.id AND i.name <> '';",
    },
    {
      schema,
      unsafe: 'UPDATE users SET name = i.name FROM users u JOIN imports i ON i.user_id = u.id;',
      safe: 'UPDATE users SET name = i.name FROM imports i WHERE i.user_id = users.id;',
    },
  ],
  check: inEveryQuery((context) => {
    const { level } = context;
    const isUpdate = 'UpdateStmt' in level.node;
    if (!isUpdate && !('DeleteStmt' in level.node)) return;
    const [target, ...others] = level.items;
    const groups = groupsOf(context);
    if (!target || others.length === 0 || !groups) return;
    const own = groups.find((group) => group.has(target));
    // a condition on the target alone, or a subquery that it is looked up in, may well choose the rows that are meant
    const chosen = referencesIn(whereOf(level), context.scopes).some(
      ({ resolution: r }) => 'item' in r && r.item === target,
    );
    if (!own || own.size > 1 || chosen || !others.every((o) => givesManyRows(o, context))) return;
    const again = others.find((o) => o.key !== null && o.key === target.key);
    const named = again ?? others.find((o) => o.rangeVar);
    if (!named?.rangeVar) return;
    const at = context.tokens.at(named.rangeVar.location ?? 0);
    context.report(
      context.tokens.span(at, context.tokens.afterName(at) - 1),
      again
        ? `${target.name} in ${isUpdate ? 'FROM' : 'USING'} is a second copy of the target that nothing ties to it: every row of the target is ${isUpdate ? 'written' : 'deleted'}.`
        : `No condition ties ${target.name} to ${named.name}: every row of ${target.name} is ${isUpdate ? 'written' : 'deleted'} if any is found there.`,
      `Tie the target to it in WHERE${again ? ', or leave the second copy out' : ''}.`,
    );
  }),
});

import { insertAt, quoteIdentifier } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { inEveryQuery } from './queryLevels.ts';

export default defineRule({
  id: 'ambiguous-column',
  family: 'queries',
  severity: 'error',
  docs: {
    summary: 'A column name that several tables of the query have.',
    why: 'Postgres refuses the statement (42702): it does not choose.',
    fine: 'Never, if the tables have those columns.',
    source: 'https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-FROM',
  },
  examples: [
    {
      schema: `CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);`,
      unsafe: 'SELECT id, name FROM users JOIN orders ON user_id = users.id;',
      safe: 'SELECT users.id, name FROM users JOIN orders ON user_id = users.id;',
    },
  ],
  check: inEveryQuery((context) => {
    for (const { node, resolution } of context.level.references) {
      if (resolution.kind !== 'ambiguous' || node.fields?.length !== 1) continue;
      const tables = [...new Set(resolution.items.map((i) => i.name))];
      if (tables.length < 2) continue;
      const at = context.tokens.at(node.location ?? 0);
      // `sqlc.arg(name)`: sqlc puts a parameter there
      if (context.tokens.word(at - 4) === 'sqlc' && context.tokens.word(at - 1) === '(') continue;
      const column = context.tokens.written(at);
      context.report(
        context.tokens.span(at),
        `${column} is ambiguous: ${tables.filter((t) => t !== null).join(' and ')} have such a column. The statement fails.`,
        'Say whose it is.',
        tables.flatMap((table) =>
          table === null
            ? []
            : [
                {
                  title: `Write ${quoteIdentifier(table)}.${column}`,
                  edits: [insertAt(context.tokens.span(at).start, `${quoteIdentifier(table)}.`)],
                  safe: false,
                },
              ],
        ),
      );
    }
  }),
});

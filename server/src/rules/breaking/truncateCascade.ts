import { isInUse } from '../alterTable.ts';
import { defineRule } from '../rule.ts';
import { writtenKey } from './dependents.ts';
import { referringTables } from './truncatedTables.ts';

export default defineRule({
  id: 'truncate-cascade',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'TRUNCATE … CASCADE that empties further tables, which the files know of.',
    why: 'CASCADE empties every table that has a foreign key to a truncated one, and every table that refers to those, whatever ON DELETE says: with SET NULL or RESTRICT as well. All their rows go, also those that refer to nothing.',
    fine: 'All those tables are meant to be emptied.',
    source: 'https://www.postgresql.org/docs/current/sql-truncate.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users ON DELETE SET NULL);',
      unsafe: 'TRUNCATE users CASCADE;',
      safe: 'DELETE FROM orders WHERE user_id IS NOT NULL;\nDELETE FROM users WHERE id > 0;',
    },
  ],
  check: {
    TruncateStmt(stmt, context) {
      if (stmt.behavior !== 'DROP_CASCADE') return;
      const others = referringTables(stmt, context);
      if (others.every((key) => !isInUse(key, context))) return;
      const { tokens, text } = context;
      const names = others.map(writtenKey);
      const cascade = tokens.length - 1;
      const stop = ['restart', 'continue'].map((word) => tokens.find([word], 2)).filter((i) => i > 0);
      const last = Math.min(cascade, ...stop) - 1;
      const end = tokens.span(last).end;
      context.report(
        tokens.span(0, tokens.length - 1),
        `CASCADE empties ${names.join(', ')} as well.`,
        'List the tables by name, so that it is seen which ones are emptied.',
        [
          {
            title: 'List the tables instead of CASCADE',
            safe: false,
            edits: [
              { start: end, end, newText: names.map((name) => `, ${name}`).join('') },
              {
                start: text.slice(0, tokens.span(cascade).start).trimEnd().length,
                end: tokens.span(cascade).end,
                newText: '',
              },
            ],
          },
        ],
      );
    },
  },
});

import { insertAt } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { writtenKey } from './dependents.ts';
import { referringTables } from './truncatedTables.ts';

export default defineRule({
  id: 'truncate-referenced-table',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'TRUNCATE of a table that foreign keys of other tables refer to, without these.',
    why: 'Postgres refuses it with "cannot truncate a table referenced in a foreign key constraint" (0A000), even when the other tables are empty.',
    fine: 'Never, where the files tell the foreign keys.',
    source: 'https://www.postgresql.org/docs/current/sql-truncate.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users);',
      unsafe: 'TRUNCATE users;',
      safe: 'DELETE FROM orders WHERE user_id IS NOT NULL;\nDELETE FROM users WHERE id > 0;',
    },
  ],
  check: {
    TruncateStmt(stmt, context) {
      if (stmt.behavior === 'DROP_CASCADE') return;
      const others = referringTables(stmt, context);
      if (others.length === 0) return;
      const { tokens } = context;
      const names = others.map(writtenKey);
      const stop = ['restart', 'continue', 'restrict'].map((word) => tokens.find([word], 2)).filter((i) => i > 0);
      const last = Math.min(tokens.length, ...stop) - 1;
      context.report(
        tokens.span(0, last),
        `This fails: foreign keys of ${names.join(', ')} refer to what is truncated.`,
        'List those tables too if their rows are meant to go; otherwise DELETE the rows.',
        [
          {
            title: `Truncate ${names.join(', ')} as well`,
            safe: false,
            edits: [insertAt(tokens.span(last).end, names.map((name) => `, ${name}`).join(''))],
          },
        ],
      );
    },
  },
});

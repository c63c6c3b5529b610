import { defineRule } from '../rule.ts';
import { reportAlreadyThere } from './alreadyThere.ts';

export default defineRule({
  id: 'extension-already-exists',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'CREATE EXTENSION of an extension that the files have created before.',
    why: 'Postgres refuses it with "extension … already exists" (42710). CREATE EXTENSION IF NOT EXISTS only gives a notice.',
    fine: 'Never, where the files tell the whole history.',
    source: 'https://www.postgresql.org/docs/current/sql-createextension.html',
  },
  examples: [
    {
      schema: 'CREATE EXTENSION citext;',
      unsafe: 'CREATE EXTENSION citext;',
      safe: 'CREATE EXTENSION IF NOT EXISTS citext;',
    },
  ],
  check: {
    CreateExtensionStmt(stmt, context) {
      if (stmt.extname && !stmt.if_not_exists && context.before.extension(stmt.extname))
        reportAlreadyThere('extension', stmt.extname, context);
    },
  },
});

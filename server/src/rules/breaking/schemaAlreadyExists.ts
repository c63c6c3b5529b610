import { defineRule } from '../rule.ts';
import { reportAlreadyThere } from './alreadyThere.ts';

export default defineRule({
  id: 'schema-already-exists',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'CREATE SCHEMA of a schema that the files have created before.',
    why: 'Postgres refuses it with "schema … already exists" (42P06). CREATE SCHEMA IF NOT EXISTS only gives a notice.',
    fine: 'Never, where the files tell the whole history.',
    source: 'https://www.postgresql.org/docs/current/sql-createschema.html',
  },
  examples: [
    {
      schema: 'CREATE SCHEMA billing;',
      unsafe: 'CREATE SCHEMA billing;',
      safe: 'CREATE SCHEMA IF NOT EXISTS billing;',
    },
  ],
  check: {
    CreateSchemaStmt(stmt, context) {
      // without a name it takes that of a role; with elements in it, IF NOT EXISTS is not allowed
      if (!stmt.schemaname || stmt.if_not_exists || (stmt.schemaElts ?? []).length > 0) return;
      if (context.before.hasNamespace(stmt.schemaname)) reportAlreadyThere('schema', stmt.schemaname, context);
    },
  },
});

import { nameParts } from '../../catalog/names.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'drop-schema-cascade',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'DROP SCHEMA … CASCADE.',
    why: 'Every table of the schema goes with all its rows, and every view, function and type, and whatever in other schemas depends on them. Without CASCADE, Postgres refuses to drop a schema that is not empty.',
    fine: 'The schema is known to hold nothing of value (a scratch database, tests).',
    source: 'https://www.postgresql.org/docs/current/sql-dropschema.html',
  },
  examples: [
    {
      schema: 'CREATE SCHEMA billing;\nCREATE TABLE billing.invoices (id bigint PRIMARY KEY);',
      unsafe: 'DROP SCHEMA billing CASCADE;',
      safe: 'DROP TABLE billing.invoices;\nDROP SCHEMA billing;',
    },
  ],
  check: {
    DropStmt(stmt, context) {
      if (stmt.removeType !== 'OBJECT_SCHEMA' || stmt.behavior !== 'DROP_CASCADE') return;
      const { tokens } = context;
      context.report(
        tokens.span(0, tokens.length - 1),
        `CASCADE drops every table in ${nameParts(stmt.objects).join(', ')} with its rows, and what depends on them elsewhere.`,
        'Drop what is in it by name, then the schema without CASCADE: Postgres refuses if something was forgotten.',
      );
    },
  },
});

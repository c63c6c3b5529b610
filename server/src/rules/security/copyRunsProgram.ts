import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'copy-runs-program',
  family: 'security',
  severity: 'warning',
  docs: {
    summary: 'COPY … PROGRAM runs a command in a shell of the database server.',
    why: 'The command runs on the server, as the operating system user that Postgres runs as. Only superusers and members of pg_execute_server_program may do it: a migration that needs it needs a role that can do anything on the machine.',
    fine: 'The server is yours, and nothing else will do.',
    source: 'https://www.postgresql.org/docs/current/sql-copy.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE notes (id bigint PRIMARY KEY);',
      unsafe: "COPY notes FROM PROGRAM 'echo 99';",
      safe: 'INSERT INTO notes VALUES (99);',
    },
  ],
  check: {
    CopyStmt(stmt, context) {
      if (!stmt.is_program) return;
      const { tokens } = context;
      const at = tokens.findOutside(['program']);
      context.report(
        tokens.span(at, at + 1),
        'This runs a command in a shell of the database server; only superusers and members of pg_execute_server_program may.',
        'Load the data from the client: COPY … FROM STDIN.',
      );
    },
  },
});

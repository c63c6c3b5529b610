import { nodeOptions } from '../options.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'vacuum-full',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary: 'VACUUM FULL.',
    why: 'VACUUM FULL writes the table and its indexes anew under ACCESS EXCLUSIVE: every read and write waits until it is done, and as much disk space again is needed. Plain VACUUM makes the space of dead rows reusable while reads and writes go on.',
    fine: 'The site may be down, and the space must go back to the operating system.',
    source: 'https://www.postgresql.org/docs/current/sql-vacuum.html',
  },
  examples: [
    { schema: 'CREATE TABLE events (id bigint);', unsafe: 'VACUUM FULL events;', safe: 'VACUUM events;' },
    {
      schema: 'CREATE TABLE events (id bigint);',
      unsafe: 'VACUUM (FULL, ANALYZE) events;',
      safe: 'VACUUM (ANALYZE) events;',
    },
  ],
  check: {
    VacuumStmt(stmt, context) {
      if (!stmt.is_vacuumcmd || !nodeOptions(stmt.options).get('full')) return;
      const at = context.tokens.find(['full']);
      context.report(
        context.tokens.span(0, Math.max(at, 0)),
        'VACUUM FULL rewrites the table with reads and writes blocked (ACCESS EXCLUSIVE).',
        'Plain VACUUM is enough to reuse the space; to shrink a table that must stay in use, an extension such as pg_repack can.',
      );
    },
  },
});

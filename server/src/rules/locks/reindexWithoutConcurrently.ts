import type { ReindexStmt } from '@pgsql/types';
import { isInUse, targetOf } from '../alterTable.ts';
import { insertAt, isAlone, matchCase } from '../edits.ts';
import { nodeOptions } from '../options.ts';
import { defineRule, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'reindex-without-concurrently',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary: 'REINDEX without CONCURRENTLY on a table that is in use.',
    why: 'REINDEX takes SHARE on the table and ACCESS EXCLUSIVE on each index while it builds that anew: writes wait, and so does every query for which the planner looks at the index, which is nearly every query of the table. REINDEX CONCURRENTLY builds a second index beside it while reads and writes go on.',
    fine: 'The table is small, or the site may be down. System catalogs cannot be reindexed CONCURRENTLY.',
    source: 'https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nCREATE INDEX orders_note_idx ON orders (note);',
      unsafe: 'REINDEX TABLE orders;',
      safe: 'REINDEX TABLE CONCURRENTLY orders;',
    },
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nCREATE INDEX orders_note_idx ON orders (note);',
      unsafe: 'REINDEX INDEX orders_note_idx;',
      safe: 'REINDEX INDEX CONCURRENTLY orders_note_idx;',
    },
  ],
  check: {
    ReindexStmt(stmt, context) {
      if (nodeOptions(stmt.params).get('concurrently')) return;
      const what = subject(stmt, context);
      if (what === null) return;
      const { tokens } = context;
      const keyword = tokens.find([keywords[stmt.kind ?? ''] ?? '']);
      if (keyword < 0) return;
      const alone = isAlone(context);
      context.report(
        tokens.span(0, keyword),
        `REINDEX blocks writes to ${what} (SHARE lock), and queries that could use an index while that is built anew.`,
        alone
          ? 'REINDEX CONCURRENTLY lets reads and writes go on. If it fails half-way it leaves an INVALID index behind: drop that and run it again.'
          : 'REINDEX CONCURRENTLY lets reads and writes go on, but cannot run inside a transaction: move it to a migration of its own that runs without one.',
        alone
          ? [
              {
                title: 'REINDEX CONCURRENTLY',
                safe: true,
                edits: [insertAt(tokens.span(keyword).end, matchCase(tokens.written(keyword), ' CONCURRENTLY'))],
              },
            ]
          : [],
      );
    },
  },
});

const keywords: Readonly<Record<string, string>> = {
  REINDEX_OBJECT_INDEX: 'index',
  REINDEX_OBJECT_TABLE: 'table',
  REINDEX_OBJECT_SCHEMA: 'schema',
  REINDEX_OBJECT_DATABASE: 'database',
};

/** The tables that it concerns, in words; null when none of them is in use. */
function subject(stmt: ReindexStmt, context: RuleContext): string | null {
  switch (stmt.kind) {
    case 'REINDEX_OBJECT_TABLE': {
      const table = targetOf(stmt.relation, context);
      return isInUse(table.key, context) ? table.written : null;
    }
    case 'REINDEX_OBJECT_INDEX': {
      const index = targetOf(stmt.relation, context);
      if (!isInUse(index.key, context)) return null;
      const table = index.relation?.table ?? null;
      return table === null ? `the table of ${index.written}` : (context.before.relation(table)?.name ?? null);
    }
    case 'REINDEX_OBJECT_SCHEMA':
      return `the tables of schema ${stmt.name}`;
    case 'REINDEX_OBJECT_DATABASE':
      return 'each table of the database in turn';
    default:
      return null;
  }
}

import { relationKey } from '../../catalog/catalog.ts';
import { before, isAlone, mayAddTransactions, quoteIdentifier } from '../edits.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'invalid-index-taken-as-existing',
  family: 'transactions',
  severity: 'information',
  docs: {
    summary: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS.',
    why: 'When CREATE INDEX CONCURRENTLY fails half-way (a duplicate key, a deadlock, a cancelled statement), it leaves the index behind as INVALID: writes keep it up to date, no query uses it, and a unique one does not hold for the rows that were there. Run again, IF NOT EXISTS finds an index of that name and does nothing, so the migration succeeds without an index.',
    fine: 'Something else looks for invalid indexes: SELECT … FROM pg_index WHERE NOT indisvalid.',
    source: 'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe: 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_email_idx ON users (email);',
      safe: 'DROP INDEX CONCURRENTLY IF EXISTS users_email_idx;\nCREATE UNIQUE INDEX CONCURRENTLY users_email_idx ON users (email);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      if (!stmt.concurrent || !stmt.if_not_exists || !isAlone(context)) return;
      const schema = stmt.relation?.schemaname;
      const key = relationKey(schema ?? context.before.session.schema, stmt.idxname ?? '');
      const at = context.tokens.find(['if', 'not', 'exists']);
      if (context.before.relation(key) || at < 1) return;
      const name = `${schema ? `${quoteIdentifier(schema)}.` : ''}${quoteIdentifier(stmt.idxname ?? '')}`;
      context.report(
        context.tokens.span(at, at + 2),
        `If an earlier run failed half-way, ${name} exists but is INVALID: this does nothing then, and no query has the index.`,
        'DROP INDEX CONCURRENTLY IF EXISTS before it, and create it without IF NOT EXISTS.',
        mayAddTransactions(context)
          ? [
              {
                title: 'Drop what an earlier run may have left behind, then create it',
                safe: false,
                edits: [
                  before(context, [`DROP INDEX CONCURRENTLY IF EXISTS ${name}`]),
                  { start: context.tokens.span(at - 1).end, end: context.tokens.span(at + 2).end, newText: '' },
                ],
              },
            ]
          : [],
      );
    },
  },
});

import { defineRule } from '../rule.ts';
import { writtenName } from './newColumns.ts';

export default defineRule({
  id: 'unlogged-table',
  family: 'schema',
  severity: 'information',
  docs: {
    summary: 'CREATE UNLOGGED TABLE.',
    why: 'What is written to it does not go into the write-ahead log. After a crash of the server the table is empty, and so it always is on replicas and in backups that are made from the log.',
    fine: 'The rows can be made again: a cache, a queue that may lose its jobs, a staging table for a load.',
    source: 'https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-UNLOGGED',
  },
  examples: [
    {
      unsafe: 'CREATE UNLOGGED TABLE sessions (id bigint PRIMARY KEY, data jsonb);',
      safe: 'CREATE TABLE sessions (id bigint PRIMARY KEY, data jsonb);',
    },
  ],
  conclude: {
    CreateStmt(stmt, context) {
      const { tokens } = context;
      if (stmt.relation?.relpersistence !== 'u' || stmt.partbound || tokens.word(1) !== 'unlogged') return;
      const name = writtenName(stmt.relation, context);
      const key = `${stmt.relation.schemaname ?? context.session.schema}.${stmt.relation.relname ?? ''}`;
      // SET LOGGED may follow
      if (context.after.relation(key)?.unlogged !== true) return;
      context.report(
        tokens.span(1),
        `After a crash ${name} is empty, and on replicas it always is: an unlogged table is not in the write-ahead log.`,
        'Leave UNLOGGED out, unless the rows can be made again.',
        [
          {
            title: 'Make it a logged table',
            safe: false,
            edits: [{ start: tokens.span(1).start, end: tokens.span(2).start, newText: '' }],
          },
        ],
      );
    },
  },
});

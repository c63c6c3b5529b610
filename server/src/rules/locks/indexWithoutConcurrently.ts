import { relationKey } from '../../catalog/catalog.ts';
import { mayHaveRows, targetOf } from '../alterTable.ts';
import { insertAt, isAlone, matchCase, mayFollowUp } from '../edits.ts';
import { movedIndexFix } from '../movedIndex.ts';
import { defineRule, type Fix } from '../rule.ts';

export default defineRule({
  id: 'index-without-concurrently',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary: 'CREATE INDEX without CONCURRENTLY on a table that is in use.',
    why: 'A plain CREATE INDEX takes a SHARE lock on the table until the index is built: reads go on, but every INSERT, UPDATE and DELETE waits. On a large table that is minutes. CREATE INDEX CONCURRENTLY takes SHARE UPDATE EXCLUSIVE instead, which blocks neither reads nor writes.',
    fine: 'The table is small, or nobody writes to it while the migration runs. On a partitioned table CONCURRENTLY is not possible: create the index ON ONLY the parent, then concurrently on each partition, and attach them.',
    source: 'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);',
      unsafe: 'CREATE INDEX orders_customer_id_idx ON orders (customer_id);',
      safe: 'CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);',
    },
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe: 'CREATE UNIQUE INDEX ON users (lower(email));',
      safe: 'CREATE UNIQUE INDEX CONCURRENTLY ON users (lower(email));',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      if (stmt.concurrent) return;
      const table = targetOf(stmt.relation, context);
      if (!mayHaveRows(table.key, context)) return;
      const schema = stmt.relation?.schemaname ?? context.before.session.schema;
      if (stmt.if_not_exists && context.before.relation(relationKey(schema, stmt.idxname ?? ''))) return;
      // ON ONLY a partitioned table builds nothing; of other tables it is not said
      if (!stmt.relation?.inh && table.relation?.kind !== 'table') return;
      const { tokens } = context;
      const index = tokens.find(['index']);
      if (index < 0) return;
      const span = tokens.span(0, index);
      const message = `CREATE INDEX blocks writes to ${table.written} (SHARE lock) until the index is built.`;
      if (table.relation?.kind === 'partitioned') {
        context.report(
          span,
          message,
          'A partitioned table takes no CONCURRENTLY: create the index ON ONLY the parent, then CONCURRENTLY on each partition, and attach those with ALTER INDEX … ATTACH PARTITION.',
        );
        return;
      }
      const alone = isAlone(context);
      const help = alone
        ? 'CREATE INDEX CONCURRENTLY lets reads and writes go on. If it fails half-way it leaves an INVALID index behind: drop that and run it again.'
        : 'CREATE INDEX CONCURRENTLY lets reads and writes go on, but cannot run inside a transaction: move it to a migration of its own that runs without one.';
      const concurrently = insertAt(tokens.span(index).end, matchCase(tokens.written(index), ' CONCURRENTLY'));
      const fixes: Fix[] = alone
        ? [{ title: 'Create the index CONCURRENTLY', safe: true, edits: [concurrently] }]
        : mayFollowUp(context, stmt.relation)
          ? [
              {
                title: 'Create the index CONCURRENTLY, and run this migration without a transaction',
                safe: false,
                edits: [concurrently],
                outside: true,
              },
              ...movedIndexFix(stmt, context, concurrently),
            ]
          : [];
      context.report(span, message, help, fixes);
    },
  },
});

import { nodesKey } from '../../catalog/names.ts';
import { isInUse } from '../alterTable.ts';
import { insertAt, isAlone, matchCase } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { nameOf } from './relationNames.ts';

export default defineRule({
  id: 'drop-index-without-concurrently',
  family: 'locks',
  severity: 'information',
  docs: {
    summary: 'DROP INDEX without CONCURRENTLY on a table that is in use.',
    why: 'DROP INDEX takes ACCESS EXCLUSIVE on the table, not only on the index. It is done in a moment, but until it gets that lock it waits for all transactions that use the table, and every read and write that comes later waits behind it. DROP INDEX CONCURRENTLY waits for them without making anybody wait.',
    fine: 'A lock_timeout bounds the wait, or the migration must be one transaction. The index of a partitioned table, and several indexes at once, cannot be dropped CONCURRENTLY.',
    source: 'https://www.postgresql.org/docs/current/sql-dropindex.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nCREATE INDEX orders_note_idx ON orders (note);',
      unsafe: 'DROP INDEX orders_note_idx;',
      safe: 'DROP INDEX CONCURRENTLY orders_note_idx;',
    },
  ],
  check: {
    DropStmt(stmt, context) {
      if (stmt.removeType !== 'OBJECT_INDEX' || stmt.concurrent) return;
      const [object, ...others] = stmt.objects ?? [];
      // what cannot be done CONCURRENTLY has no better way; with a lock_timeout nobody waits for long
      if (others.length > 0 || !object || !('List' in object) || stmt.behavior === 'DROP_CASCADE') return;
      if (context.before.session.lockTimeout !== false) return;
      const key = nodesKey(object.List.items, context.before.session.schema);
      const table = context.before.relation(key)?.table ?? null;
      // of an index that the files do not know it is not known whether it is one of a partitioned table
      if (table === null || context.before.relation(table)?.kind === 'partitioned' || !isInUse(key, context)) return;
      const { tokens } = context;
      const alone = isAlone(context);
      context.report(
        tokens.span(0, 1),
        `DROP INDEX waits for ACCESS EXCLUSIVE on ${nameOf(table, context.before)}, and all reads and writes of it wait behind that.`,
        alone
          ? 'DROP INDEX CONCURRENTLY makes nobody wait.'
          : 'DROP INDEX CONCURRENTLY makes nobody wait, but cannot run inside a transaction: move it to a migration of its own that runs without one, or set a lock_timeout.',
        alone
          ? [
              {
                title: 'Drop the index CONCURRENTLY',
                safe: true,
                edits: [insertAt(tokens.span(1).end, matchCase(tokens.written(1), ' CONCURRENTLY'))],
              },
            ]
          : [],
      );
    },
  },
});

import { commandsInUse } from '../alterTable.ts';
import { insertAt, isAlone, matchCase } from '../edits.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'detach-partition-without-concurrently',
  family: 'locks',
  severity: 'information',
  docs: {
    summary: 'DETACH PARTITION without CONCURRENTLY from a partitioned table that is in use.',
    why: 'DETACH PARTITION takes ACCESS EXCLUSIVE on the whole partitioned table. It is done in a moment, but until it gets that lock it waits for all transactions that use any of it, and every read and write that comes later waits behind it. With CONCURRENTLY the lock is SHARE UPDATE EXCLUSIVE, which makes neither reads nor writes wait.',
    fine: 'A lock_timeout bounds the wait, or the migration must be one transaction. Beside a default partition CONCURRENTLY is not possible.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION',
  },
  examples: [
    {
      schema:
        'CREATE TABLE events (id bigint NOT NULL) PARTITION BY LIST (id);\nCREATE TABLE events_1 PARTITION OF events FOR VALUES IN (1);',
      unsafe: 'ALTER TABLE events DETACH PARTITION events_1;',
      safe: 'ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const { command, table, span } of commandsInUse(stmt, context)) {
        const def = command.def && 'PartitionCmd' in command.def ? command.def.PartitionCmd : undefined;
        if (command.subtype !== 'AT_DetachPartition' || !def || def.concurrent) continue;
        // CONCURRENTLY is refused beside a default partition; with a lock_timeout nobody waits for long
        if (!table.relation?.complete || table.relation.defaultPartition !== null) continue;
        if (context.before.session.lockTimeout !== false) continue;
        const alone = isAlone(context);
        const first = context.tokens.at(span.start);
        context.report(
          span,
          `DETACH PARTITION waits for ACCESS EXCLUSIVE on ${table.written}, and all reads and writes of it wait behind that.`,
          alone
            ? 'DETACH PARTITION … CONCURRENTLY makes nobody wait. It leaves a CHECK with the old bounds on the partition.'
            : 'DETACH PARTITION … CONCURRENTLY makes nobody wait, but cannot run inside a transaction: move it to a migration of its own that runs without one, or set a lock_timeout.',
          alone
            ? [
                {
                  title: 'Detach it CONCURRENTLY (leaves a CHECK with the old bounds on it)',
                  safe: false,
                  edits: [insertAt(span.end, matchCase(context.tokens.written(first), ' CONCURRENTLY'))],
                },
              ]
            : [],
        );
      }
    },
  },
});

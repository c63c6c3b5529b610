import type { Relation } from '../../catalog/catalog.ts';
import { commandsInUse, isInUse } from '../alterTable.ts';
import { defineRule } from '../rule.ts';
import { proveFirst } from './partitionProof.ts';
import { nameOf } from './relationNames.ts';

export default defineRule({
  id: 'attach-partition-scans-table',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary:
      'ATTACH PARTITION of a table with rows that no CHECK constraint proves to fit, or beside a default partition.',
    why: 'ATTACH PARTITION takes ACCESS EXCLUSIVE on the new partition and scans it for rows that do not fit. When the table has a default partition, that is locked as well and scanned for rows that belong into the new one, and every query of the partitioned table that touches it waits. A valid CHECK constraint that says the same as the bounds takes the place of the scan.',
    fine: 'The tables are small, or nobody uses the new partition and there is no default partition.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-ATTACH-PARTITION',
  },
  examples: [
    {
      schema:
        'CREATE TABLE events (id bigint NOT NULL) PARTITION BY RANGE (id);\nCREATE TABLE events_1 (id bigint NOT NULL);',
      unsafe: 'ALTER TABLE events ATTACH PARTITION events_1 FOR VALUES FROM (1) TO (1000);',
      safe: 'ALTER TABLE events_1 ADD CONSTRAINT events_1_bounds CHECK (id IS NOT NULL AND id >= 1 AND id < 1000) NOT VALID;\nALTER TABLE events_1 VALIDATE CONSTRAINT events_1_bounds;\nALTER TABLE events ATTACH PARTITION events_1 FOR VALUES FROM (1) TO (1000);\nALTER TABLE events_1 DROP CONSTRAINT events_1_bounds;',
    },
    {
      schema:
        'CREATE TABLE events (id bigint NOT NULL) PARTITION BY RANGE (id);\nCREATE TABLE events_rest PARTITION OF events DEFAULT;\nCREATE TABLE events_1 (id bigint NOT NULL, CHECK (id >= 1 AND id < 1000));',
      unsafe: 'ALTER TABLE events ATTACH PARTITION events_1 FOR VALUES FROM (1) TO (1000);',
      safe: 'ALTER TABLE events_rest ADD CONSTRAINT events_rest_bounds CHECK (id < 1 OR id >= 1000) NOT VALID;\nALTER TABLE events_rest VALIDATE CONSTRAINT events_rest_bounds;\nALTER TABLE events ATTACH PARTITION events_1 FOR VALUES FROM (1) TO (1000);',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const { command, table, span } of commandsInUse(stmt, context)) {
        if (command.subtype !== 'AT_AttachPartition' || !command.def || !('PartitionCmd' in command.def)) continue;
        const scanned = (context.effects?.scans ?? []).filter((key) => isInUse(key, context));
        if (scanned.length === 0) continue;
        const beside = table.relation?.defaultPartition ?? null;
        const names = scanned.map((key) => nameOf(key, context.before)).join(' and ');
        const unproven = scanned.flatMap((key) => {
          const relation = context.before.relation(key);
          return relation ? [{ schema: relation.schema, name: relation.name, inside: key !== beside }] : [];
        });
        context.report(
          span,
          `ATTACH PARTITION blocks reads and writes of ${names} (ACCESS EXCLUSIVE) while every row of it is checked.`,
          beside !== null && scanned.includes(beside)
            ? 'Add to the default partition a CHECK that excludes the new bounds, NOT VALID, and VALIDATE it first: with that proof it is not scanned.'
            : 'Add a CHECK with the bounds to the new partition, NOT VALID, and VALIDATE it first: ATTACH PARTITION takes the valid check as proof and scans nothing.',
          hasIndexes(table.relation)
            ? []
            : proveFirst(table.relation, command.def.PartitionCmd.bound, unproven, context),
        );
      }
    },
  },
});

/** Those that the new partition lacks would still be built under the lock. */
const hasIndexes = (parent: Relation | undefined): boolean =>
  parent === undefined ||
  parent.indexes.length > 0 ||
  parent.constraints.some((c) => c.kind !== 'check' && c.kind !== 'not-null');

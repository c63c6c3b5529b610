import { rangeVarKey } from '../../catalog/names.ts';
import { isInUse } from '../alterTable.ts';
import { defineRule } from '../rule.ts';
import { proveFirst } from './partitionProof.ts';

export default defineRule({
  id: 'new-partition-scans-default',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary: 'CREATE TABLE … PARTITION OF a table that has a default partition.',
    why: 'The default partition may hold rows that belong into the new one, so it is scanned while it and the whole partitioned table are locked in ACCESS EXCLUSIVE: every read and write waits. A valid CHECK constraint on the default partition that excludes the new bounds takes the place of the scan.',
    fine: 'The default partition is small or empty.',
    source: 'https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARTITION',
  },
  examples: [
    {
      schema:
        'CREATE TABLE events (id bigint NOT NULL) PARTITION BY RANGE (id);\nCREATE TABLE events_rest PARTITION OF events DEFAULT;',
      unsafe: 'CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (1000);',
      safe: 'ALTER TABLE events_rest ADD CONSTRAINT events_rest_bounds CHECK (id < 1 OR id >= 1000) NOT VALID;\nALTER TABLE events_rest VALIDATE CONSTRAINT events_rest_bounds;\nCREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (1000);',
    },
  ],
  check: {
    CreateStmt(stmt, context) {
      const [of] = stmt.inhRelations ?? [];
      if (!stmt.partbound || !of || !('RangeVar' in of)) return;
      const parent = context.before.relation(rangeVarKey(of.RangeVar, context.before.session.schema));
      const beside = parent?.defaultPartition ?? null;
      if (beside === null || !context.effects?.scans.includes(beside) || !isInUse(beside, context)) return;
      const rest = context.before.relation(beside);
      context.report(
        context.tokens.span(0, 1),
        `Creating this partition blocks reads and writes of ${parent?.name} (ACCESS EXCLUSIVE) while every row of its default partition ${rest?.name ?? ''} is checked.`,
        'Add to the default partition a CHECK that excludes the new bounds, NOT VALID, and VALIDATE it first: with that proof it is not scanned.',
        rest
          ? proveFirst(parent, stmt.partbound, [{ schema: rest.schema, name: rest.name, inside: false }], context)
          : [],
      );
    },
  },
});

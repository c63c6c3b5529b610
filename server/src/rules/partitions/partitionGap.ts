import type { AlterTableStmt, CreateStmt } from '@pgsql/types';
import { type ConclusionContext, defineRule } from '../rule.ts';
import { keyType, type Range, rangeOf } from './bounds.ts';
import { newPartitions } from './newPartitions.ts';

export default defineRule({
  id: 'gap-between-partitions',
  family: 'partitions',
  severity: 'information',
  docs: {
    summary: 'Values between two ranges that no partition takes.',
    why: 'A row whose key lies in the gap belongs nowhere, and its INSERT is refused: "no partition of relation found for row". Often the upper bound was meant to be included: TO (\'2024-01-31\') ends before that day.',
    fine: 'No such rows come, or the partition was taken away on purpose.',
    source: 'https://www.postgresql.org/docs/current/ddl-partitioning.html',
  },
  examples: [
    {
      schema:
        "CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);\nCREATE TABLE events_2024_02 PARTITION OF events FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');",
      unsafe: "CREATE TABLE events_2024_01 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-01-31');",
      safe: "CREATE TABLE events_2024_01 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');",
    },
  ],
  conclude: { CreateStmt: conclude, AlterTableStmt: conclude },
});

/** At the partition below the gap. */
function conclude(stmt: CreateStmt | AlterTableStmt, context: ConclusionContext): void {
  for (const partition of newPartitions(stmt, context, context.session.schema)) {
    const parent = context.after.relation(partition.parent);
    const type = parent && keyType(parent);
    if (!parent || !type || parent.defaultPartition !== null || !parent.partitions.includes(partition.key)) continue;
    const ranges: Range[] = [];
    for (const key of parent.partitions) {
      const range = rangeOf(context.after.relation(key)?.bound, type);
      if (!range) break;
      ranges.push(range);
    }
    // of one nothing is known: it may be what fills the gap
    if (ranges.length !== parent.partitions.length) continue;
    const own = ranges[parent.partitions.indexOf(partition.key)] as Range;
    const next = ranges.filter((r) => r.from >= own.to).sort((a, b) => (a.from < b.from ? -1 : 1))[0];
    if (!next || next.from === own.to || ranges.some((r) => r !== own && r.from <= own.to && r.to > own.to)) continue;
    const sibling = context.after.relation(parent.partitions[ranges.indexOf(next)] as string);
    context.report(
      partition.span,
      `No partition takes the rows between the end of ${partition.name}, which is not part of it, and the beginning of ${sibling?.name}: their INSERT is refused.`,
      'Let one partition begin where the other ends.',
    );
  }
}

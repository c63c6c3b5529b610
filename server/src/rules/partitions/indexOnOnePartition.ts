import { rangeVarKey } from '../../catalog/names.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'index-on-one-partition',
  family: 'partitions',
  severity: 'hint',
  docs: {
    summary: 'An index of a partition that its partitioned table does not have.',
    why: 'An index of the partitioned table is created on every partition, also on those that come later. One that belongs to a single partition is missing on the next, and queries that it served read that one from end to end.',
    fine: 'Only this partition is searched that way: the newest one, or an archive.',
    source: 'https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE',
  },
  examples: [
    {
      schema:
        'CREATE TABLE events (id bigint, at int NOT NULL) PARTITION BY RANGE (at);\nCREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100);',
      unsafe: 'CREATE INDEX CONCURRENTLY events_1_id ON events_1 (id);',
      safe: 'CREATE INDEX events_id ON ONLY events (id);\nCREATE INDEX CONCURRENTLY events_1_id ON events_1 (id);\nALTER INDEX events_id ATTACH PARTITION events_1_id;',
    },
  ],
  conclude: {
    IndexStmt(stmt, context) {
      const partition = context.after.relation(rangeVarKey(stmt.relation, context.session.schema));
      const parent = partition?.partitionOf ? context.after.relation(partition.partitionOf) : undefined;
      const columns = (stmt.indexParams ?? []).map((node) => ('IndexElem' in node ? node.IndexElem.name : undefined));
      // a partial index and one of an expression are made for what this partition holds
      if (!partition || !parent?.complete || stmt.whereClause || columns.includes(undefined)) return;
      const isAbove = parent.indexes.some((key) => {
        const index = context.after.relation(key)?.index;
        return !index || index.keys[0]?.column === columns[0];
      });
      const at = context.tokens.at(stmt.relation?.location ?? 0);
      const span = context.tokens.span(at, context.tokens.afterName(at) - 1);
      if (isAbove) return;
      context.report(
        span,
        `Only the partition ${partition.name} gets this index: ${parent.name} has none like it, so further partitions come without.`,
        `Create it on ${parent.name}: ON ONLY that first, then on each partition, and attach those with ALTER INDEX … ATTACH PARTITION.`,
      );
    },
  },
});

import type { AlterTableStmt, CreateStmt } from '@pgsql/types';
import { boundOf } from '../../catalog/inheritance.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { keyType, rangeOf } from './bounds.ts';
import { newPartitions } from './newPartitions.ts';

export default defineRule({
  id: 'partition-range-empty',
  family: 'partitions',
  severity: 'error',
  docs: {
    summary: 'A partition FROM a value TO the same or a lower one.',
    why: 'The lower end of a range belongs to the partition, the upper one does not. So a range whose ends are equal holds nothing, and Postgres refuses it, as it does a reversed one.',
    fine: 'Never: it is refused.',
    source: 'https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARTITION',
  },
  examples: [
    {
      schema: 'CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);',
      unsafe: "CREATE TABLE events_old PARTITION OF events FOR VALUES FROM ('2024-02-01') TO ('2024-01-01');",
      safe: "CREATE TABLE events_old PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');",
    },
    {
      schema: 'CREATE TABLE events (id bigint, day int NOT NULL) PARTITION BY RANGE (day);',
      unsafe: 'CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (1);',
      safe: 'CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (2);',
    },
  ],
  check: { CreateStmt: check, AlterTableStmt: check },
});

function check(stmt: CreateStmt | AlterTableStmt, context: RuleContext): void {
  for (const partition of newPartitions(stmt, context, context.before.session.schema)) {
    const parent = context.before.relation(partition.parent);
    const type = parent && keyType(parent);
    const range = type && rangeOf(boundOf(partition.bound), type);
    if (!range || range.from < range.to || ('if_not_exists' in stmt && stmt.if_not_exists)) continue;
    const { tokens, text } = context;
    const first = tokens.at(partition.span.start);
    const last = tokens.at(partition.span.end - 1);
    const to = tokens.find([')', 'to', '('], first, last + 1);
    if (to < 0) continue;
    const lower = tokens.span(first + 2, to - 1);
    const upper = tokens.span(to + 3, last - 1);
    const reversed = range.from > range.to;
    context.report(
      partition.span,
      `This fails: the range is empty, because it ends ${reversed ? 'before it begins' : 'where it begins, and the end is not part of it'}.`,
      reversed ? 'Exchange the two bounds.' : 'Make the upper bound the first value that does not belong to it.',
      reversed
        ? [
            {
              title: 'Exchange the bounds',
              safe: false,
              edits: [
                { ...lower, newText: text.slice(upper.start, upper.end) },
                { ...upper, newText: text.slice(lower.start, lower.end) },
              ],
            },
          ]
        : [],
    );
  }
}

import type { AlterTableStmt, CreateStmt } from '@pgsql/types';
import type { Relation } from '../../catalog/catalog.ts';
import { boundOf } from '../../catalog/inheritance.ts';
import type { PartitionBound } from '../../catalog/objects.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { keyType, listOf, rangeOf, uncertainty } from './bounds.ts';
import { newPartitions, siblingsOf } from './newPartitions.ts';

export default defineRule({
  id: 'partition-bounds-overlap',
  family: 'partitions',
  severity: 'error',
  docs: {
    summary: 'A partition whose bounds overlap those of another one.',
    why: 'A row may belong to one partition only, so Postgres refuses ranges that overlap, a list value that is there already, a hash remainder that is taken and a second DEFAULT. The upper end of a range is not part of it: FROM (1) TO (10) ends before 10.',
    fine: 'Never: it is refused.',
    source: 'https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARTITION',
  },
  examples: [
    {
      schema:
        "CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);\nCREATE TABLE events_2024_01 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');",
      unsafe: "CREATE TABLE events_2024_02 PARTITION OF events FOR VALUES FROM ('2024-01-31') TO ('2024-03-01');",
      safe: "CREATE TABLE events_2024_02 PARTITION OF events FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');",
    },
    {
      schema:
        "CREATE TABLE orders (id bigint, country text) PARTITION BY LIST (country);\nCREATE TABLE orders_dach PARTITION OF orders FOR VALUES IN ('de', 'at', 'ch');",
      unsafe: "CREATE TABLE orders_alps PARTITION OF orders FOR VALUES IN ('it', 'ch');",
      safe: "CREATE TABLE orders_alps PARTITION OF orders FOR VALUES IN ('it', 'si');",
    },
    {
      schema:
        'CREATE TABLE jobs (id bigint) PARTITION BY HASH (id);\nCREATE TABLE jobs_0 PARTITION OF jobs FOR VALUES WITH (MODULUS 2, REMAINDER 0);',
      unsafe: 'CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES WITH (MODULUS 2, REMAINDER 0);',
      safe: 'CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES WITH (MODULUS 2, REMAINDER 1);',
    },
  ],
  check: { CreateStmt: check, AlterTableStmt: check },
});

function check(stmt: CreateStmt | AlterTableStmt, context: RuleContext): void {
  for (const partition of newPartitions(stmt, context, context.before.session.schema)) {
    const parent = context.before.relation(partition.parent);
    // a table that is there already is left as it is
    if (!parent || ('if_not_exists' in stmt && stmt.if_not_exists)) continue;
    const bound = boundOf(partition.bound);
    // temporary and permanent tables do not mix: what is listed may have been refused
    const siblings = parent.temporary ? [] : siblingsOf(partition, parent, context.before);
    for (const [i, sibling] of siblings.entries()) {
      const what = sibling?.bound && overlap(bound, sibling.bound, parent);
      // one that was refused itself is not there
      if (
        !what ||
        siblings.slice(0, i).some((s) => s?.bound && overlap(s.bound, sibling.bound as PartitionBound, parent))
      )
        continue;
      context.report(
        partition.span,
        `This fails: ${sibling.name} has ${what} already.`,
        'Choose bounds that no other partition has.',
      );
      break;
    }
  }
}

/** What both have, in words; null where that is not certain. */
function overlap(own: PartitionBound, other: PartitionBound, parent: Relation): string | null {
  if (own.kind === 'default' && other.kind === 'default') return 'DEFAULT';
  if (own.kind === 'hash' && other.kind === 'hash') {
    const step = Math.min(own.modulus, other.modulus);
    // unless one divides the other, it is refused for another reason
    const divides = step > 0 && Math.max(own.modulus, other.modulus) % step === 0;
    return divides && own.remainder % step === other.remainder % step
      ? `these rows (MODULUS ${other.modulus}, REMAINDER ${other.remainder})`
      : null;
  }
  const type = keyType(parent);
  if (!type) return null;
  const [lists, others] = [listOf(own, type), listOf(other, type)];
  const value = lists?.find((v) => others?.includes(v));
  if (value !== undefined) return value === 'null' ? 'NULL' : `'${value.slice(1)}'`;
  const [a, b] = [rangeOf(own, type), rangeOf(other, type)];
  if (!a || !b || a.from >= a.to || b.from >= b.to) return null;
  const from = a.from > b.from ? a.from : b.from;
  const to = a.to < b.to ? a.to : b.to;
  const sure = typeof from === 'bigint' && typeof to === 'bigint' ? to - from > uncertainty(type) : from < to;
  return sure ? 'a part of this range' : null;
}

import type { AlterTableStmt, CreateStmt } from '@pgsql/types';
import type { Relation } from '../../catalog/catalog.ts';
import { relationKey } from '../../catalog/catalog.ts';
import { behind, quoteIdentifier } from '../edits.ts';
import { type ConclusionContext, defineRule, type Fix } from '../rule.ts';
import { type NewPartition, newPartitions } from './newPartitions.ts';

interface Hash {
  readonly name: string;
  readonly modulus: number;
  readonly remainder: number;
}

export default defineRule({
  id: 'hash-partitions-incomplete',
  family: 'partitions',
  severity: 'warning',
  docs: {
    summary: 'A table partitioned by hash that lacks partitions for some remainders.',
    why: 'A hash-partitioned table can have no DEFAULT partition. Every row whose hash leaves a remainder without a partition is refused: with three partitions of MODULUS 4 that is every fourth.',
    fine: 'The missing partitions are created before the first row comes.',
    source: 'https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARTITION',
  },
  examples: [
    {
      schema: 'CREATE TABLE jobs (id bigint) PARTITION BY HASH (id);',
      unsafe:
        'CREATE TABLE jobs_0 PARTITION OF jobs FOR VALUES WITH (MODULUS 3, REMAINDER 0);\nCREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES WITH (MODULUS 3, REMAINDER 1);',
      safe: 'CREATE TABLE jobs_0 PARTITION OF jobs FOR VALUES WITH (MODULUS 3, REMAINDER 0);\nCREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES WITH (MODULUS 3, REMAINDER 1);\nCREATE TABLE jobs_2 PARTITION OF jobs FOR VALUES WITH (MODULUS 3, REMAINDER 2);',
    },
  ],
  conclude: { CreateStmt: conclude, AlterTableStmt: conclude },
});

/** At the last partition. */
function conclude(stmt: CreateStmt | AlterTableStmt, context: ConclusionContext): void {
  for (const partition of newPartitions(stmt, context, context.session.schema)) {
    const parent = context.after.relation(partition.parent);
    if (!parent?.complete || parent.partitions.at(-1) !== partition.key) continue;
    const hashes: Hash[] = [];
    for (const key of parent.partitions) {
      const relation = context.after.relation(key);
      if (relation?.bound?.kind !== 'hash') break;
      hashes.push({ ...relation.bound, name: relation.name });
    }
    if (hashes.length !== parent.partitions.length) continue;
    const largest = Math.max(...hashes.map((h) => h.modulus));
    const missing = Array.from({ length: largest }, (_, i) => i).filter(
      (i) => !hashes.some((h) => i % h.modulus === h.remainder),
    );
    if (missing.length === 0) continue;
    const these = missing.length > 1 ? `remainders ${missing.join(', ')}` : `remainder ${missing[0]}`;
    context.report(
      partition.span,
      `${partition.parentName} has no partition for ${these} of MODULUS ${largest}: the rows that belong there are refused.`,
      'Create the missing partitions.',
      hashes.every((h) => h.modulus === largest) ? createMissing(partition, parent, hashes, missing, context) : [],
    );
  }
}

/** Only where the names of the others follow from their remainders. */
function createMissing(
  partition: NewPartition,
  parent: Relation,
  hashes: readonly Hash[],
  missing: readonly number[],
  context: ConclusionContext,
): Fix[] {
  const [first] = hashes;
  const stem = first?.name.endsWith(String(first.remainder))
    ? first.name.slice(0, -String(first.remainder).length)
    : null;
  if (!first || stem === null || missing.length > 64 || !hashes.every((h) => h.name === `${stem}${h.remainder}`))
    return [];
  const schema = partition.name.includes('.') ? `${quoteIdentifier(parent.schema)}.` : '';
  if (missing.some((r) => context.after.relation(relationKey(parent.schema, `${stem}${r}`)))) return [];
  const statements = missing.map(
    (r) =>
      `CREATE TABLE ${schema}${quoteIdentifier(`${stem}${r}`)} PARTITION OF ${partition.parentName} FOR VALUES WITH (MODULUS ${first.modulus}, REMAINDER ${r})`,
  );
  return [{ title: 'Create the missing partitions', safe: false, edits: [behind(context, statements)] }];
}

/** SQL whose findings have quick fixes, beyond the examples of the rules. */
import type { Wrapping } from '../../../server/src/catalog/session.ts';
import { breakingFixCases } from './breakingFixCases.ts';
import { indexFixCases } from './indexFixCases.ts';
import { schemaFixCases } from './schemaFixCases.ts';
import { securityEndsAsSafeForm, securityFixCases } from './securityFixCases.ts';
import type { Version } from './servers.ts';

export interface FixCase {
  readonly rule: string;
  readonly schema: string;
  readonly sql: string;
  /** `none` when absent. */
  readonly wrapping?: Wrapping;
  readonly from?: Version;
  /** SQL that gives the wanted schema, where the statement itself cannot run. */
  readonly same?: string;
  /** Lines of the schema that the fix leaves otherwise on purpose: [those of the statement, those of the fix]. */
  readonly differs?: readonly [without: readonly string[], instead: readonly string[]];
  /** The fix promises no weaker lock. */
  readonly keepsLocks?: true;
}

/** Rules whose fix is another way than the safe form of their examples: shown by cases alone. */
export const shownByCasesOnly: ReadonlySet<string> = new Set([
  // functions
  'variable-named-like-column',
  // breaking
  'type-change-needs-using',
  'type-change-keeps-default',
  'truncate-referenced-table',
  'drop-type-cascade',
  'replaced-view-changes-columns',
  'truncate-cascade',
  // indexes
  'unique-index-with-nullable-column',
]);

/**
 * Rules whose fix leaves another schema on purpose, never called safe: of the rule's examples, the schema has to be that of
 * the safe form.
 */
export const endsAsSafeForm: ReadonlySet<string> = new Set([
  'unknown-table',
  'unknown-column',
  'unknown-type',
  'unknown-enum-value',
  'unknown-constraint',
  'unknown-index',
  'missing-from-clause',
  'unknown-table-in-function',
  'unknown-column-in-function',
  'unknown-record-field',
  'name-not-in-search-path',
  'drop-function-in-use',
  // queries
  'ambiguous-column',
  'jsonb-compared-with-text',
  // security and functions
  ...securityEndsAsSafeForm,
  // breaking
  'column-already-exists',
  'column-does-not-exist',
  'enum-value-already-exists',
  'trigger-already-exists',
  'policy-already-exists',
  'schema-already-exists',
  'extension-already-exists',
  'drop-with-dependents',
  'drop-cascade',
  // transactions
  'foreign-keys-not-checked',
  'invalid-index-taken-as-existing',
  'enum-value-used-in-same-transaction',
  'outside-transaction-only',
  'scan-while-locked',
  'data-change-while-locked',
  // locks
  'detach-partition-without-concurrently',
  // schema
  'table-without-primary-key',
  'integer-primary-key',
  'serial-instead-of-identity',
  'serial-foreign-key',
  'foreign-key-without-index',
  'foreign-key-narrower-than-key',
  'set-null-on-not-null',
  'circular-foreign-keys',
  'unique-ignores-soft-delete',
  'unique-with-null-deletion-time',
  'timestamp-without-time-zone',
  'timestamp-rounds-to-second',
  'frozen-time-default',
  'float-for-money',
  'money-type',
  'json-instead-of-jsonb',
  'uuid-as-text',
  'char-type',
  'internal-type',
  'default-of-wrong-type',
  'generated-column-written',
  'nullable-flag',
  'unlogged-table',
  // partitions
  'unique-without-partition-key',
  'partition-range-empty',
  'hash-partitions-incomplete',
  'concurrently-on-partitioned-table',
  // indexes
  'index-expression-not-immutable',
  'index-predicate-not-immutable',
  'no-default-operator-class',
  'scalar-column-in-gin-or-gist',
  'operator-class-mismatch',
  'unique-index-not-btree',
  'multicolumn-index-not-supported',
  'include-not-supported',
  'index-order-not-supported',
  'index-storage-parameter',
  'drop-index-of-constraint',
  'btree-index-on-jsonb',
  'btree-index-on-array',
  'btree-index-on-tsvector',
  'btree-index-on-long-text',
  'brin-on-random-values',
  'hash-index-serves-equality-only',
  'index-column-twice',
  'descending-single-column-index',
]);

const shop = `
  CREATE TABLE customers (id bigint PRIMARY KEY, email text);
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, parent_id bigint, code varchar(10), total numeric(10, 2));
  CREATE SCHEMA "Sales";
  CREATE TABLE "Sales"."Order Lines" (id bigint NOT NULL, "Order" bigint, "select" text);
  CREATE MATERIALIZED VIEW totals AS SELECT id AS customer_id, 1 AS orders FROM customers;
  CREATE TABLE events (id bigint, customer_id bigint) PARTITION BY LIST (id);
  CREATE TABLE events_rest PARTITION OF events DEFAULT;`;

const validated = (line: string): FixCase['differs'] => [[`${line} valid`], [`${line} NOT VALID not valid`]];

const cases: readonly (Omit<FixCase, 'schema'> & Partial<Pick<FixCase, 'schema'>>)[] = [
  { rule: 'foreign-key-without-not-valid', sql: 'ALTER TABLE orders ADD FOREIGN KEY (parent_id) REFERENCES orders;' },
  {
    rule: 'foreign-key-without-not-valid',
    sql: '  alter table if exists only public.orders\n    add foreign key (customer_id) references customers on delete cascade deferrable initially deferred -- soon\n  ;',
  },
  {
    rule: 'foreign-key-without-not-valid',
    sql: 'ALTER TABLE "Sales"."Order Lines" ADD FOREIGN KEY ("Order") REFERENCES orders -- no terminator',
  },
  {
    rule: 'foreign-key-without-not-valid',
    sql: 'ALTER TABLE orders ADD COLUMN note text, ADD CONSTRAINT "A" FOREIGN KEY (customer_id) REFERENCES customers, DROP COLUMN code;',
  },
  {
    rule: 'foreign-key-without-not-valid',
    from: 18,
    sql: 'ALTER TABLE events ADD FOREIGN KEY (customer_id) REFERENCES customers;',
  },
  ...(['tool', 'single', 'implicit'] as const).map((wrapping) => ({
    rule: 'foreign-key-without-not-valid',
    wrapping,
    sql: `ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers;${wrapping === 'implicit' ? '\nSELECT 1;' : ''}`,
    differs: validated('constraint orders f FOREIGN KEY (customer_id) REFERENCES customers(id)'),
  })),
  { rule: 'check-without-not-valid', sql: "ALTER TABLE orders ADD CONSTRAINT c CHECK (code <> ',' AND total > 0)" },
  {
    rule: 'check-without-not-valid',
    sql: 'ALTER TABLE IF EXISTS ONLY orders ADD CONSTRAINT "C" CHECK (total > 0) NO INHERIT, ALTER code SET DEFAULT 1;',
  },
  {
    rule: 'check-without-not-valid',
    wrapping: 'tool',
    sql: 'ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0::numeric);',
    differs: validated('constraint orders c CHECK ((total > (0)::numeric))'),
  },
  {
    rule: 'set-not-null-scans-table',
    sql: 'ALTER TABLE orders ALTER code SET NOT NULL, ALTER COLUMN total SET NOT NULL;',
  },
  {
    rule: 'set-not-null-scans-table',
    sql: '-- why\n  ALTER TABLE IF EXISTS ONLY "Sales"."Order Lines" ALTER COLUMN "select" SET NOT NULL -- no terminator',
  },
  { rule: 'set-not-null-scans-table', sql: 'ALTER TABLE events ALTER COLUMN customer_id SET NOT NULL;' },
  { rule: 'unique-constraint-builds-index', sql: 'ALTER TABLE orders ADD UNIQUE (customer_id, "code");' },
  { rule: 'unique-constraint-builds-index', sql: 'ALTER TABLE "Sales"."Order Lines" ADD PRIMARY KEY (id);' },
  {
    rule: 'unique-constraint-builds-index',
    sql: 'ALTER TABLE ONLY public.orders ADD CONSTRAINT "U" UNIQUE (code) DEFERRABLE INITIALLY DEFERRED, ALTER code SET DEFAULT 1;',
  },
  {
    rule: 'index-without-concurrently',
    sql: "create unique index if not exists i on orders (lower(code)) where code <> ''",
  },
  { rule: 'index-without-concurrently', sql: 'CREATE INDEX ON "Sales"."Order Lines" USING hash ("select");' },
  { rule: 'index-without-concurrently', sql: 'CREATE UNIQUE INDEX ON totals (customer_id);' },
  { rule: 'index-without-concurrently', wrapping: 'single', sql: 'CREATE INDEX ON orders (code);' },
  { rule: 'index-without-concurrently', sql: 'CREATE INDEX ON ONLY orders (code);' },
  {
    rule: 'not-null-without-not-valid',
    from: 18,
    sql: 'alter table only orders add not null code, add column note text',
  },
  { rule: 'reindex-without-concurrently', sql: 'reindex (verbose) table orders' },
  { rule: 'reindex-without-concurrently', wrapping: 'single', sql: 'REINDEX INDEX orders_pkey;' },
  {
    rule: 'drop-index-without-concurrently',
    schema: 'CREATE TABLE t (id int); CREATE INDEX "I" ON t (id);',
    sql: 'drop index if exists public."I" -- unused\n',
  },
  ...['IN (1, 2)', "IN ('3')"].map((values) => ({
    rule: 'attach-partition-scans-table',
    schema: `CREATE TABLE days (id bigint, "Day" date) PARTITION BY LIST (id);
      CREATE TABLE days_rest PARTITION OF days DEFAULT;
      CREATE TABLE "Days 1" (id bigint, "Day" date);
      CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE TRIGGER nothing BEFORE INSERT ON "Days 1" FOR EACH ROW EXECUTE FUNCTION nothing();`,
    sql: `  ALTER TABLE days ATTACH PARTITION "Days 1" FOR VALUES ${values};`,
  })),
  {
    rule: 'attach-partition-scans-table',
    schema: `CREATE TABLE days (id bigint, "Day" date) PARTITION BY RANGE ("Day");
      CREATE TABLE "Days 1" (id bigint, "Day" date);`,
    sql: 'ALTER TABLE days ATTACH PARTITION public."Days 1" FOR VALUES FROM (\'2020-01-01\'::date) TO (MAXVALUE)',
  },
  {
    rule: 'new-partition-scans-default',
    schema: `CREATE TABLE days (id bigint, day date NOT NULL) PARTITION BY RANGE (day);
      CREATE TABLE days_rest PARTITION OF days DEFAULT;`,
    sql: "CREATE TABLE days_1 PARTITION OF days (CHECK (id > 0)) FOR VALUES FROM (MINVALUE) TO ('2020-01-01');",
  },
  {
    rule: 'add-column-rewrites-table',
    sql: 'ALTER TABLE IF EXISTS "Sales"."Order Lines" ADD COLUMN "Id" uuid DEFAULT gen_random_uuid(), ADD note text;',
  },
  ...(['tool', 'single', 'implicit'] as const).map((wrapping) => ({
    rule: 'add-column-rewrites-table',
    wrapping,
    sql: `ALTER TABLE orders ADD at timestamptz DEFAULT clock_timestamp() + interval '1 day';${wrapping === 'implicit' ? '\nSELECT 1;' : ''}`,
  })),
  {
    rule: 'concurrently-in-transaction',
    sql: 'BEGIN;\nALTER TABLE orders ADD COLUMN note text;\nDROP INDEX CONCURRENTLY IF EXISTS missing;\nCOMMIT;',
    same: 'ALTER TABLE orders ADD COLUMN note text;',
    keepsLocks: true,
  },
  {
    rule: 'validate-in-same-transaction',
    sql: 'BEGIN;\nALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT orders_customer_id_fkey;\nCOMMIT;',
  },
  {
    rule: 'validate-in-same-transaction',
    wrapping: 'tool',
    sql: 'BEGIN;\nALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID;\n  ALTER TABLE orders VALIDATE CONSTRAINT c;',
  },
  ...(['none', 'tool', 'single', 'implicit'] as const).map((wrapping) => ({
    rule: 'lock-timeout-missing',
    wrapping,
    sql: `ALTER TABLE orders ADD COLUMN note text;${wrapping === 'implicit' ? '\nSELECT 1;' : ''}`,
    keepsLocks: true as const,
  })),
  {
    rule: 'lock-timeout-missing',
    sql: 'BEGIN;\n  ALTER TABLE orders ADD COLUMN note text;\nEND;',
    keepsLocks: true,
  },
];

export const fixCases: readonly FixCase[] = [
  ...cases.map((fixCase) => ({ schema: shop, ...fixCase })),
  ...schemaFixCases.map((fixCase) => ({ schema: shop, ...fixCase })),
  ...breakingFixCases,
  ...indexFixCases,
  ...securityFixCases,
];

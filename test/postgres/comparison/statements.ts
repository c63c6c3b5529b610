/** The statements that docs/comparison.md is about: each tool is asked about each, and a real Postgres runs it. */

/** The tables that are there, with rows in them, before each statement. */
export const schema = `
  CREATE TABLE customers (
    id bigint PRIMARY KEY,
    email text,
    name varchar(50),
    plan varchar(20) DEFAULT 'free',
    credit integer,
    notes text,
    active boolean,
    joined timestamp
  );
  CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint,
    code varchar(10),
    total numeric(10, 2),
    details jsonb,
    tags text[],
    placed_at timestamptz NOT NULL DEFAULT now(),
    state text
  );
  CREATE INDEX orders_code ON orders (code);
  CREATE INDEX orders_state ON orders (state);
  CREATE UNIQUE INDEX customers_email_idx ON customers (email);
  CREATE TABLE payments (id bigint PRIMARY KEY, order_id bigint CONSTRAINT payments_order REFERENCES orders, amount integer CONSTRAINT positive CHECK (amount > -1));
  CREATE TABLE refunds (id bigint, amount integer, reason text);
  ALTER TABLE refunds ADD CONSTRAINT amount_given CHECK (amount IS NOT NULL);
  ALTER TABLE refunds ADD CONSTRAINT reason_given CHECK (reason <> '~') NOT VALID;
  CREATE TABLE events (id bigint NOT NULL, kind integer NOT NULL) PARTITION BY LIST (kind);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES IN (1);
  CREATE TABLE events_rest PARTITION OF events DEFAULT;
  CREATE TABLE events_2 (id bigint NOT NULL, kind integer NOT NULL);
  CREATE TABLE events_3 (id bigint NOT NULL, kind integer NOT NULL);
  CREATE SCHEMA archive;
  CREATE VIEW active_customers AS SELECT id, active FROM customers;
  CREATE MATERIALIZED VIEW totals AS SELECT customer_id, count(*) AS orders FROM orders GROUP BY 1;
  CREATE TYPE mood AS ENUM ('good', 'bad');
  CREATE DOMAIN positive_number AS integer CHECK (VALUE > -1);
  CREATE TABLE diary (id bigint PRIMARY KEY, mood mood, written date, pages positive_number);
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE FUNCTION token() RETURNS text LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN md5(random()::text); END';
  CREATE FUNCTION fixed() RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 1; END';
  CREATE TRIGGER payments_touch BEFORE UPDATE ON payments FOR EACH ROW EXECUTE FUNCTION touch();
`;

/** Run when the tables have rows: what the partitions to come hold, and a check that proves it of one of them. */
export const afterFilling = `
  REFRESH MATERIALIZED VIEW totals;
  CREATE UNIQUE INDEX totals_customer ON totals (customer_id);
  UPDATE events_2 SET kind = 2;
  UPDATE events_3 SET kind = 3;
  DELETE FROM events WHERE kind > 1;
  ALTER TABLE events_3 ADD CONSTRAINT three CHECK (kind = 3);
`;

/** The part of it that the statements run on which cannot run in a transaction. */
export const smallSchema = `
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, code varchar(10), state text);
  CREATE INDEX orders_code ON orders (code);
  CREATE INDEX orders_state ON orders (state);
`;

/** What a person has to be told although nothing waits long and nothing fails. */
export type Loss = 'data' | 'clients';

export interface Compared {
  readonly sql: string;
  readonly loses?: Loss;
  /** It cannot run in a transaction block. */
  readonly outside?: true;
}

const of = (...statements: readonly string[]): Compared[] => statements.map((sql) => ({ sql }));
const losing = (loses: Loss, ...statements: readonly string[]): Compared[] => statements.map((sql) => ({ sql, loses }));
const outside = (...statements: readonly string[]): Compared[] => statements.map((sql) => ({ sql, outside: true }));

export const sections: readonly { readonly title: string; readonly statements: readonly Compared[] }[] = [
  {
    title: 'Adding columns',
    statements: of(
      'ALTER TABLE customers ADD COLUMN age integer',
      'ALTER TABLE customers ADD COLUMN age integer DEFAULT 0',
      'ALTER TABLE customers ADD COLUMN age integer NOT NULL DEFAULT 0',
      'ALTER TABLE customers ADD COLUMN age integer NOT NULL',
      'ALTER TABLE customers ADD COLUMN seen timestamptz DEFAULT now()',
      'ALTER TABLE customers ADD COLUMN seen timestamptz DEFAULT clock_timestamp()',
      'ALTER TABLE customers ADD COLUMN uid uuid DEFAULT gen_random_uuid()',
      'ALTER TABLE customers ADD COLUMN uid text DEFAULT token()',
      'ALTER TABLE customers ADD COLUMN level integer DEFAULT fixed()',
      'ALTER TABLE customers ADD COLUMN number bigserial',
      'ALTER TABLE customers ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY',
      'ALTER TABLE customers ADD COLUMN twice integer GENERATED ALWAYS AS (credit * 2) STORED',
      'ALTER TABLE customers ADD COLUMN twice integer GENERATED ALWAYS AS (credit * 2) VIRTUAL',
      'ALTER TABLE customers ADD COLUMN score integer CHECK (score > 0)',
      'ALTER TABLE customers ADD COLUMN score integer UNIQUE',
      'ALTER TABLE customers ADD COLUMN parent bigint REFERENCES customers',
      'ALTER TABLE customers ADD COLUMN parent bigint DEFAULT 1 REFERENCES customers',
      'ALTER TABLE customers ADD COLUMN size positive_number',
      'ALTER TABLE customers ADD COLUMN size positive_number DEFAULT 1',
      "ALTER TABLE customers ADD COLUMN settings json DEFAULT '{}'",
    ),
  },
  {
    title: 'Changing columns',
    statements: [
      ...of(
        'ALTER TABLE customers ALTER COLUMN name TYPE varchar(100)',
        'ALTER TABLE customers ALTER COLUMN name TYPE text',
        'ALTER TABLE customers ALTER COLUMN name TYPE varchar',
        'ALTER TABLE customers ALTER COLUMN name TYPE varchar(20)',
        'ALTER TABLE customers ALTER COLUMN credit TYPE bigint',
        'ALTER TABLE customers ALTER COLUMN notes TYPE varchar(500)',
        'ALTER TABLE customers ALTER COLUMN notes TYPE jsonb USING to_jsonb(notes)',
        'ALTER TABLE customers ALTER COLUMN notes TYPE integer',
        'ALTER TABLE customers ALTER COLUMN joined TYPE timestamptz',
        "ALTER TABLE customers ALTER COLUMN joined TYPE timestamptz USING joined AT TIME ZONE 'UTC'",
        'ALTER TABLE orders ALTER COLUMN total TYPE numeric(12, 2)',
        'ALTER TABLE orders ALTER COLUMN total TYPE numeric',
        'ALTER TABLE orders ALTER COLUMN total TYPE numeric(12, 4)',
        'ALTER TABLE orders ALTER COLUMN code TYPE varchar(20)',
        'ALTER TABLE orders ALTER COLUMN code TYPE text',
        'ALTER TABLE customers ALTER COLUMN credit SET NOT NULL',
        'ALTER TABLE refunds ALTER COLUMN amount SET NOT NULL',
        'ALTER TABLE customers ALTER COLUMN id DROP NOT NULL',
        'ALTER TABLE orders ALTER COLUMN placed_at DROP NOT NULL',
        'ALTER TABLE customers ALTER COLUMN credit SET DEFAULT 0',
        'ALTER TABLE customers ALTER COLUMN plan SET DEFAULT token()',
        'ALTER TABLE customers ALTER COLUMN plan DROP DEFAULT',
        'ALTER TABLE customers ALTER COLUMN credit SET STATISTICS 500',
        'ALTER TABLE customers ALTER COLUMN notes SET STORAGE EXTERNAL',
        'ALTER TABLE customers ALTER COLUMN notes SET COMPRESSION pglz',
      ),
      ...losing('clients', 'ALTER TABLE orders RENAME COLUMN state TO status'),
      ...losing('data', 'ALTER TABLE customers DROP COLUMN notes', 'ALTER TABLE customers DROP COLUMN active CASCADE'),
      ...of('ALTER TABLE customers DROP COLUMN active'),
    ],
  },
  {
    title: 'Constraints',
    statements: of(
      'ALTER TABLE customers ADD CONSTRAINT credit_ok CHECK (credit > -1)',
      'ALTER TABLE customers ADD CONSTRAINT credit_ok CHECK (credit > -1) NOT VALID',
      'ALTER TABLE refunds VALIDATE CONSTRAINT reason_given',
      'ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers',
      'ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers NOT VALID',
      'ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (credit)',
      'ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (state) REFERENCES customers',
      'ALTER TABLE refunds ADD PRIMARY KEY (id)',
      'ALTER TABLE orders ADD CONSTRAINT orders_details_key UNIQUE (id, code)',
      'ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE USING INDEX customers_email_idx',
      'ALTER TABLE orders ADD EXCLUDE USING btree (id WITH =)',
      'ALTER TABLE customers ADD PRIMARY KEY (email)',
      'ALTER TABLE payments DROP CONSTRAINT positive',
      'ALTER TABLE payments DROP CONSTRAINT payments_order',
      'ALTER TABLE orders ALTER CONSTRAINT orders_pkey DEFERRABLE',
      'ALTER TABLE payments ALTER CONSTRAINT payments_order DEFERRABLE',
      'ALTER TABLE payments RENAME CONSTRAINT positive TO amount_positive',
      'ALTER TABLE refunds ADD CONSTRAINT id_given NOT NULL id',
      'ALTER TABLE refunds ADD CONSTRAINT id_given NOT NULL id NOT VALID',
    ),
  },
  {
    title: 'Indexes',
    statements: [
      ...of(
        'CREATE INDEX orders_customer ON orders (customer_id)',
        'CREATE UNIQUE INDEX orders_id_code ON orders (id, code)',
        'CREATE INDEX orders_details ON orders USING gin (details)',
        'CREATE INDEX orders_recent ON orders (id) WHERE placed_at > now()',
        "CREATE INDEX orders_day ON orders (date_trunc('day', placed_at))",
        'CREATE INDEX orders_lower ON orders (lower(state))',
        'CREATE INDEX orders_code_gin ON orders USING gin (code)',
        'CREATE INDEX IF NOT EXISTS orders_code ON orders (code)',
        'CREATE INDEX orders_code ON orders (code)',
        'CREATE INDEX events_kind ON events (kind)',
        'CREATE INDEX events_kind ON ONLY events (kind)',
        'DROP INDEX orders_state',
        'DROP INDEX orders_pkey',
        'ALTER INDEX orders_code RENAME TO orders_code_idx',
        'ALTER INDEX orders_code SET (fillfactor = 90)',
        'REINDEX INDEX orders_code',
        'REINDEX TABLE orders',
        'CLUSTER orders USING orders_code',
      ),
      ...outside(
        'CREATE INDEX CONCURRENTLY events_kind ON events (kind)',
        'CREATE INDEX CONCURRENTLY orders_customer ON orders (customer_id)',
        'DROP INDEX CONCURRENTLY orders_state',
        'REINDEX INDEX CONCURRENTLY orders_code',
        'VACUUM FULL orders',
        'VACUUM orders',
      ),
    ],
  },
  {
    title: 'Tables, views, partitions',
    statements: [
      ...of(
        'CREATE TABLE invoices (id bigint PRIMARY KEY, total numeric)',
        'CREATE TABLE invoices (id bigint PRIMARY KEY, order_id bigint REFERENCES orders)',
        'CREATE TABLE orders (id bigint PRIMARY KEY)',
      ),
      ...losing('clients', 'ALTER TABLE refunds RENAME TO repayments', 'ALTER TABLE refunds SET SCHEMA archive'),
      ...of(
        'ALTER TABLE refunds SET UNLOGGED',
        'ALTER TABLE refunds SET (fillfactor = 80)',
        'ALTER TABLE refunds SET (autovacuum_vacuum_scale_factor = 0.02)',
        'ALTER TABLE refunds ENABLE ROW LEVEL SECURITY',
        'ALTER TABLE refunds REPLICA IDENTITY FULL',
        'ALTER TABLE payments DISABLE TRIGGER payments_touch',
        'DROP TABLE customers',
        'DROP TABLE orders',
      ),
      ...losing(
        'data',
        'DROP TABLE refunds',
        'DROP TABLE customers CASCADE',
        'TRUNCATE refunds',
        'TRUNCATE orders CASCADE',
      ),
      ...of(
        'TRUNCATE orders',
        'CREATE VIEW paid AS SELECT order_id FROM payments',
        'CREATE OR REPLACE VIEW active_customers AS SELECT id, active, email FROM customers',
        'CREATE OR REPLACE VIEW active_customers AS SELECT active FROM customers',
        'REFRESH MATERIALIZED VIEW totals',
        'REFRESH MATERIALIZED VIEW CONCURRENTLY totals',
        'CREATE TABLE events_4 PARTITION OF events FOR VALUES IN (4)',
        'CREATE TABLE events_5 PARTITION OF events FOR VALUES IN (1)',
        'ALTER TABLE events ATTACH PARTITION events_2 FOR VALUES IN (2)',
        'ALTER TABLE events ATTACH PARTITION events_3 FOR VALUES IN (3)',
        'ALTER TABLE events DETACH PARTITION events_1',
        'ALTER TABLE events ADD PRIMARY KEY (id)',
      ),
    ],
  },
  {
    title: 'Types, functions, triggers',
    statements: [
      ...of("ALTER TYPE mood ADD VALUE 'fair'", "ALTER TYPE mood ADD VALUE 'good'"),
      ...losing('clients', "ALTER TYPE mood RENAME VALUE 'bad' TO 'awful'"),
      ...of(
        'DROP TYPE mood',
        'ALTER DOMAIN positive_number ADD CHECK (VALUE < 1000000)',
        'CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch()',
        'CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION token()',
        'DROP TRIGGER payments_touch ON payments',
        'DROP FUNCTION touch()',
        "CREATE OR REPLACE FUNCTION fixed() RETURNS text LANGUAGE sql AS $$ SELECT 'a' $$",
        "COMMENT ON TABLE orders IS 'what people bought'",
        'GRANT SELECT ON orders TO CURRENT_USER',
        'LOCK TABLE orders IN ACCESS EXCLUSIVE MODE',
        'CREATE STATISTICS orders_correlation ON code, state FROM orders',
        'ANALYZE orders',
      ),
    ],
  },
];

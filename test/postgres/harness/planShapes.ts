/** Queries whose plans hold, between them, every kind of node that counts or prints something in a way of its own. */
export const planSchema = `
  CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, country text NOT NULL);
  CREATE TABLE orders (
    id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, total numeric NOT NULL, placed date NOT NULL
  );
  CREATE TABLE log (id bigserial PRIMARY KEY, what text);
  INSERT INTO customers SELECT i, 'c' || i, CASE WHEN i % 50 = 0 THEN 'NZ' ELSE 'DE' END FROM generate_series(1, 2000) i;
  INSERT INTO orders SELECT i, i % 2000 + 1, i % 97, date '2024-01-01' + i % 365 FROM generate_series(1, 40000) i;
  CREATE INDEX orders_customer ON orders (customer_id);
  CREATE INDEX orders_placed ON orders (placed);
  CREATE INDEX orders_total ON orders (total);
  CREATE FUNCTION note(what text) RETURNS bigint LANGUAGE sql AS 'INSERT INTO log (what) VALUES (what) RETURNING id';
  CREATE FUNCTION logged() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO log (what) VALUES (TG_OP); RETURN NULL; END $$;
  CREATE TRIGGER orders_logged AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION logged();
  CREATE TABLE events (at date NOT NULL, n int) PARTITION BY RANGE (at);
  CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
  CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  INSERT INTO events SELECT date '2023-01-01' + i % 700, i FROM generate_series(1, 5000) i;
  CREATE TABLE "Odd, (names)" ("a b" int PRIMARY KEY, "quote""d" text);
  INSERT INTO "Odd, (names)" SELECT i, 'x' || i FROM generate_series(1, 500) i;
  CREATE VIEW german AS SELECT * FROM customers WHERE country = 'DE';
  ANALYZE;`;

/** Settings under which the query is run, one SET each. */
export interface PlanShape {
  readonly sql: string;
  /** The first major version that has it. */
  readonly since?: number;
  readonly set?: readonly string[];
}

const parallel = ['min_parallel_table_scan_size = 0', 'parallel_setup_cost = 0', 'parallel_tuple_cost = 0'];
const noLeader = [...parallel, 'parallel_leader_participation = off'];
const loops = ['enable_hashjoin = off', 'enable_mergejoin = off'];
const plain = (...queries: string[]): PlanShape[] => queries.map((sql) => ({ sql }));

export const readingShapes: readonly PlanShape[] = [
  ...plain(
    'SELECT * FROM orders WHERE total > 95',
    'SELECT c.country, sum(o.total) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY c.country ORDER BY 2',
    'SELECT * FROM orders o WHERE o.customer_id = 5 ORDER BY o.placed LIMIT 3',
    'WITH big AS MATERIALIZED (SELECT * FROM orders WHERE total > 50) SELECT count(*) FROM big WHERE placed > $$2024-06-01$$',
    'WITH a AS MATERIALIZED (SELECT * FROM orders), b AS MATERIALIZED (SELECT * FROM a WHERE total > 90) SELECT (SELECT count(*) FROM b), (SELECT count(*) FROM a)',
    'WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r WHERE i < 2000) SELECT sum(i) FROM r',
    'SELECT * FROM orders WHERE total = (SELECT max(total) FROM orders) ORDER BY id LIMIT 5',
    'SELECT (SELECT count(*) FROM orders), c.* FROM customers c ORDER BY c.name',
    'SELECT c.id, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) FROM customers c WHERE c.id < 300',
    'SELECT c.id FROM customers c WHERE NOT EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id AND o.total > 200)',
    'SELECT c.id FROM customers c WHERE c.id NOT IN (SELECT customer_id FROM orders WHERE total > 95)',
    'SELECT c.id FROM customers c WHERE EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id AND o.total > 90)',
    'SELECT count(*) FROM events',
    'SELECT a.n, count(*) FROM events a JOIN events b USING (n) GROUP BY a.n',
    'SELECT id, rank() OVER (PARTITION BY customer_id ORDER BY total) FROM orders',
    'SELECT placed FROM orders UNION SELECT at FROM events',
    'SELECT placed FROM orders UNION ALL SELECT at FROM events',
    'SELECT placed FROM orders INTERSECT SELECT at FROM events',
    'SELECT placed FROM orders EXCEPT ALL SELECT at FROM events',
    'SELECT * FROM customers c CROSS JOIN LATERAL (SELECT * FROM orders o WHERE o.customer_id = c.id ORDER BY total DESC LIMIT 1) x',
    'SELECT count(*) FROM generate_series(1, 20000) g',
    'SELECT 1 WHERE false',
    'SELECT * FROM customers WHERE false AND id IN (SELECT customer_id FROM orders)',
    'SELECT * FROM (VALUES (1, $$a$$), (2, $$b$$)) v (n, t) WHERE n > 1',
    'SELECT country, count(*) FROM customers GROUP BY GROUPING SETS ((country), ())',
    'SELECT country, placed, count(*) FROM customers JOIN orders ON customer_id = customers.id GROUP BY CUBE (country, placed)',
    'SELECT DISTINCT country FROM customers',
    'SELECT DISTINCT ON (customer_id) * FROM orders ORDER BY customer_id, placed DESC',
    'SELECT id FROM orders WHERE id BETWEEN 100 AND 200',
    'SELECT max(id), min(id) FROM orders',
    'SELECT * FROM orders ORDER BY id DESC LIMIT 10',
    'SELECT * FROM orders WHERE customer_id IN (1, 2, 3) OR placed = $$2024-03-01$$',
    'SELECT * FROM orders WHERE customer_id < 50 AND placed < $$2024-02-01$$',
    'SELECT * FROM orders ORDER BY customer_id, total LIMIT 100',
    'SELECT * FROM orders ORDER BY total, id OFFSET 39000',
    'SELECT * FROM orders TABLESAMPLE SYSTEM (10) REPEATABLE (1)',
    "SELECT * FROM orders WHERE ctid = '(0,1)'",
    "SELECT * FROM orders WHERE ctid < '(1,1)'",
    'SELECT * FROM ROWS FROM (generate_series(1, 3), generate_series(1, 4)) AS f (a, b)',
    'SELECT generate_series(1, 1000), id FROM customers WHERE id < 20',
    'SELECT * FROM (SELECT id, what FROM log OFFSET 0) AS s WHERE id > 1',
    'SELECT * FROM "Odd, (names)" AS "my ""alias" WHERE "a b" < 20 AND "quote""d" <> $$a: b, c (cost=1)$$',
    "SELECT * FROM customers WHERE name = E'two\\nlines: and more'",
    'SELECT g.name FROM german g JOIN orders o ON o.customer_id = g.id WHERE o.total = 3',
    'SELECT a.id FROM orders a LEFT JOIN orders b ON b.id = a.id + 1 WHERE b.id IS NULL',
    'SELECT a.id FROM orders a FULL JOIN customers b ON b.id = a.id',
    'SELECT count(*) FILTER (WHERE total > 50), avg(total) FROM orders',
    'SELECT sum(total) OVER w, row_number() OVER (ORDER BY id) FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY placed ROWS 3 PRECEDING)',
    'SELECT * FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM orders) x WHERE n <= 10',
    'SELECT count(*) FROM customers c JOIN orders o ON o.customer_id BETWEEN c.id AND c.id + 1 WHERE c.id < 40',
    'SELECT at, sum(n) FROM events WHERE at < $$2023-06-01$$ GROUP BY at ORDER BY at',
    // WITH queries that several nodes read, some of them not to the end
    'WITH a AS MATERIALIZED (SELECT * FROM orders) SELECT (SELECT id FROM a LIMIT 1), (SELECT count(*) FROM a), (SELECT max(total) FROM a WHERE id < 9)',
    'WITH a AS MATERIALIZED (SELECT * FROM orders ORDER BY total) SELECT * FROM a x JOIN a y ON y.id = x.id + 1 WHERE x.total > 95 LIMIT 3',
    'WITH a AS MATERIALIZED (SELECT id, total FROM orders), b AS MATERIALIZED (SELECT * FROM a WHERE total > 3), c AS MATERIALIZED (SELECT x.id FROM a x JOIN b y USING (id)) SELECT (SELECT count(*) FROM c), (SELECT count(*) FROM b), (SELECT id FROM a LIMIT 1)',
    'SELECT c.id, (WITH o AS MATERIALIZED (SELECT * FROM orders WHERE customer_id = c.id) SELECT (SELECT count(*) FROM o) + (SELECT max(total) FROM o)) FROM customers c WHERE c.id < 50',
    'WITH RECURSIVE r AS (SELECT 1 AS id UNION SELECT o.customer_id FROM r JOIN orders o ON o.id = r.id * 3 WHERE o.id < 3000) SELECT r.*, (SELECT count(*) FROM r) FROM r',
    // subqueries that need another one's value, or are run for each row, hashed or never
    'SELECT * FROM orders WHERE total > (SELECT avg(total) FROM orders WHERE placed > (SELECT min(placed) FROM orders)) LIMIT 10',
    'SELECT CASE WHEN id > 0 THEN (SELECT max(total) FROM orders) ELSE (SELECT min(id) FROM orders WHERE total = 7) END FROM customers',
    'SELECT id, EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id AND o.total > 90) OR id IN (SELECT customer_id FROM orders WHERE total = 3) FROM customers c',
    'SELECT id, ARRAY(SELECT o.id FROM orders o WHERE o.customer_id = c.id ORDER BY o.total LIMIT (SELECT 2)) FROM customers c WHERE id < 30',
    'SELECT (SELECT sum(x.total) FROM (SELECT total FROM orders o WHERE o.customer_id = c.id ORDER BY placed LIMIT 3) x) FROM customers c ORDER BY 1 DESC LIMIT 5',
    'VALUES ((SELECT count(*) FROM orders)), ((SELECT max(id) FROM customers))',
    // stopped early, or never begun
    'SELECT * FROM events WHERE at = (SELECT max(placed) FROM orders WHERE id < 100)',
    'SELECT * FROM (SELECT id FROM orders UNION ALL SELECT n FROM events UNION ALL SELECT id FROM customers) x LIMIT 5',
    'SELECT * FROM customers c, LATERAL (SELECT * FROM orders o WHERE o.customer_id = c.id LIMIT 1) x LIMIT 4',
    'SELECT * FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.country = $$nowhere$$',
    'SELECT at FROM events ORDER BY at LIMIT 3',
    'DECLARE walker CURSOR FOR SELECT * FROM orders ORDER BY total',
  ),
  { sql: 'SELECT * FROM orders ORDER BY total', set: ["work_mem = '64kB'"] },
  {
    sql: 'SELECT customer_id, placed, count(*) FROM orders GROUP BY 1, 2',
    set: ["work_mem = '64kB'", 'enable_sort = off'],
  },
  {
    sql: 'SELECT * FROM orders a JOIN orders b USING (total) WHERE a.id < 100',
    set: ["work_mem = '64kB'", 'enable_nestloop = off', 'enable_mergejoin = off'],
  },
  {
    sql: 'SELECT * FROM orders o JOIN customers c ON c.id = o.customer_id',
    set: ['enable_hashjoin = off', 'enable_mergejoin = off'],
  },
  {
    sql: 'SELECT * FROM orders o JOIN customers c ON c.id = o.customer_id',
    set: ['enable_hashjoin = off', 'enable_nestloop = off'],
  },
  {
    sql: 'SELECT * FROM orders WHERE customer_id = 7',
    set: ['enable_indexscan = off', 'enable_bitmapscan = off', 'enable_seqscan = off'],
  },
  {
    sql: 'SELECT c.country, count(*) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY 1 ORDER BY 1',
    set: parallel,
  },
  { sql: 'SELECT count(*) FROM orders WHERE total > (SELECT avg(total) FROM orders)', set: parallel },
  { sql: 'SELECT * FROM orders WHERE total > 90 ORDER BY placed', set: parallel },
  // the leader only gathers, or does not take part
  {
    sql: 'SELECT c.country, count(*) FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY 1 ORDER BY 1',
    set: noLeader,
  },
  { sql: 'SELECT count(*) FROM orders WHERE total > (SELECT avg(total) FROM orders)', set: noLeader },
  { sql: 'SELECT * FROM orders ORDER BY total, id LIMIT 20', set: noLeader },
  { sql: 'SELECT id FROM orders UNION ALL SELECT n FROM events', set: parallel },
  {
    sql: 'SELECT o.id, (SELECT count(*) FROM customers c WHERE c.id = o.customer_id) FROM orders o WHERE total > 60',
    set: parallel,
  },
  {
    sql: 'SELECT * FROM customers c, LATERAL (SELECT count(*) FROM orders o WHERE o.total > c.id % 3) x WHERE c.id < 4',
    set: [...parallel, ...loops],
  },
  {
    sql: 'WITH a AS MATERIALIZED (SELECT * FROM orders WHERE total > 5) SELECT count(*) FROM a x, a y WHERE x.id = y.id',
    set: parallel,
  },
  {
    sql: 'SELECT count(*) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.country = $$DE$$',
    set: [...parallel, ...loops],
  },
  { sql: 'SELECT * FROM orders WHERE total = 5', set: [...parallel, 'enable_seqscan = off', 'enable_indexscan = off'] },
  // the inner side is kept, for each value or as a whole
  {
    sql: 'SELECT * FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.total > 20',
    set: loops,
  },
  {
    sql: 'SELECT count(*) FROM customers a JOIN customers b ON a.country > b.country WHERE a.id < 40',
    set: loops,
  },
  {
    sql: 'SELECT sum(total * 2), count(*) FROM orders WHERE total > 1',
    set: ['jit = on', 'jit_above_cost = 0', 'jit_inline_above_cost = 0', 'jit_optimize_above_cost = 0'],
  },
];

export const writingShapes: readonly PlanShape[] = [
  ...plain(
    'UPDATE orders SET total = total + 1 WHERE customer_id < 20',
    'DELETE FROM log WHERE id < 0',
    'INSERT INTO events SELECT placed, id FROM orders WHERE id < 1000',
    'INSERT INTO customers VALUES (1, $$x$$, $$DE$$) ON CONFLICT (id) DO UPDATE SET name = excluded.name',
    'INSERT INTO customers SELECT i, $$y$$, $$DE$$ FROM generate_series(1999, 2010) i ON CONFLICT DO NOTHING',
    'WITH gone AS (DELETE FROM orders WHERE id < 500 RETURNING *) SELECT count(*) FROM gone',
    'UPDATE events SET n = n + 1 WHERE at < $$2023-02-01$$',
    'SELECT * FROM orders WHERE id < 10 FOR UPDATE',
    'WITH gone AS (DELETE FROM log WHERE id > 0 RETURNING id), new AS (INSERT INTO log (what) SELECT name FROM customers RETURNING id) SELECT id FROM new LIMIT 3',
    'WITH changed AS (UPDATE customers SET name = name WHERE id < 300 RETURNING id) SELECT count(*) FROM orders WHERE customer_id IN (SELECT id FROM changed)',
    'DELETE FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)',
    'INSERT INTO orders SELECT id + 90000, customer_id, (SELECT max(total) FROM orders), placed FROM orders WHERE id < 400 RETURNING id',
    'CREATE TABLE made AS WITH a AS MATERIALIZED (SELECT * FROM orders) SELECT * FROM a WHERE total > (SELECT avg(total) FROM a)',
  ),
  {
    sql: 'MERGE INTO customers c USING (SELECT DISTINCT customer_id AS id, total FROM orders WHERE total > 94) o ON o.id = c.id WHEN MATCHED AND o.total > 95 THEN UPDATE SET name = $$m$$ WHEN NOT MATCHED THEN INSERT VALUES (o.id, $$n$$, $$DE$$)',
    since: 15,
  },
];

export const shapesOf = (version: number): readonly PlanShape[] =>
  [...readingShapes, ...writingShapes].filter(({ since = 0 }) => version >= since);

/** Situations built on a real server: where advice is right, and look-alikes where it would be wrong. */

import { type AdviceCase, hit, miss } from './adviceCase.ts';

/** Tables large enough for each advice to matter, filled once. */
// Committed asynchronously, rows are not visible to all until their WAL is written: VACUUM would find none to mark.
export const adviceSchema = `
  SET synchronous_commit = on;
  SET work_mem = '64MB';
  CREATE TABLE people (
    id int PRIMARY KEY, email text NOT NULL, city text NOT NULL, country text NOT NULL, born date NOT NULL,
    code varchar(20) NOT NULL, tags text[] NOT NULL, extra jsonb NOT NULL
  );
  INSERT INTO people SELECT i, 'p' || i || '@example.com', 'city' || i % 500, 'country' || i % 500 / 10,
    date '1950-01-01' + i % 20000, i::text, ARRAY['t' || i % 1000], jsonb_build_object('k', i % 5000)
    FROM generate_series(1, 60000) i;
  CREATE TABLE visits (id int PRIMARY KEY, person_id int NOT NULL, at timestamp NOT NULL, page text NOT NULL, ms int NOT NULL);
  INSERT INTO visits SELECT i, i % 60000 + 1, timestamp '2026-01-01' + i * interval '1 minute', 'page' || i % 40, i % 997
    FROM generate_series(1, 150000) i;
  CREATE INDEX visits_page ON visits (page);
  CREATE TABLE small (id int PRIMARY KEY, note text);
  INSERT INTO small SELECT i, 'n' || i FROM generate_series(1, 500) i;
  CREATE TABLE measures (at date NOT NULL, sensor int NOT NULL, value float8) PARTITION BY RANGE (at);
  DO $$ BEGIN FOR m IN 1..12 LOOP
    EXECUTE format('CREATE TABLE measures_%s PARTITION OF measures FOR VALUES FROM (%L) TO (%L)', m,
      make_date(2025, m, 1), make_date(2025, m, 1) + interval '1 month');
  END LOOP; END $$;
  INSERT INTO measures SELECT date '2025-01-01' + i % 365, i % 365 / 31, i FROM generate_series(1, 60000) i;
  CREATE TABLE accounts (id int PRIMARY KEY, name text);
  CREATE TABLE entries (id int PRIMARY KEY, account_id int REFERENCES accounts, amount int);
  INSERT INTO accounts SELECT i, 'a' || i FROM generate_series(1, 3000) i;
  INSERT INTO entries SELECT i, i % 500 + 1, i FROM generate_series(1, 20000) i;
  CREATE FUNCTION slow_stamp() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM count(*) FROM generate_series(1, 300); RETURN NULL; END $$;
  CREATE TABLE audited (id int PRIMARY KEY, n int);
  INSERT INTO audited SELECT i, i FROM generate_series(1, 2000) i;
  CREATE TRIGGER audited_stamp AFTER UPDATE ON audited FOR EACH ROW EXECUTE FUNCTION slow_stamp();
  CREATE TABLE emptied (id int, n int) WITH (autovacuum_enabled = off);
  INSERT INTO emptied SELECT i, i FROM generate_series(1, 60000) i;
  VACUUM ANALYZE;
  DELETE FROM emptied WHERE id > 500;
`;

const serial = 'max_parallel_workers_per_gather = 0';
const noHash = ['enable_hashjoin = off', 'enable_mergejoin = off'];
const parallel = ['min_parallel_table_scan_size = 0', 'parallel_setup_cost = 0', 'parallel_tuple_cost = 0'];

export const adviceCases: readonly AdviceCase[] = [
  // Scans that keep next to nothing
  hit('scan-discards-most-rows', "SELECT * FROM people WHERE city = 'city7'", { says: /ON people \(city\)/ }),
  hit('scan-discards-most-rows', "SELECT * FROM people WHERE email = 'p7@example.com' AND born < '1960-01-01'", {
    says: /\(email, born\)/,
  }),
  hit('scan-discards-most-rows', "SELECT * FROM people WHERE lower(email) = 'p77@example.com'", {
    says: /\(lower\(email\)\)/,
  }),
  hit('scan-discards-most-rows', 'SELECT * FROM people WHERE id::numeric = 77.0', { says: /turned into numeric/ }),
  hit('scan-discards-most-rows', "SELECT * FROM people WHERE email LIKE '%77777@%'", { says: /pg_trgm/ }),
  hit('scan-discards-most-rows', "SELECT * FROM people WHERE tags @> ARRAY['t77']", { says: /USING gin \(tags\)/ }),
  hit('scan-discards-most-rows', `SELECT * FROM people WHERE extra @> '{"k": 77}'`, { says: /USING gin \(extra\)/ }),
  hit(
    'scan-discards-most-rows',
    'SELECT s.id, (SELECT max(ms) FROM visits v WHERE v.person_id = s.id) FROM small s WHERE s.id < 4',
    {
      set: [serial],
      says: /ON visits \(person_id\)/,
    },
  ),
  miss('scan-discards-most-rows', "SELECT * FROM people WHERE born > '1950-02-01'"),
  miss('scan-discards-most-rows', 'SELECT * FROM people WHERE id = 7'),
  miss('scan-discards-most-rows', "SELECT * FROM small WHERE note = 'n7'"),
  miss('scan-discards-most-rows', "SELECT * FROM people WHERE city = 'city7' LIMIT 1"),
  miss('scan-discards-most-rows', 'SELECT count(*) FROM people'),
  miss('scan-discards-most-rows', "SELECT count(*) FROM visits WHERE page = 'page7'"),

  // Indexes that find too much
  hit('index-finds-too-much', "SELECT * FROM visits WHERE page IN ('page7', 'page8', 'page9', 'page10') AND ms = 3", {
    set: ['enable_seqscan = off'],
    says: /\bms\b/,
  }),
  miss('index-finds-too-much', "SELECT * FROM visits WHERE page = 'page7' AND ms > 3", {
    set: ['enable_seqscan = off'],
  }),
  miss('index-finds-too-much', "SELECT * FROM visits WHERE page = 'page7'", { set: ['enable_seqscan = off'] }),

  // Sorting all for a few
  hit('limit-sorts-whole-table', 'SELECT * FROM visits ORDER BY ms DESC LIMIT 10', { says: /\(ms DESC\)/ }),
  hit('limit-sorts-whole-table', 'SELECT * FROM people ORDER BY city, born LIMIT 5', { says: /\(city, born\)/ }),
  miss('limit-sorts-whole-table', 'SELECT * FROM people ORDER BY id LIMIT 5'),
  miss('limit-sorts-whole-table', 'SELECT page, count(*) FROM visits GROUP BY page ORDER BY 2 DESC LIMIT 5'),
  miss('limit-sorts-whole-table', 'SELECT * FROM small ORDER BY note LIMIT 5'),
  miss('limit-sorts-whole-table', 'SELECT * FROM people ORDER BY length(email), id LIMIT 5'),

  // OFFSET
  hit('offset-skips-many-rows', 'SELECT * FROM visits ORDER BY id LIMIT 20 OFFSET 60000', { says: /60,000 rows/ }),
  hit('offset-skips-many-rows', 'SELECT * FROM people OFFSET 50000 LIMIT 10'),
  miss('offset-skips-many-rows', 'SELECT * FROM visits ORDER BY id LIMIT 20 OFFSET 40'),
  miss('offset-skips-many-rows', 'SELECT * FROM visits ORDER BY id LIMIT 20'),
  miss('offset-skips-many-rows', 'SELECT * FROM visits ORDER BY ms LIMIT 20'),

  // Memory
  hit('spilled-to-disk', 'SELECT * FROM visits ORDER BY ms, at', {
    set: ["work_mem = '1MB'"],
    says: /work_mem = '\d+MB'/,
  }),
  hit('spilled-to-disk', 'SELECT count(*) FROM visits v JOIN people p ON p.id = v.person_id', {
    set: ["work_mem = '256kB'", 'enable_nestloop = off', 'enable_mergejoin = off'],
    says: /batches/,
  }),
  hit('spilled-to-disk', 'SELECT person_id, ms, count(*) FROM visits GROUP BY 1, 2', {
    set: ["work_mem = '256kB'", 'enable_sort = off'],
    says: /aggregate/,
  }),
  hit(
    'spilled-to-disk',
    'WITH v AS MATERIALIZED (SELECT * FROM visits) SELECT count(*) FROM v a JOIN small ON small.id = a.ms',
    {
      set: ["work_mem = '256kB'"],
      says: /temporary file/,
    },
  ),
  hit('bitmap-lossy', "SELECT count(page) FROM visits WHERE page IN ('page1', 'page2', 'page3')", {
    set: ["work_mem = '64kB'", 'enable_seqscan = off', 'enable_indexscan = off', 'enable_indexonlyscan = off'],
  }),
  miss('spilled-to-disk', 'SELECT * FROM visits ORDER BY ms, at', { set: ["work_mem = '64MB'"] }),
  miss('spilled-to-disk', 'SELECT count(*) FROM visits v JOIN people p ON p.id = v.person_id', {
    set: ["work_mem = '64MB'"],
  }),
  miss('spilled-to-disk', 'SELECT page, count(*) FROM visits GROUP BY 1', { set: ["work_mem = '64kB'"] }),
  miss('bitmap-lossy', "SELECT count(page) FROM visits WHERE page IN ('page1', 'page2', 'page3')", {
    set: ["work_mem = '64MB'", 'enable_seqscan = off', 'enable_indexscan = off', 'enable_indexonlyscan = off'],
  }),

  // Estimates
  hit(
    'row-estimate-off',
    "SELECT count(*) FROM visits WHERE ms * 2 + 1 = ms + ms + 1 AND page || '' <> 'x' AND ms - ms = 0",
    {
      says: /expected/,
    },
  ),
  hit('stale-statistics', 'SELECT * FROM emptied', { says: /has 60,000 rows; it has 500 rows.*ANALYZE emptied/s }),
  miss('row-estimate-off', "SELECT * FROM people WHERE city = 'city7'"),
  miss('row-estimate-off', 'SELECT * FROM visits WHERE ms >= 0 LIMIT 3'),
  miss('row-estimate-off', 'SELECT * FROM people p WHERE EXISTS (SELECT FROM visits v WHERE v.person_id = p.id)'),
  miss('stale-statistics', 'SELECT * FROM people'),
  miss('stale-statistics', 'SELECT * FROM emptied LIMIT 5'),

  // Loops and subqueries
  hit(
    'subquery-for-each-row',
    'SELECT p.id, (SELECT max(note) FROM small s WHERE s.id > p.id % 500) FROM people p WHERE p.id < 3000',
  ),
  miss('subquery-for-each-row', 'SELECT p.id, (SELECT max(note) FROM small) FROM people p WHERE p.id < 3000'),
  miss('subquery-for-each-row', 'SELECT p.id FROM people p WHERE p.id NOT IN (SELECT id FROM small)'),
  miss(
    'subquery-for-each-row',
    'SELECT p.id, (SELECT note FROM small s WHERE s.id = p.id) FROM people p WHERE p.id < 100',
  ),
  hit(
    'loop-planned-for-fewer-rows',
    'SELECT count(*) FROM people p JOIN visits v ON v.id = p.id WHERE p.id * 2 = p.id + p.id AND p.id - p.id = 0',
    { set: [...noHash, serial], says: /goes wrong at \w[\w ]*Scan on people/ },
  ),
  miss('loop-planned-for-fewer-rows', 'SELECT count(*) FROM people p JOIN visits v ON v.id = p.id', {
    set: [...noHash, serial],
  }),

  // WITH
  hit('with-query-not-narrowed', 'WITH v AS MATERIALIZED (SELECT * FROM visits) SELECT * FROM v WHERE id = 7', {
    says: /NOT MATERIALIZED/,
  }),
  miss('with-query-not-narrowed', 'WITH v AS (SELECT * FROM visits) SELECT * FROM v WHERE id = 7'),
  miss(
    'with-query-not-narrowed',
    'WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r WHERE i < 20000) SELECT * FROM r WHERE i = 7',
  ),

  // Partitions
  hit('partitions-read-for-nothing', 'SELECT * FROM measures WHERE sensor = 3', { set: [serial] }),
  miss('partitions-read-for-nothing', "SELECT * FROM measures WHERE at = '2025-03-03'", { set: [serial] }),
  miss('partitions-read-for-nothing', 'SELECT * FROM measures WHERE value > 3', { set: [serial] }),

  // Index-only scans
  hit('index-only-scan-reads-table', 'SELECT id FROM unvacuumed WHERE id < 20000', {
    set: ['enable_seqscan = off', 'enable_bitmapscan = off'],
    says: /VACUUM/,
  }),
  miss('index-only-scan-reads-table', 'SELECT id FROM people WHERE id < 20000', {
    set: ['enable_seqscan = off', 'enable_bitmapscan = off'],
  }),

  // The server
  hit('workers-not-launched', 'SELECT count(*) FROM visits', { set: [...parallel, 'max_parallel_workers = 0'] }),
  miss('workers-not-launched', 'SELECT count(*) FROM visits', { set: parallel }),

  // Triggers
  hit('trigger-takes-most', 'UPDATE audited SET n = n + 1', { says: /audited_stamp/ }),
  hit('trigger-takes-most', 'DELETE FROM accounts WHERE id > 2500', {
    says: /foreign key .*ON entries \(account_id\)/s,
  }),
  miss('trigger-takes-most', 'UPDATE small SET note = note'),
  miss('trigger-takes-most', 'DELETE FROM small'),
];

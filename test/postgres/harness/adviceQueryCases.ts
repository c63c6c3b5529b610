/** Situations that no index alone mends: statistics, functions, joins, memory, what is returned; and look-alikes. */
import { type AdviceCase, hit, miss } from './adviceCase.ts';

export const querySchema = `
  CREATE TABLE places (id int PRIMARY KEY, country text NOT NULL, city text NOT NULL);
  INSERT INTO places SELECT i, 'country' || i % 60 / 2, 'city' || i % 60 FROM generate_series(1, 60000) i;
  CREATE TABLE docs (id int PRIMARY KEY, owner int NOT NULL, body text NOT NULL);
  INSERT INTO docs SELECT i, i % 50, 'text ' || i FROM generate_series(1, 30000) i;
  CREATE FUNCTION whoever() RETURNS int LANGUAGE plpgsql STABLE AS
    $$ BEGIN FOR i IN 1..9 LOOP END LOOP; RETURN current_setting('app.owner')::int; END $$;
  CREATE FUNCTION may_see(id int) RETURNS boolean LANGUAGE plpgsql STABLE AS
    $$ BEGIN FOR i IN 1..9 LOOP END LOOP; RETURN id % 50 = current_setting('app.owner')::int; END $$;
  CREATE TABLE notes (LIKE docs);
  CREATE TABLE quick_docs (LIKE docs);
  INSERT INTO notes SELECT * FROM docs;
  INSERT INTO quick_docs SELECT * FROM docs;
  DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'advice_reader') THEN CREATE ROLE advice_reader; END IF;
  END $$;
  ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
  ALTER TABLE quick_docs ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own_docs ON docs USING (owner = whoever());
  CREATE POLICY own_notes ON notes USING (may_see(id));
  CREATE POLICY own_quick_docs ON quick_docs USING (owner = (SELECT whoever()));
  GRANT SELECT ON docs, notes, quick_docs TO advice_reader;
  -- kept rows are the last ones, so that VACUUM cannot cut off the empty pages before them
  CREATE TABLE hollow (id int NOT NULL, n int NOT NULL) WITH (autovacuum_enabled = off);
  INSERT INTO hollow SELECT i, i FROM generate_series(1, 100000) i;
  DELETE FROM hollow WHERE id <= 99500;
  CREATE TABLE swapped (id int NOT NULL, pair jsonb NOT NULL);
  INSERT INTO swapped SELECT i, CASE WHEN i % 4000 = 0 THEN '{"a": 1, "b": 2}' ELSE '{"a": 2, "b": 1}' END::jsonb
    FROM generate_series(1, 20000) i;
  CREATE INDEX swapped_pair ON swapped USING gin (pair);
  -- Postgres is told of 200 values where there are 20,000
  CREATE TABLE looks (person_id int NOT NULL) WITH (autovacuum_enabled = off);
  ALTER TABLE looks ALTER person_id SET (n_distinct = 200);
  INSERT INTO looks SELECT i % 20000 + 1 FROM generate_series(1, 60000) i;
  CREATE TABLE few_looks (person_id int NOT NULL);
  INSERT INTO few_looks SELECT i % 200 + 1 FROM generate_series(1, 60000) i;
  CREATE TABLE owners (id int PRIMARY KEY);
  CREATE TABLE owned (id int PRIMARY KEY, owner_id int REFERENCES owners);
  CREATE INDEX owned_owner ON owned (owner_id);
  INSERT INTO owners SELECT i FROM generate_series(1, 2000) i;
  INSERT INTO owned SELECT i, i % 500 + 1 FROM generate_series(1, 20000) i;
`;

/** Behind the VACUUM ANALYZE of all tables. */
export const lateSchema = `
  CREATE TABLE unvacuumed (id int PRIMARY KEY) WITH (autovacuum_enabled = off);
  INSERT INTO unvacuumed SELECT generate_series(1, 60000);
  ANALYZE unvacuumed;
  CREATE TABLE never_analyzed (id int, kind text) WITH (autovacuum_enabled = off);
  INSERT INTO never_analyzed SELECT i, 'same' FROM generate_series(1, 30000) i;
  CREATE TABLE changed (id int, kind text) WITH (autovacuum_enabled = off);
  INSERT INTO changed SELECT i, 'old' FROM generate_series(1, 30000) i;
  ANALYZE changed;
  UPDATE changed SET kind = 'new';
`;

const serial = 'max_parallel_workers_per_gather = 0';
const noHash = ['enable_hashjoin = off', 'enable_mergejoin = off'];
const reader = ["app.owner = '7'", 'role = advice_reader'];
const joined = (n: number): string =>
  `SELECT 1 FROM small t0 ${Array.from({ length: n }, (_, i) => `JOIN small t${i + 1} ON t${i + 1}.id = t${i}.id`).join(' ')} WHERE t0.id = 7`;

export const queryCases: readonly AdviceCase[] = [
  // Statistics
  hit('columns-depend-on-each-other', "SELECT * FROM places WHERE country = 'country5' AND city = 'city11'", {
    says: /expected \d+ rows .* got 1,000 rows.*CREATE STATISTICS \w+ ON country, city FROM places/s,
    mendedByHelp: true,
  }),
  hit('columns-depend-on-each-other', 'SELECT country, city, count(*) FROM places GROUP BY country, city', {
    set: [serial],
    says: /1,800 groups and got 60 groups/,
    mendedByHelp: true,
  }),
  hit('row-estimate-off', 'SELECT count(*) FROM visits WHERE ms * 0 = 0', {
    set: [serial],
    says: /CREATE STATISTICS \w+ ON \(ms \* 0\) FROM visits/,
    mendedByHelp: true,
  }),
  hit('stale-statistics', "SELECT * FROM never_analyzed WHERE kind = 'same'", {
    says: /never analysed/,
    mendedByHelp: true,
  }),
  hit('stale-statistics', "SELECT * FROM changed WHERE kind = 'new'", {
    says: /changes of [36]0,000 rows since.*ANALYZE changed/s,
    mendedByHelp: true,
  }),
  miss('row-estimate-off', "SELECT * FROM changed WHERE kind = 'new'", { plainPlanMisleads: true }),
  miss('columns-depend-on-each-other', 'SELECT * FROM jobs WHERE a = 7 AND b = 7'),
  miss('columns-depend-on-each-other', 'SELECT a, b, count(*) FROM jobs GROUP BY a, b', { set: [serial] }),
  miss('columns-depend-on-each-other', "SELECT * FROM places WHERE country = 'country5' AND city = 'city11' LIMIT 3"),
  miss('stale-statistics', 'SELECT count(*) FROM visits WHERE ms * 0 = 0'),
  miss('stale-statistics', "SELECT * FROM people WHERE city = 'city7'"),

  // Functions and policies
  hit('function-for-each-row', 'SELECT count(*) FROM docs', {
    set: [serial, ...reader],
    says: /policy own_docs.*\(SELECT whoever\(…\)\) in the policy/s,
    mend: 'ALTER POLICY own_docs ON docs USING (owner = (SELECT whoever()))',
  }),
  hit('function-for-each-row', 'SELECT count(*) FROM notes', {
    set: [serial, ...reader],
    says: /policy own_notes.*IN \(SELECT …\)/s,
    mend: 'ALTER POLICY own_notes ON notes USING (owner IN (SELECT whoever()))',
  }),
  hit('function-for-each-row', 'SELECT count(*) FROM jobs WHERE size % 50 = whoever()', {
    set: [serial, "app.owner = '7'"],
    says: /\(SELECT whoever\(…\)\) in the condition/,
    instead: 'SELECT count(*) FROM jobs WHERE size % 50 = (SELECT whoever())',
  }),
  miss('function-for-each-row', 'SELECT count(*) FROM quick_docs', { set: [serial, ...reader] }),
  miss('function-for-each-row', "SELECT count(*) FROM people WHERE lower(email) LIKE '%7@%'", { set: [serial] }),
  miss('function-for-each-row', 'SELECT count(*) FROM docs WHERE owner < 5', { set: [serial] }),

  // Joins
  hit('join-compares-all-pairs', 'SELECT count(*) FROM small s JOIN accounts a ON a.id = s.id OR a.name = s.note', {
    says: /not for OR/,
    instead: `SELECT count(*) FROM (SELECT s.id, a.id FROM small s JOIN accounts a ON a.id = s.id
      UNION SELECT s.id, a.id FROM small s JOIN accounts a ON a.name = s.note) x`,
  }),
  hit('join-compares-all-pairs', 'SELECT count(*) FROM accounts a JOIN small s ON s.note = a.name', {
    set: [serial, ...noHash],
    says: /CREATE INDEX CONCURRENTLY ON (?:small \(note\)|accounts \(name\))/,
  }),
  hit('join-compares-all-pairs', 'SELECT count(*) FROM accounts a JOIN small s ON a.id % 1000 < s.id - 490', {
    says: /Only = is found by hash/,
  }),
  hit('join-compares-all-pairs', 'SELECT count(*) FROM accounts a, small s WHERE a.id > 0 AND s.id > 0', {
    code: 'join-compares-all-pairs',
    says: /no condition compares them/,
  }),
  miss('join-compares-all-pairs', 'SELECT count(*) FROM accounts a CROSS JOIN small s'),
  miss('join-compares-all-pairs', 'SELECT count(*) FROM accounts a, generate_series(1, 500) g'),
  miss('join-compares-all-pairs', 'SELECT count(*) FROM accounts a JOIN small s ON s.note = a.name'),
  miss('join-compares-all-pairs', 'SELECT count(*) FROM accounts a JOIN small s ON a.id > s.id', { set: [serial] }),

  // NOT IN
  hit('subquery-for-each-row', 'SELECT count(*) FROM accounts WHERE id NOT IN (SELECT id FROM jobs WHERE id > 57500)', {
    set: ["work_mem = '64kB'", 'hash_mem_multiplier = 1', serial],
    says: /NOT EXISTS with the same subquery is a join/,
    instead: 'SELECT count(*) FROM accounts a WHERE NOT EXISTS (SELECT FROM jobs j WHERE j.id > 57500 AND j.id = a.id)',
  }),

  // Ranking
  hit(
    'ranked-to-keep-few',
    'SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY page ORDER BY id) AS n FROM visits) x WHERE n = 1',
    {
      set: [serial],
      says: /150,000 rows were ranked within their groups, and 40 rows of them kept/,
      instead: `SELECT first.*, 1::bigint AS n FROM (SELECT DISTINCT page FROM visits) g
        CROSS JOIN LATERAL (SELECT * FROM visits v WHERE v.page = g.page ORDER BY id LIMIT 1) first`,
    },
  ),
  hit(
    'ranked-to-keep-few',
    'SELECT page, id FROM (SELECT *, rank() OVER (PARTITION BY page ORDER BY id) AS n FROM visits) x WHERE n <= 3',
    {
      set: [serial],
      instead: `SELECT g.page, first.id FROM (SELECT DISTINCT page FROM visits) g
        CROSS JOIN LATERAL (SELECT id FROM visits v WHERE v.page = g.page ORDER BY id LIMIT 3) first`,
    },
  ),
  miss('ranked-to-keep-few', 'SELECT *, row_number() OVER (PARTITION BY page ORDER BY id) AS n FROM visits'),
  miss(
    'ranked-to-keep-few',
    'SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY page ORDER BY id) AS n FROM visits) x WHERE n > 100',
  ),
  miss(
    'ranked-to-keep-few',
    'SELECT * FROM (SELECT *, sum(ms) OVER (PARTITION BY page ORDER BY id) AS n FROM visits) x WHERE n < 100',
  ),

  // What only looks like it
  miss(
    'with-query-not-narrowed',
    'WITH a AS MATERIALIZED (SELECT * FROM visits) SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM a WHERE id = 7)',
  ),
  miss('scan-discards-most-rows', "SELECT * FROM people WHERE email = 'p' || (random() * 1000000)::int"),
  miss('row-estimate-off', 'SELECT count(*) FROM people WHERE id NOT IN (SELECT person_id FROM visits)'),
  miss('row-estimate-off', 'SELECT a.id FROM visits a LEFT JOIN visits b ON b.id = a.id + 1 WHERE b.id IS NULL'),
  miss('row-estimate-off', 'SELECT count(*) FROM small s JOIN accounts a ON a.id < s.id - 495'),
  miss('row-estimate-off', 'SELECT * FROM generate_series(1, 5) g JOIN unnest(ARRAY[1, 2, 3]) u ON u = g'),
  miss(
    'index-finds-too-much',
    "SELECT count(*) FROM looks l JOIN people p ON p.id = l.person_id WHERE p.city = 'city7'",
    { set: [serial, ...noHash, 'enable_seqscan = off'] },
  ),

  // Memory
  hit('memoize-evicts', 'SELECT count(p.email) FROM looks l JOIN people p ON p.id = l.person_id', {
    set: ["work_mem = '256kB'", 'hash_mem_multiplier = 1', serial, ...noHash],
    says: /work_mem = '\d+MB'/,
  }),
  miss('memoize-evicts', 'SELECT count(p.email) FROM few_looks l JOIN people p ON p.id = l.person_id', {
    set: ["work_mem = '256kB'", serial, ...noHash],
  }),

  // Counting, covering, recheck
  hit('counts-whole-table', 'SELECT count(*) FROM visits', { says: /150,000 rows of visits.*now 150,000 rows/s }),
  hit('counts-whole-table', 'SELECT count(*) FROM visits', { set: [serial] }),
  hit('counts-whole-table', 'SELECT count(1) FROM measures', { set: [serial], says: /60,000 rows of measures/ }),
  miss('counts-whole-table', "SELECT count(*) FROM visits WHERE page = 'page7'"),
  miss('counts-whole-table', 'SELECT sum(ms) FROM visits'),
  miss('counts-whole-table', 'SELECT count(page) FROM visits'),
  miss('counts-whole-table', 'SELECT page, count(*) FROM visits GROUP BY page'),
  miss('counts-whole-table', 'SELECT count(*) FROM small'),
  miss('counts-whole-table', 'SELECT count(*) FROM visits v JOIN people p ON p.id = v.person_id'),
  hit('index-could-cover', "SELECT sum(ms) FROM visits WHERE page = 'page7'", {
    set: [serial],
    says: /ON visits \(page\) INCLUDE \(ms\)/,
  }),
  hit('index-could-cover', "SELECT v.id, v.ms FROM visits AS v WHERE v.page = 'page7' AND v.ms > 10", {
    set: [serial],
    says: /ON visits \(page\) INCLUDE \(id, ms\)/,
  }),
  miss('index-could-cover', "SELECT * FROM visits WHERE page = 'page7'", { set: [serial] }),
  miss('index-could-cover', "SELECT v FROM visits v WHERE page = 'page7'", { set: [serial] }),
  miss('index-could-cover', "SELECT id FROM visits WHERE page = 'page7' FOR UPDATE", { set: [serial] }),
  miss('index-could-cover', "SELECT id, person_id, at, ms FROM visits WHERE page = 'page7'", { set: [serial] }),
  hit('index-finds-too-much', `SELECT count(*) FROM swapped WHERE pair @> '{"a": 1, "b": 2}'`, {
    set: ['enable_seqscan = off', serial],
    says: /turned out not to fit/,
    noIndex: true,
  }),
  miss('index-finds-too-much', `SELECT count(*) FROM swapped WHERE pair @> '{"a": 2, "b": 1}'`, {
    set: ['enable_seqscan = off', serial],
  }),

  // Room of deleted rows
  hit('table-mostly-empty', 'SELECT * FROM hollow', { says: /for 500 rows/, mend: 'VACUUM FULL ANALYZE hollow' }),
  miss('table-mostly-empty', 'SELECT * FROM people', { set: [serial] }),
  miss('table-mostly-empty', 'SELECT * FROM visits WHERE ms = 3', { set: [serial] }),

  // What is returned, and planned
  hit('much-data-returned', 'SELECT * FROM people p JOIN visits v ON v.person_id = p.id', {
    says: /150,000 rows .* MB/,
  }),
  miss('much-data-returned', 'SELECT id FROM visits'),
  miss('much-data-returned', 'SELECT count(*) FROM people p JOIN visits v ON v.person_id = p.id'),
  miss(
    'much-data-returned',
    'CREATE TEMP TABLE copied AS SELECT * FROM people p JOIN (SELECT ms FROM visits) v ON true WHERE p.id < 5',
    { plainPlanMisleads: true },
  ),
  hit('planning-takes-long', joined(10), {
    set: ['join_collapse_limit = 12', 'geqo = off'],
    says: /Planning took .* reads \d+ tables/s,
  }),
  miss('planning-takes-long', joined(2)),
  miss('planning-takes-long', 'SELECT count(*) FROM visits'),

  // Partitions, foreign keys
  hit('partitions-read-for-nothing', "SELECT * FROM measures WHERE date_trunc('month', at) = '2025-03-01'", {
    set: [serial],
    says: /partitioned by RANGE \(at\), and the condition is on date_trunc/,
    instead: "SELECT * FROM measures WHERE at >= '2025-03-01' AND at < '2025-04-01'",
  }),
  miss('trigger-takes-most', 'DELETE FROM owners WHERE id > 1990'),
];

/** Situations in which an index would serve, and look-alikes. */
import { type AdviceCase, hit, miss } from './adviceCase.ts';

export const indexSchema = `
  CREATE TABLE jobs (
    id int PRIMARY KEY, tenant_id int NOT NULL, a int NOT NULL, b int NOT NULL, kind varchar(20) NOT NULL, sent boolean NOT NULL,
    done_at timestamptz, error text, run_at timestamptz NOT NULL, during tsrange NOT NULL, addr inet NOT NULL, body text NOT NULL,
    size int NOT NULL
  );
  INSERT INTO jobs SELECT i, i % 5, i % 20, i / 20 % 20, 'kind' || i % 500, i % 1000 <> 0,
    CASE WHEN i % 300 > 0 THEN timestamptz '2026-02-01 00:00Z' + i * interval '1 minute' END,
    CASE WHEN i % 2000 = 0 THEN 'boom' || i END, timestamptz '2026-01-01 00:00Z' + i * interval '1 minute',
    tsrange(timestamp '2026-01-01' + i * interval '1 minute', timestamp '2026-01-01' + (i + 5) * interval '1 minute'),
    ('10.' || i % 250 || '.' || i / 250 % 250 || '.1')::inet, 'w' || i || ' and some words', i::bigint * 7919 % 60000
    FROM generate_series(1, 60000) i;
  CREATE TABLE rides (at date NOT NULL, rider int NOT NULL) PARTITION BY RANGE (at);
  CREATE TABLE rides_2025 PARTITION OF rides FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE rides_2026 PARTITION OF rides FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  INSERT INTO rides SELECT date '2025-01-01' + i % 365, i FROM generate_series(1, 30000) i;
  INSERT INTO rides SELECT date '2026-01-01' + i % 365, i FROM generate_series(1, 500) i;
  CREATE TABLE shapes (id int PRIMARY KEY, pos point NOT NULL, meta jsonb NOT NULL, at timestamptz NOT NULL);
  INSERT INTO shapes SELECT i, point(i % 200, i / 200), jsonb_build_object('k', i), timestamptz '2026-01-01' + i * interval '1 minute'
    FROM generate_series(1, 40000) i;
  CREATE INDEX shapes_meta ON shapes USING gin (meta jsonb_path_ops);
  CREATE INDEX shapes_at ON shapes USING brin (at);
  CREATE INDEX jobs_run_at ON jobs (run_at);
  CREATE INDEX jobs_a ON jobs (a);
  CREATE INDEX jobs_b ON jobs (b);
  CREATE TABLE "Group" (id int PRIMARY KEY, "ownerId" int NOT NULL);
  INSERT INTO "Group" SELECT i, i % 10000 FROM generate_series(1, 40000) i;
  CREATE TABLE broken (id int PRIMARY KEY, n int NOT NULL);
  INSERT INTO broken SELECT i, i FROM generate_series(1, 40000) i;
  CREATE INDEX broken_n ON broken (n);
  UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken_n'::regclass;
  CREATE SCHEMA archive;
  CREATE TABLE archive.papers (id int PRIMARY KEY, title text NOT NULL);
  INSERT INTO archive.papers SELECT i, 'paper ' || i FROM generate_series(1, 40000) i;
  -- two tables of one name: which one a plan means is not known
  CREATE SCHEMA other;
  CREATE TABLE twins (id int PRIMARY KEY, n int NOT NULL);
  CREATE TABLE other.twins (id int PRIMARY KEY, n text NOT NULL);
  CREATE INDEX twins_n ON twins (n);
  INSERT INTO other.twins SELECT i, 't' || i FROM generate_series(1, 40000) i;
`;

const scan = 'scan-discards-most-rows';
const serial = 'max_parallel_workers_per_gather = 0';

export const indexCases: readonly AdviceCase[] = [
  // partial
  hit(scan, 'SELECT * FROM jobs WHERE NOT sent', { says: /\(sent\) WHERE NOT \(?sent/ }),
  hit(scan, 'SELECT * FROM jobs WHERE error IS NOT NULL', { says: /\(id\) WHERE error IS NOT NULL/ }),
  hit(scan, 'SELECT * FROM jobs WHERE done_at IS NULL AND size = 6000', { says: /\(size\) WHERE done_at IS NULL/ }),
  miss(scan, 'SELECT * FROM jobs WHERE sent'),
  miss(scan, 'SELECT * FROM jobs WHERE done_at IS NOT NULL'),

  // types
  hit(scan, "SELECT * FROM jobs WHERE kind = 'kind7'", { says: /ON jobs \(kind\)/ }),
  hit(scan, "SELECT * FROM people WHERE code = '77'", { says: /ON people \(code\)/ }),
  hit(scan, "SELECT * FROM people WHERE id::text = '77'", {
    says: /id \(integer\) is turned into text/,
    noIndex: true,
  }),
  hit(scan, 'SELECT * FROM jobs WHERE size = 77.0::numeric', { says: /turned into numeric/, noIndex: true }),
  hit(scan, 'SELECT * FROM "Group" WHERE "ownerId" = 7', { says: /ON "Group" \("ownerId"\)/ }),
  hit(scan, "SELECT * FROM archive.papers WHERE title = 'paper 7'", { says: /ON archive\.papers \(title\)/ }),

  // dates
  hit(scan, "SELECT * FROM visits WHERE at::date = '2026-01-05'", { says: /at >= \(the day\)/, noIndex: true }),
  hit(scan, "SELECT * FROM jobs WHERE date_trunc('hour', run_at) = '2026-01-05 03:00Z'", {
    says: /run_at >= \(first moment\)/,
    noIndex: true,
  }),
  miss(scan, "SELECT * FROM jobs WHERE run_at >= '2026-01-05' AND run_at < '2026-01-06'"),

  // patterns
  hit(scan, "SELECT * FROM people WHERE email LIKE 'p777%'", { says: /\(email text_pattern_ops\)/ }),
  hit(scan, "SELECT * FROM people WHERE code LIKE '777%'", { says: /\(code text_pattern_ops\)/ }),
  hit(scan, "SELECT * FROM people WHERE email ILIKE 'P777%'", { says: /pg_trgm/, noIndex: true }),
  // two letters make no trigram
  miss(scan, "SELECT * FROM people WHERE email LIKE '%7_7_7_@%'"),
  miss(scan, "SELECT * FROM jobs WHERE body LIKE '%9_9%9' OR body LIKE '%8_8_8%'"),

  // GIN and GiST
  hit(scan, "SELECT * FROM jobs WHERE during @> timestamp '2026-01-05 03:00'", { says: /USING gist \(during\)/ }),
  hit(scan, "SELECT * FROM jobs WHERE during && tsrange('2026-01-05 03:00', '2026-01-05 03:30')", {
    says: /USING gist \(during\)/,
  }),
  hit(scan, "SELECT * FROM jobs WHERE addr <<= '10.7.0.0/16'", { says: /USING gist \(addr inet_ops\)/ }),
  hit(scan, "SELECT * FROM jobs WHERE to_tsvector('english', body) @@ to_tsquery('english', 'w777')", {
    says: /USING gin \(to_tsvector\(.*'english'/,
  }),
  hit(scan, "SELECT * FROM jobs WHERE to_tsvector(body) @@ to_tsquery('w777')", {
    says: /without a configuration/,
    noIndex: true,
  }),
  hit(scan, "SELECT * FROM people WHERE extra ->> 'k' = '77'", { says: /\(\(extra ->> 'k'/ }),
  hit(scan, "SELECT * FROM people WHERE (extra ->> 'k')::int = 77", { says: /\(\(\(extra ->> 'k'/ }),
  // GIN serves no <@ of jsonb
  miss(scan, `SELECT * FROM people WHERE extra <@ '{"k": 77}'`),

  hit(scan, "SELECT * FROM people WHERE 't77' = ANY (tags)", {
    says: /tags @> ARRAY.*USING gin \(tags\)/,
    noIndex: true,
  }),
  // an index of another class serves no ?
  hit(scan, "SELECT * FROM shapes WHERE meta ? 'none'", { says: /USING gin \(meta\)/ }),
  hit(scan, "SELECT * FROM shapes WHERE pos <@ box '((3,3),(4,4))'", { says: /USING gist \(pos\)/ }),
  hit('limit-sorts-whole-table', "SELECT * FROM shapes ORDER BY pos <-> point '(3,3)' LIMIT 5", {
    set: [serial],
    says: /USING gist \(pos\)/,
  }),
  miss('bitmap-lossy', "SELECT count(*) FROM shapes WHERE at < '2026-01-02'", {
    set: ['enable_seqscan = off', serial],
  }),

  // partitions
  hit(scan, 'SELECT * FROM rides WHERE rider = 7', { set: [serial], says: /ON ONLY rides \(rider\), then the same/ }),
  miss(scan, "SELECT * FROM rides WHERE at >= '2025-02-03' AND at < '2025-07-03'", { set: [serial] }),

  // OR
  hit(scan, "SELECT * FROM people WHERE email = 'p7@example.com' OR code = '77'", {
    says: /each side of OR.*\(email\).*\(code\)/s,
  }),
  hit(scan, "SELECT * FROM people WHERE id = 7 OR email = 'p7@example.com'", { says: /each side of OR.*\(email\)/s }),
  miss(scan, 'SELECT * FROM people WHERE id = 7 OR random() < 0.00001'),

  // what no index finds
  miss(scan, 'SELECT * FROM people WHERE random() < 0.0005'),
  miss(scan, "SELECT * FROM people WHERE length(email) = length(city) + 30 OR email || city = 'x'"),
  miss(scan, 'SELECT * FROM people WHERE NOT (id > 20)', {
    set: ['enable_indexscan = off', 'enable_bitmapscan = off'],
  }),
  miss(scan, 'SELECT * FROM jobs WHERE abs(a - b) = 99'),

  // what is there
  hit(scan, 'SELECT * FROM broken WHERE n = 7', { says: /broken_n would serve, but it is invalid/, noIndex: true }),
  hit(scan, "SELECT * FROM jobs WHERE run_at < '2026-01-01 00:10Z'", {
    set: ['random_page_cost = 100000', serial],
    says: /There is the index jobs_run_at/,
    noIndex: true,
  }),
  hit(scan, "SELECT * FROM other.twins WHERE n = 't7'", { says: /several tables have this name/, noIndex: true }),

  // Indexes that find too much
  hit('index-finds-too-much', 'SELECT * FROM jobs WHERE a = 7 AND b = 7', {
    set: ['enable_seqscan = off', 'enable_indexscan = off', serial],
    says: /put together.*\((?:a, b|b, a)\)/s,
  }),
  miss('index-finds-too-much', 'SELECT * FROM jobs WHERE id < 900 AND b = 7', { set: ['enable_seqscan = off'] }),
  miss('index-finds-too-much', 'SELECT * FROM visits ORDER BY id LIMIT 5'),

  // Sorting all for a few
  hit('limit-sorts-whole-table', 'SELECT * FROM jobs WHERE tenant_id = 3 ORDER BY size DESC LIMIT 10', {
    set: [serial],
    says: /\(tenant_id, size DESC\)/,
  }),
  hit('limit-sorts-whole-table', 'SELECT * FROM jobs ORDER BY run_at DESC NULLS LAST LIMIT 10', {
    set: [serial],
    says: /jobs_run_at is in the order \(run_at\).*neither/s,
  }),
  miss('limit-sorts-whole-table', 'SELECT * FROM jobs ORDER BY run_at DESC LIMIT 10'),
  miss('limit-sorts-whole-table', 'SELECT * FROM jobs WHERE size > 20000 ORDER BY body LIMIT 10', { set: [serial] }),
];

import assert from 'node:assert/strict';
import type { Client } from 'pg';
import type { ExplainService } from '../../server/src/explain/explainService.ts';
import type { ExplainResult } from '../../server/src/protocol.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { explainService, paramsFor, subjectOf } from './harness/explaining.ts';

const schema = `
  CREATE TABLE items (id int PRIMARY KEY, n int, note text);
  INSERT INTO items SELECT i, i, 'n' || i FROM generate_series(1, 200) i;
  CREATE TABLE log (id bigserial PRIMARY KEY, what text);
  CREATE TABLE children (id int PRIMARY KEY, item_id int REFERENCES items ON DELETE CASCADE);
  INSERT INTO children SELECT i, i FROM generate_series(1, 100) i;
  CREATE SEQUENCE numbers;
  CREATE TABLE parts (id int, n int) PARTITION BY RANGE (id);
  CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (100);
  INSERT INTO parts SELECT i, i FROM generate_series(1, 50) i;
  CREATE VIEW visible AS SELECT * FROM items WHERE n > 10;
  CREATE MATERIALIZED VIEW stored AS SELECT count(*) FROM items;
  CREATE FUNCTION writes(what text) RETURNS bigint LANGUAGE sql AS 'INSERT INTO log (what) VALUES (what) RETURNING id';
  CREATE FUNCTION deletes() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM items; RETURN 1; END $$;
  CREATE FUNCTION builds() RETURNS int LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'CREATE TABLE built (a int)'; RETURN 1; END $$;
  CREATE FUNCTION drops() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DROP TABLE children; RETURN 1; END $$;
  CREATE FUNCTION grants() RETURNS int LANGUAGE plpgsql AS $$ BEGIN GRANT ALL ON items TO PUBLIC; RETURN 1; END $$;
  CREATE FUNCTION makes_role() RETURNS int LANGUAGE plpgsql AS $$ BEGIN CREATE ROLE intruder; RETURN 1; END $$;
  CREATE FUNCTION swallows() RETURNS int LANGUAGE plpgsql AS
    $$ BEGIN BEGIN DELETE FROM items; EXCEPTION WHEN OTHERS THEN RETURN 0; END; RETURN 1; END $$;
  CREATE FUNCTION tells() RETURNS int LANGUAGE plpgsql AS $$ BEGIN NOTIFY told; RETURN 1; END $$;
  CREATE FUNCTION sets() RETURNS text LANGUAGE sql AS $$ SELECT set_config('work_mem', '1MB', false) $$;
  CREATE FUNCTION put_large() RETURNS oid LANGUAGE sql AS $$ SELECT lo_from_bytea(4713, 'x') $$;
  CREATE FUNCTION renames() RETURNS int LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE items RENAME TO things; RETURN 1; END $$;
  CREATE FUNCTION truncates() RETURNS int LANGUAGE plpgsql AS $$ BEGIN TRUNCATE log; RETURN 1; END $$;
  CREATE FUNCTION temporary() RETURNS int LANGUAGE plpgsql AS $$ BEGIN CREATE TEMP TABLE t AS SELECT 1; RETURN 1; END $$;
  CREATE FUNCTION listens() RETURNS int LANGUAGE plpgsql AS $$ BEGIN LISTEN told; RETURN 1; END $$;
  CREATE FUNCTION becomes() RETURNS int LANGUAGE plpgsql AS $$ BEGIN SET ROLE pg_monitor; RETURN 1; END $$;
  CREATE FUNCTION configures() RETURNS int LANGUAGE plpgsql AS
    $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''1MB''', current_database()); RETURN 1; END $$;
  CREATE FUNCTION commits() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM items; COMMIT; RETURN 1; END $$;
  CREATE FUNCTION exports() RETURNS int LANGUAGE plpgsql AS
    $$ BEGIN COPY items TO PROGRAM 'cat > pgreview_was_here'; RETURN 1; END $$;
  CREATE FUNCTION ends_others() RETURNS bigint LANGUAGE sql AS
    $$ SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() $$;
  CREATE VIEW noting AS SELECT writes('x');
  CREATE FUNCTION near(int, int) RETURNS bool LANGUAGE sql AS $$ SELECT writes('x') > 0 $$;
  CREATE OPERATOR <+> (LEFTARG = int, RIGHTARG = int, FUNCTION = near);
  CREATE FUNCTION logged() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO log (what) VALUES (TG_OP); RETURN NULL; END $$;
  CREATE TRIGGER items_logged AFTER INSERT OR UPDATE OR DELETE ON items FOR EACH ROW EXECUTE FUNCTION logged();
  CREATE RULE items_also AS ON UPDATE TO visible DO INSTEAD UPDATE items SET n = NEW.n WHERE id = OLD.id;`;

/** What may be analysed by mistake; those that look like reading are not asked about first. */
const statements = [
  'INSERT INTO items VALUES (1000, 1, $$x$$)',
  'INSERT INTO items SELECT id + 1000, n, note FROM items',
  'INSERT INTO items VALUES (1, 1, $$x$$) ON CONFLICT (id) DO UPDATE SET note = excluded.note',
  'INSERT INTO items VALUES (1, 1, $$x$$) ON CONFLICT DO NOTHING',
  'INSERT INTO parts SELECT 60, 1',
  'INSERT INTO children VALUES (500, 1) RETURNING *',
  'UPDATE items SET n = n + 1',
  'UPDATE items SET note = (SELECT max(note) FROM items) WHERE id < 10',
  'UPDATE visible SET n = 99',
  'UPDATE parts SET n = 0',
  'UPDATE items SET n = c.id FROM children c WHERE c.item_id = items.id',
  'DELETE FROM children',
  'DELETE FROM items',
  'DELETE FROM items USING children c WHERE c.item_id = items.id',
  'DELETE FROM parts WHERE id < 10',
  'WITH gone AS (DELETE FROM children RETURNING *) SELECT count(*) FROM gone',
  'WITH new AS (INSERT INTO log (what) VALUES ($$x$$) RETURNING id), gone AS (DELETE FROM items RETURNING id) SELECT * FROM new, gone',
  'WITH changed AS (UPDATE items SET n = 0 RETURNING *) INSERT INTO log (what) SELECT note FROM changed',
  'SELECT id INTO copied FROM items',
  'CREATE TABLE copied AS SELECT * FROM items',
  'CREATE TEMP TABLE copied AS SELECT * FROM items',
  'CREATE MATERIALIZED VIEW copied AS SELECT * FROM items',
  'SELECT * FROM items FOR UPDATE',
  'SELECT * FROM items WHERE id = 1 FOR NO KEY UPDATE SKIP LOCKED',
  "SELECT writes('x')",
  'SELECT writes(note) FROM items',
  "SELECT count(*) FROM items WHERE writes('x') > 0",
  "SELECT id, (SELECT writes('x')) FROM items",
  "WITH w AS MATERIALIZED (SELECT writes('x')) SELECT * FROM w",
  'SELECT * FROM items CROSS JOIN LATERAL writes(note) w',
  'SELECT deletes()',
  'SELECT builds()',
  'SELECT drops()',
  'SELECT grants()',
  'SELECT makes_role()',
  'SELECT swallows()',
  'SELECT tells()',
  'SELECT sets()',
  "SELECT setval('numbers', 500)",
  "SELECT nextval('numbers')",
  'SELECT lo_create(4711)',
  "SELECT lo_from_bytea(4712, 'x')",
  "SELECT pg_notify('told', 'x')",
  "SELECT set_config('work_mem', '1MB', false)",
  'SELECT pg_advisory_lock(1)',
  "SELECT query_to_xml('DELETE FROM items', true, true, '')",
  "SELECT * FROM ts_stat('SELECT writes($$x$$)::text::tsvector')",
  'INSERT INTO items SELECT i, i FROM generate_series(2000, 2100) i ON CONFLICT DO NOTHING RETURNING *',
  'INSERT INTO visible VALUES (3000, 100, $$x$$)',
  'UPDATE items SET note = repeat($$x$$, 1000000) WHERE id = 1',
  'DELETE FROM items WHERE ctid IN (SELECT ctid FROM items LIMIT 5 FOR UPDATE)',
  'WITH gone AS MATERIALIZED (DELETE FROM children RETURNING *) SELECT * FROM items WHERE false',
  'CREATE UNLOGGED TABLE copied AS SELECT * FROM items WITH NO DATA',
  'CREATE TABLE IF NOT EXISTS items AS SELECT 1',
  'SELECT * FROM items FOR KEY SHARE NOWAIT',
  'SELECT put_large()',
  'SELECT lo_put(lo_create(0), 0, $$x$$)',
  'SELECT lo_unlink(99)',
  'SELECT renames()',
  'SELECT truncates()',
  'SELECT temporary()',
  'SELECT listens()',
  'SELECT becomes()',
  'SELECT configures()',
  'SELECT commits()',
  'SELECT pg_advisory_xact_lock(2), pg_try_advisory_lock_shared(3)',
  'SELECT nextval(pg_get_serial_sequence($$log$$, $$id$$)) FROM items',
  'SELECT * FROM noting',
  'SELECT id FROM items WHERE id <+> 1',
  'EXPLAIN ANALYZE DELETE FROM items',
  'DECLARE c CURSOR WITH HOLD FOR SELECT deletes()',
  "VALUES (writes('x'))",
];

/** What no rollback undoes: asked about first, and not run by these tests. */
const irreversible = [
  "COPY items TO PROGRAM 'cat > pgreview_was_here'",
  "COPY items TO '/tmp/pgreview_was_here'",
  'SELECT exports()',
  'SELECT pg_stat_reset()',
  "SELECT pg_stat_reset_shared('bgwriter')",
  'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()',
  'SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database()',
  'SELECT ends_others()',
  'SELECT pg_reload_conf()',
  'SELECT pg_switch_wal()',
  "SELECT pg_create_restore_point('x')",
  "SELECT pg_logical_emit_message(false, 'pgreview', 'x')",
  "SELECT pg_create_physical_replication_slot('pgreview')",
  "SELECT lo_export(4711, 'pgreview_was_here')",
  "SELECT pg_file_write('pgreview_was_here', 'x', false)",
  "SELECT * FROM dblink('dbname=postgres', 'CREATE TABLE elsewhere ()') AS d (a text)",
  "SELECT brin_summarize_new_values('items'::regclass)",
  "PREPARE TRANSACTION 'x'",
  'COMMIT',
  'LISTEN told',
  'SET ROLE pg_monitor',
  'DO $$ BEGIN DELETE FROM items; END $$',
  'CALL something()',
  'TRUNCATE items',
  'DROP TABLE items',
  'VACUUM items',
  'SELECT 1; DELETE FROM items',
];

/** These move a sequence even when they are rolled back: Postgres's own rule, and told before they run. */
const movesSequence =
  /nextval|setval|INTO (?:items|log)|ON items|UPDATE items|DELETE FROM items|UPDATE visible|changed|writes|deletes|children c|new AS|visible|noting|<\+>|commits|swallows/;

onEachVersion('What is analysed', (postgres) => {
  let service: ExplainService;
  let client: Client;
  let url: string;
  before(async () => {
    service = await explainService();
    const database = await postgres.freshDatabase();
    url = database.url;
    client = await database.client();
    await client.query(schema);
    await client.query('LISTEN told');
  });
  after(() => service.dispose());

  const analyze = (sql: string, confirmed: boolean): Promise<ExplainResult> =>
    service.explain(
      subjectOf(sql),
      paramsFor({ kind: 'connection', name: 'test', url }, { analyze: true, ...(confirmed ? { confirmed } : {}) }),
    );

  /** Rows of all tables, definitions, rights, roles, large objects, settings and locks. */
  async function state(): Promise<Record<string, unknown>> {
    const { rows: tables } = await client.query(
      "SELECT oid::regclass::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'm') ORDER BY 1",
    );
    const contents: Record<string, unknown> = {};
    for (const { name } of tables as { name: string }[]) {
      const { rows } = await client.query(
        `SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) AS sum FROM ${name} t`,
      );
      contents[name] = rows[0].sum;
    }
    const one = async (sql: string): Promise<unknown> => (await client.query({ text: sql, rowMode: 'array' })).rows;
    return {
      contents,
      relations: await one(
        "SELECT relname, relkind, relacl::text, relfilenode FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
      ),
      roles: await one('SELECT rolname FROM pg_roles ORDER BY 1'),
      largeObjects: await one('SELECT oid FROM pg_largeobject_metadata ORDER BY 1'),
      settings: await one('SELECT setdatabase, setrole, setconfig FROM pg_db_role_setting ORDER BY 1, 2'),
      cursors: await one('SELECT name FROM pg_cursors'),
      functions: await one("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1"),
      slots: await one('SELECT slot_name FROM pg_replication_slots'),
      prepared: await one('SELECT gid FROM pg_prepared_xacts'),
      files: await one("SELECT pg_stat_file('pgreview_was_here', true)"),
      databases: await one('SELECT datname FROM pg_database ORDER BY 1'),
    };
  }

  const sequences = async (): Promise<unknown> =>
    (await client.query('SELECT (SELECT last_value FROM numbers), (SELECT last_value FROM log_id_seq)')).rows;

  for (const sql of statements)
    it(`leaves everything as it was: ${sql}`, async () => {
      const told: string[] = [];
      const listen = ({ channel }: { channel: string }): void => void told.push(channel);
      client.on('notification', listen);
      const before = await state();
      const numbers = await sequences();
      const unasked = await analyze(sql, false);
      assert.deepEqual(await state(), before, 'nothing was agreed to');
      assert.deepEqual(await sequences(), numbers, 'nothing was agreed to');
      if (unasked.kind === 'confirm') {
        assert.notEqual((await analyze(sql, true)).kind, 'confirm');
        assert.deepEqual(await state(), before);
        if (!movesSequence.test(sql)) assert.deepEqual(await sequences(), numbers);
      }
      const { rows } = await client.query(
        "SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' OR pid IN (SELECT pid FROM pg_stat_activity WHERE application_name = 'pgreview' AND state LIKE 'idle in%')",
      );
      assert.equal(rows[0].n, 0, 'no lock is left');
      client.off('notification', listen);
      assert.deepEqual(told, []);
    });

  for (const sql of irreversible)
    it(`does not run until that is agreed to, if at all: ${sql}`, async () => {
      const before = await state();
      const counted = await counters();
      const result = await analyze(sql, false);
      assert.ok(result.kind === 'confirm' || result.kind === 'error', JSON.stringify(result));
      // what is no query is never run
      if (/^(?:COPY|PREPARE|COMMIT|LISTEN|SET|DO|CALL|TRUNCATE|DROP|VACUUM|SELECT 1;)/.test(sql))
        assert.equal((await analyze(sql, true)).kind, 'error');
      assert.deepEqual(await state(), before);
      assert.deepEqual(await counters(), counted);
    });

  /** When statistics were thrown away, and how many log records of this kind there can be. */
  const counters = async (): Promise<unknown> =>
    (await client.query('SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()')).rows;
});

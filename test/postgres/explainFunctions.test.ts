// Functions that do something when they run: those of Postgres by name, others by their source.
import assert from 'node:assert/strict';
import type { ExplainService } from '../../server/src/explain/explainService.ts';
import { outsideEffect } from '../../server/src/explain/outsideEffects.ts';
import type { ExplainResult } from '../../server/src/protocol.ts';
import { onEachVersion } from './harness/eachVersion.ts';
import { explainService, paramsFor, subjectOf } from './harness/explaining.ts';
import type { TestDatabase } from './harness/servers.ts';

/**
 * VOLATILE functions of Postgres that leave nothing behind once the transaction is rolled back and the session has ended: they
 * read what changes, wait, set something for the session, or serve Postgres itself.
 */
const harmless = new Set(
  `amvalidate array_sample array_shuffle bernoulli clock_timestamp current_query currtid2 currval cursor_to_xml
   cursor_to_xmlschema dsnowball_init dsnowball_lexize gen_random_uuid lastval lo_close lo_get lo_lseek lo_lseek64 lo_open
   lo_tell lo_tell64 loread pg_advisory_unlock pg_advisory_unlock_all pg_advisory_unlock_shared pg_available_wal_summaries
   pg_blocking_pids pg_collation_actual_version pg_control_checkpoint pg_control_init pg_control_recovery pg_control_system
   pg_current_logfile pg_current_wal_flush_lsn pg_current_wal_insert_lsn pg_current_wal_lsn
   pg_database_collation_actual_version pg_database_size pg_export_snapshot pg_get_aios pg_get_backend_memory_contexts
   pg_get_loaded_modules pg_get_multixact_members pg_get_sequence_data pg_get_shmem_allocations
   pg_get_shmem_allocations_numa pg_get_wait_events pg_get_wal_replay_pause_state pg_get_wal_resource_managers
   pg_get_wal_summarizer_state pg_hba_file_rules pg_ident_file_mappings pg_indexes_size pg_is_in_backup pg_is_in_recovery
   pg_is_wal_replay_paused pg_isolation_test_session_is_blocked pg_jit_available pg_last_committed_xact
   pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp pg_lock_status
   pg_logical_slot_peek_binary_changes pg_logical_slot_peek_changes pg_ls_archive_statusdir pg_ls_dir pg_ls_logdir
   pg_ls_logicalmapdir pg_ls_logicalsnapdir pg_ls_replslotdir pg_ls_summariesdir pg_ls_tmpdir pg_ls_waldir
   pg_notification_queue_usage pg_notify pg_partition_ancestors pg_partition_tree pg_prepared_xact pg_read_binary_file
   pg_read_file pg_read_file_old pg_relation_size pg_replication_origin_progress pg_replication_origin_session_is_setup
   pg_replication_origin_session_progress pg_safe_snapshot_blocking_pids pg_sequence_last_value pg_show_all_file_settings
   pg_show_replication_origin_status pg_sleep pg_sleep_for pg_sleep_until pg_stat_clear_snapshot pg_stat_file
   pg_stat_force_next_flush pg_stat_get_backend_io pg_stat_get_backend_wal pg_stat_get_io pg_stat_get_recovery_prefetch
   pg_stat_have_stats pg_table_size pg_tablespace_size pg_total_relation_size pg_wal_summary_contents
   pg_xact_commit_timestamp pg_xact_commit_timestamp_origin pg_xact_status plpgsql_call_handler plpgsql_inline_handler
   plpgsql_validator query_to_xml query_to_xml_and_xmlschema query_to_xmlschema random random_normal set_config setseed
   system timeofday timezone ts_rewrite ts_stat txid_status uuidv4 uuidv7 pg_extension_config_dump`.split(/\s+/),
);
/** Access methods; pg_upgrade's own, which fail outside of it; counts of this transaction. */
const ofThemselves = /handler$|^binary_upgrade_|^pg_stat_get_xact_/;

onEachVersion('Functions that do something', (postgres) => {
  let service: ExplainService;
  let database: TestDatabase;
  before(async () => {
    service = await explainService();
    database = await postgres.freshDatabase();
    const client = await database.client();
    await client.query(`
      CREATE TABLE items (id int, "update" int);
      INSERT INTO items SELECT i, i FROM generate_series(1, 10) i;
      CREATE SEQUENCE numbers;
      CREATE FUNCTION plain(int) RETURNS bigint LANGUAGE sql AS
        $$ SELECT count(*) FROM items WHERE "update" > $1 AND 'insert into; delete from' <> '' /* ; DELETE FROM items */ $$;
      CREATE FUNCTION steady(int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT $1 + 1 $$;
      CREATE FUNCTION looped(int) RETURNS int LANGUAGE plpgsql AS
        $$ DECLARE r record; n int := 0; BEGIN FOR r IN SELECT * FROM items LOOP n := n + r.update; END LOOP; RETURN plain(n); END $$;
      CREATE FUNCTION calls_itself(int) RETURNS int LANGUAGE plpgsql AS
        $$ BEGIN IF $1 <= 0 THEN RETURN 0; END IF; RETURN calls_itself($1 - 1); END $$;
      CREATE FUNCTION inserts() RETURNS int LANGUAGE sql AS $$ INSERT INTO items VALUES (99, 1) RETURNING id $$;
      CREATE FUNCTION deletes() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
        IF true THEN DELETE FROM items; END IF; RETURN 1; END $$;
      CREATE FUNCTION "With ""Quotes"() RETURNS int LANGUAGE sql AS $$ SELECT inserts() $$;
      CREATE FUNCTION outer_one() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN public."With ""Quotes"(); END $$;
      CREATE FUNCTION built() RETURNS int LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DELETE FROM items'; RETURN 1; END $$;
      CREATE FUNCTION locks() RETURNS int LANGUAGE sql AS $$ SELECT id FROM items ORDER BY id LIMIT 1 FOR UPDATE $$;
      CREATE FUNCTION counts_up() RETURNS bigint LANGUAGE sql AS $$ SELECT nextval('numbers') $$;
      CREATE FUNCTION resets() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_stat_reset(); RETURN 1; END $$;
      CREATE FUNCTION resets_steadily() RETURNS void LANGUAGE sql STABLE AS $$ SELECT pg_stat_reset() $$;
      CREATE FUNCTION exports() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
        COPY items TO PROGRAM 'cat > pgreview_was_here'; RETURN 1; END $$;`);
    if (postgres.version >= 14)
      await client.query(`CREATE FUNCTION parsed() RETURNS int LANGUAGE sql BEGIN ATOMIC
        INSERT INTO items VALUES (98, 1) RETURNING id; END`);
  });
  after(() => service.dispose());

  const analyze = (sql: string, confirmed = false): Promise<ExplainResult> =>
    service.explain(
      subjectOf(sql),
      paramsFor({ kind: 'connection', name: 'test', url: database.url }, { analyze: true, confirmed }),
    );

  it('are all of the VOLATILE ones of this version, or known to leave nothing behind', async () => {
    const client = await database.client();
    const { rows } = await client.query(`
      SELECT DISTINCT proname AS name FROM pg_proc
      WHERE pronamespace = 'pg_catalog'::regnamespace AND provolatile = 'v' AND prokind IN ('f', 'p')
        AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)`);
    const unknown = (rows as { name: string }[])
      .map(({ name }) => name)
      .filter((name) => !harmless.has(name) && !ofThemselves.test(name) && outsideEffect(name) === null);
    assert.deepEqual(unknown, []);
  });

  it('are told by their source, and by that of those that they call; nothing has run by then', async () => {
    const cases: [sql: string, reason: RegExp][] = [
      ['SELECT inserts()', /: inserts runs INSERT\. It runs in a transaction that is rolled back/],
      ['SELECT deletes() FROM items', /deletes runs DELETE/],
      ['SELECT outer_one()', /outer_one runs INSERT/],
      ['SELECT * FROM items WHERE id = built()', /built builds SQL as it runs, which may write/],
      ['SELECT locks()', /locks locks rows/],
      ['SELECT counts_up()', /counts_up calls nextval, which moves the sequence/],
      ['SELECT resets()', /resets calls pg_stat_reset, which acts on the server/],
      ['SELECT resets_steadily()', /resets_steadily calls pg_stat_reset, which acts on the server/],
      ['SELECT exports()', /exports runs COPY/],
      ['SELECT parsed()', /parsed runs INSERT/],
    ];
    const client = await database.client();
    for (const [sql, reason] of cases) {
      const result = await analyze(sql);
      assert.ok(result.kind === 'confirm', `${sql}: ${JSON.stringify(result)}`);
      assert.match(result.reason, reason);
    }
    const { rows } = await client.query(
      `SELECT (SELECT count(*)::int FROM items) AS items, (SELECT is_called FROM numbers) AS called,
         pg_stat_file('pgreview_was_here', true) IS NULL AS unwritten`,
    );
    assert.deepEqual(rows, [{ items: 10, called: false, unwritten: true }]);
  });

  it('run once that is agreed to, and what they wrote is gone', async () => {
    for (const sql of [
      'SELECT inserts()',
      'SELECT deletes()',
      'SELECT outer_one()',
      'SELECT built()',
      'SELECT locks()',
    ])
      assert.equal((await analyze(sql, true)).kind, 'plan', sql);
    const client = await database.client();
    assert.deepEqual((await client.query('SELECT count(*)::int AS n FROM items')).rows, [{ n: 10 }]);
  });

  it('are not run to try an index', async () => {
    const sql = 'SELECT * FROM items WHERE id = counts_up()';
    const target = { kind: 'connection', name: 'test', url: database.url } as const;
    const index = { table: 'items', method: 'btree', keys: ['id'] } as const;
    const result = await service.tryIndex(subjectOf(sql), {
      ...paramsFor(target),
      index,
      confirmed: true,
      really: true,
    });
    assert.ok(result.kind === 'trial', JSON.stringify(result));
    assert.equal(result.trial.msBefore, null);
    const client = await database.client();
    assert.deepEqual((await client.query('SELECT is_called FROM numbers')).rows, [{ is_called: false }]);
  });

  it('are not those that only read: nothing is asked', async () => {
    for (const sql of [
      'SELECT plain(3), steady(id) FROM items',
      'SELECT looped(1)',
      'SELECT calls_itself(3)',
      'SELECT count(*), lower(max(id)::text), now(), gen_random_uuid() FROM items',
    ])
      assert.equal((await analyze(sql)).kind, 'plan', sql);
  });
});

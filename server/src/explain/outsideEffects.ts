/**
 * Functions of Postgres whose doing no ROLLBACK undoes, that reach outside of the transaction, or that write though they look
 * like reading (postgresql.org/docs/current/functions-sequence.html, functions-admin.html, lo-funcs.html, dblink.html,
 * adminpack of the versions before 17). test/postgres/explainFunctions.test.ts compares with what the servers have.
 */

const told = (effect: string, names: string): [string, string][] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => [name, effect]);

const effects = new Map<string, string>([
  ...told('moves the sequence, and a rollback does not move it back', 'nextval setval'),
  ...told(
    'runs in another database, where the rollback does not reach',
    'dblink dblink_exec dblink_connect dblink_connect_u dblink_send_query dblink_open dblink_close dblink_cancel_query',
  ),
  ...told('ends what another session is doing', 'pg_terminate_backend pg_cancel_backend'),
  ...told('changes files of the server', 'lo_export pg_file_write pg_file_sync pg_file_unlink pg_file_rename'),
  ...told(
    'writes large objects',
    'lo_creat lo_create lo_from_bytea lo_put lo_import lo_truncate lo_truncate64 lo_unlink lowrite',
  ),
  ...told(
    'takes a lock that others may wait for',
    `pg_advisory_lock pg_advisory_lock_shared pg_advisory_xact_lock pg_advisory_xact_lock_shared
     pg_try_advisory_lock pg_try_advisory_lock_shared pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared`,
  ),
  ...told(
    'writes to an index, and a rollback does not undo it',
    'brin_summarize_new_values brin_summarize_range brin_desummarize_range gin_clean_pending_list',
  ),
  ...told(
    "changes the planner's statistics",
    'pg_clear_attribute_stats pg_clear_relation_stats pg_restore_attribute_stats pg_restore_relation_stats',
  ),
  ...told(
    'acts on the server outside of the transaction',
    `pg_reload_conf pg_rotate_logfile pg_rotate_logfile_old pg_switch_wal pg_create_restore_point pg_promote
     pg_wal_replay_pause pg_wal_replay_resume pg_backup_start pg_backup_stop pg_start_backup pg_stop_backup
     pg_logical_emit_message pg_log_backend_memory_contexts pg_log_standby_snapshot
     pg_create_logical_replication_slot pg_create_physical_replication_slot pg_copy_logical_replication_slot
     pg_copy_physical_replication_slot pg_drop_replication_slot pg_replication_slot_advance pg_sync_replication_slots
     pg_logical_slot_get_changes pg_logical_slot_get_binary_changes
     pg_replication_origin_advance pg_replication_origin_create pg_replication_origin_drop
     pg_replication_origin_session_setup pg_replication_origin_session_reset
     pg_replication_origin_xact_setup pg_replication_origin_xact_reset
     pg_stat_reset pg_stat_reset_shared pg_stat_reset_single_table_counters pg_stat_reset_single_function_counters
     pg_stat_reset_slru pg_stat_reset_replication_slot pg_stat_reset_subscription_stats pg_stat_reset_backend_stats
     pg_stat_statements_reset pg_import_system_collations pg_nextoid pg_stop_making_pinned_objects`,
  ),
]);

/** What it does, for the user: `moves the sequence …`; null for a function that is not known to do such a thing. */
export const outsideEffect = (name: string): string | null => effects.get(name) ?? null;

/**
 * node-pg-migrate's SQL migrations: NUMBER_name.sql with `-- Up Migration` and `-- Down Migration`. By default all pending
 * ones run in one transaction (its option single-transaction): a further file would share it, so none is offered.
 */
import { offsetOf } from './marks.ts';
import { baseName } from './paths.ts';
import type { SqlTool } from './tool.ts';

const up = /^[^\S\r\n]*--(?:-|[^\S\r\n])*up\s+migration/im;
const down = /^[^\S\r\n]*--(?:-|[^\S\r\n])*down\s+migration/im;

export const nodePgMigrate: SqlTool = {
  id: 'node-pg-migrate',
  owns: ({ uri, text }) => /^\d+_.*(?<!\.(?:up|down))\.sql$/.test(baseName(uri)) && (up.test(text) || down.test(text)),
  whyNoNewFile:
    'node-pg-migrate runs its SQL migrations in transactions, and CREATE INDEX CONCURRENTLY cannot run in one: pgm.noTransaction() of a JavaScript migration can.',
  running: (_file, sql) => ({ wrapping: 'tool', downFrom: offsetOf(down, sql), declared: false }),
};

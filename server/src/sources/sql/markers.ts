/**
 * How each migration tool runs a .sql file: told by its markers in the text and by the file's place and name.
 * - goose: `-- +goose Up|Down`, `-- +goose NO TRANSACTION` (pressly.github.io/goose, "Annotations")
 * - dbmate: `-- migrate:up|down transaction:false` (github.com/amacneil/dbmate, "Migration Options")
 * - Prisma: migrations/NAME/migration.sql, sent as one string
 * - golang-migrate: NAME.up.sql and NAME.down.sql, sent as one string (its postgres driver's multi-statement mode is off by default)
 */
import type { Wrapping } from '../../catalog/session.ts';
import type { SqlText } from '../../syntax/sqlText.ts';

export interface Markers {
  readonly wrapping: Wrapping;
  /** Offset of the backward part; the text's length when there is none. */
  readonly downFrom: number;
}

export type SqlTool = 'goose' | 'dbmate' | 'prisma' | 'golang-migrate' | 'flyway' | 'plain';

const gooseUp = /^--[ \t]*\+goose[ \t]+up\b/im;
const gooseDown = /^--[ \t]*\+goose[ \t]+down\b/im;
const gooseNoTransaction = /^--[ \t]*\+goose[ \t]+no[ \t]+transaction\b/im;
const dbmateUp = /^--[ \t]*migrate:up(.*)$/im;
const dbmateDown = /^--[ \t]*migrate:down\b/im;

export function sqlToolOf(uri: string, text: string): SqlTool {
  if (text.includes('+goose') && gooseUp.test(text)) return 'goose';
  if (text.includes('migrate:') && dbmateUp.test(text)) return 'dbmate';
  if (/\/migrations\/[^/]+\/migration\.sql$/.test(uri)) return 'prisma';
  if (/\.(?:up|down)\.sql$/i.test(uri)) return 'golang-migrate';
  if (/\/[VUR]\d*[\d._]*__[^/]*\.sql$/.test(uri)) return 'flyway';
  return 'plain';
}

export function markersOf(uri: string, sql: SqlText): Markers {
  const end = sql.length;
  // marks stand in notable statements: the whole text need not be searched at each key
  const marked = sql.notable.map((i) => sql.statements[i]?.text ?? '').join('\n');
  const offsetOf = (pattern: RegExp): number => {
    for (const i of sql.notable) {
      const at = sql.statements[i]?.text.search(pattern) ?? -1;
      if (at >= 0) return (sql.starts[i] as number) + at;
    }
    return end;
  };
  switch (sqlToolOf(uri, marked)) {
    case 'goose':
      return { wrapping: gooseNoTransaction.test(marked) ? 'none' : 'tool', downFrom: offsetOf(gooseDown) };
    case 'dbmate':
      return {
        wrapping: /transaction:\s*false/.test(dbmateUp.exec(marked)?.[1] ?? '') ? 'none' : 'tool',
        downFrom: offsetOf(dbmateDown),
      };
    case 'prisma':
    case 'golang-migrate':
      return { wrapping: hasSeveral(sql) ? 'implicit' : 'single', downFrom: /\.down\.sql$/i.test(uri) ? 0 : end };
    // Flyway opens a transaction only when every statement can run in one
    case 'flyway':
      return { wrapping: 'unknown', downFrom: /\/U[\d._]+__[^/]*$/.test(uri) ? 0 : end };
    case 'plain':
      return { wrapping: 'none', downFrom: end };
  }
}

function hasSeveral(sql: SqlText): boolean {
  let count = 0;
  for (const s of sql.statements) if (s.parsed.kind !== 'none' && ++count === 2) return true;
  return false;
}

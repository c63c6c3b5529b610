/** Prisma's own record of the migrations that a database has run, against the files. */
import type { QueryOptions, Session } from '../database/database.ts';
import type { Difference } from './difference.ts';

export interface PrismaFile {
  /** Its folder: `20240131120000_add_users`. */
  readonly name: string;
  readonly text: string;
}

interface Recorded {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

/** Files that have been edited since they ran, migrations that stopped in the middle, and those whose files are gone. */
export async function comparePrismaMigrations(
  session: Session,
  files: readonly PrismaFile[],
  options: QueryOptions = {},
): Promise<Difference[]> {
  const differences: Difference[] = [];
  const differ = (name: string, inFiles: string, database: string): void => {
    differences.push({ kind: 'different', relation: null, object: `migration ${name}`, files: inFiles, database });
  };
  const texts = new Map(files.map(({ name, text }) => [name, text]));
  for (const { name, checksum, finished } of await recordedIn(session, options)) {
    const text = texts.get(name);
    if (!finished) differ(name, 'runs to its end', 'stopped in the middle');
    else if (text === undefined)
      differences.push({ kind: 'extra', relation: null, object: `migration ${name}`, files: null, database: null });
    else if (!(await isText(text, checksum))) differ(name, 'edited since it ran', 'as it was when it ran');
  }
  return differences;
}

/** Without those that were marked as rolled back; nothing where Prisma keeps no record, or several. */
async function recordedIn(session: Session, options: QueryOptions): Promise<Recorded[]> {
  const tables = await session.query(
    `SELECT c.oid::regclass::text FROM pg_catalog.pg_class c
     WHERE c.relname = '_prisma_migrations' AND c.relkind = 'r' AND pg_catalog.has_table_privilege(c.oid, 'SELECT')`,
    options,
  );
  const table = tables.length === 1 ? tables[0]?.[0] : null;
  if (!table) return [];
  const rows = await session.query(
    `SELECT migration_name, checksum, finished_at IS NOT NULL FROM ${table} WHERE rolled_back_at IS NULL ORDER BY started_at`,
    options,
  );
  return rows.map(([name, checksum, finished]) => ({
    name: name ?? '',
    checksum: checksum ?? '',
    finished: finished === 't' || finished === 'true',
  }));
}

/** As Prisma compares: line ends do not count. */
async function isText(text: string, checksum: string): Promise<boolean> {
  const plain = text.replaceAll('\r\n', '\n');
  for (const form of [text, plain, plain.replaceAll('\n', '\r\n')]) if ((await sha256(form)) === checksum) return true;
  return false;
}

async function sha256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Drizzle: TAG.sql in the order of meta/_journal.json, or since its version 1 folders with migration.sql and snapshot.json.
 * All pending migrations run in one transaction (drizzle-orm/src/pg-core/dialect.ts, migrate): a further file would share it,
 * so none is offered.
 */
import { baseName, byVersion, parent } from './paths.ts';
import type { Beside, SqlTool } from './tool.ts';

const ownFolder = (uri: string): boolean => baseName(uri) === 'migration.sql';

export const drizzle: SqlTool = {
  id: 'drizzle',
  isNamed: (uri) => uri.endsWith('.sql'),
  owns: ({ uri }, beside) =>
    ownFolder(uri) ? beside.has(`${parent(uri)}/snapshot.json`) : beside.has(`${parent(uri)}/meta/_journal.json`),
  // what the journal does not list is run by somebody else, if at all
  running: ({ uri }, sql, beside) => ({
    wrapping: isListed(uri, beside) ? 'tool' : 'unknown',
    downFrom: sql.length,
    declared: false,
  }),
  folderOf: (uri) => (ownFolder(uri) ? parent(parent(uri)) : parent(uri)),
  whyNoNewFile:
    'Drizzle runs all pending migrations in one transaction, and CREATE INDEX CONCURRENTLY cannot run in one.',
  order(files, folder, beside) {
    const there = new Set(files.map((f) => f.uri));
    const journal = beside.get(`${folder}/meta/_journal.json`);
    if (journal === undefined) return [...there].sort((a, b) => byVersion(baseName(parent(a)), baseName(parent(b))));
    return (
      journalOf(journal)
        ?.map(({ tag }) => `${folder}/${tag}.sql`)
        .filter((uri) => there.has(uri)) ?? null
    );
  },
};

function isListed(uri: string, beside: Beside): boolean {
  const journal = beside.get(`${parent(uri)}/meta/_journal.json`);
  const entries = journal === undefined ? null : journalOf(journal);
  return entries === null || entries.some(({ tag }) => `${tag}.sql` === baseName(uri));
}

export interface JournalEntry {
  /** The file's name without its extension. */
  readonly tag: string;
  /** Milliseconds since 1970; null when it is no number. */
  readonly when: number | null;
}

/** In order; null when it is not a journal. */
export function journalOf(journal: string): JournalEntry[] | null {
  try {
    const { entries } = JSON.parse(journal) as { entries?: { idx?: number; tag?: unknown; when?: unknown }[] };
    if (!Array.isArray(entries)) return null;
    return [...entries]
      .sort((a, b) => (a.idx ?? 0) - (b.idx ?? 0))
      .map(({ tag, when }) => ({ tag: String(tag), when: typeof when === 'number' ? when : null }));
  } catch {
    return null;
  }
}

/** Follow-up migrations: what a fix leaves to later, written as files of the history's own tool. */
import type { MigrationTool, NewFile, NewMigration, Place } from '../tools/tool.ts';

export interface FollowUpPlace extends Place {
  readonly tool: MigrationTool;
  exists(uri: string): boolean;
  /** URIs of migrations in other languages in the history's folder. */
  readonly others: readonly string[];
  /** Whether each statement of a new file would be a transaction of its own. @param others new files beside it */
  runsOutside(file: NewFile, others: readonly NewFile[]): boolean;
}

/** Null when they cannot be written, or would not run as they must. */
export function writeFollowUps(migrations: readonly NewMigration[], place: FollowUpPlace): NewFile[] | null {
  const { tool } = place;
  if (!tool.write) return null;
  const created: NewFile[] = [];
  for (const migration of migrations) {
    const files = tool.write({ ...migration, name: fileName(migration.name) }, behind(place, created));
    if (!files || files.some((file) => place.exists(file.uri) || place.others.some((uri) => !isBefore(uri, file.uri))))
      return null;
    if (migration.outsideTransaction && !migrationsAmong(files, tool).every((file) => place.runsOutside(file, files)))
      return null;
    created.push(...files);
  }
  return created;
}

/** By the numbers in their names. */
function isBefore(a: string, b: string): boolean {
  const [m, n] = [a, b].map((uri) => BigInt(/\/V?(\d+)[^/]*$/.exec(uri)?.[1] ?? 0)) as [bigint, bigint];
  return m < n;
}

/** The place behind new files. */
export function behind(place: FollowUpPlace, created: readonly NewFile[]): FollowUpPlace {
  if (created.length === 0) return place;
  const texts = new Map(created.map(({ uri, text }) => [uri, text]));
  return {
    ...place,
    files: [...place.files, ...migrationsAmong(created, place.tool).map((file) => file.uri)],
    read: (uri) => texts.get(uri) ?? place.read(uri),
    exists: (uri) => texts.has(uri) || place.exists(uri),
  };
}

/** Those that run when all migrations are run forward. */
export const migrationsAmong = (files: readonly NewFile[], tool: MigrationTool): NewFile[] =>
  files.filter((file) => /\.(?:sql|py)$/.test(file.uri) && tool.isForward?.(file, new Map()) !== false);

/** Short, and of characters that every tool takes in a name. */
export const fileName = (words: string): string =>
  words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60);

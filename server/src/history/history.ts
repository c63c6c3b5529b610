/** Migration histories: which files form one, and in which order they run. */
import { isRevision } from '../sources/alembic/alembicSource.ts';
import { sqlToolOf } from '../sources/sql/markers.ts';
import { orderRevisions } from './alembicRevisions.ts';
import type { HistoryFile } from './fileSystem.ts';

export type HistoryTool = 'prisma' | 'goose' | 'dbmate' | 'golang-migrate' | 'numbered' | 'alembic';

export interface History {
  readonly tool: HistoryTool;
  /** URI of the folder that holds it, without a slash at the end. */
  readonly folder: string;
  /** URIs in the order in which they run forward. */
  readonly files: readonly string[];
}

/** @param files every candidate with its text, in any order */
export function findHistories(files: readonly HistoryFile[]): History[] {
  const groups = new Map<string, { tool: HistoryTool; folder: string; files: HistoryFile[] }>();
  for (const file of files) {
    const tool = toolOf(file);
    if (!tool) continue;
    const folder = tool === 'prisma' ? parent(parent(file.uri)) : parent(file.uri);
    const key = `${tool} ${folder}`;
    const group = groups.get(key) ?? { tool, folder, files: [] };
    group.files.push(file);
    groups.set(key, group);
  }
  const histories: History[] = [];
  for (const { tool, folder, files: members } of groups.values()) {
    // one numbered file alone is no history, unless its folder says so
    if (tool === 'numbered' && members.length < 2 && !/migrat/i.test(folder)) continue;
    const ordered = tool === 'alembic' ? orderRevisions(members) : members.map((f) => f.uri).sort(byVersion);
    histories.push({ tool, folder, files: ordered });
  }
  return histories.sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

function toolOf({ uri, text }: HistoryFile): HistoryTool | null {
  if (uri.endsWith('.py')) return isRevision(text) ? 'alembic' : null;
  const tool = sqlToolOf(uri, text);
  if (tool === 'golang-migrate') return uri.endsWith('.up.sql') ? tool : null;
  if (tool === 'flyway') return null;
  if (tool !== 'plain') return tool;
  return /^\d+[-_.].*\.sql$/i.test(baseName(uri)) ? 'numbered' : null;
}

/** By the number that a name begins with (as a number: 9 before 10), then by name. For Prisma, by the migration's folder. */
function byVersion(a: string, b: string): number {
  const [x, y] = [versionName(a), versionName(b)];
  const [m, n] = [BigInt(/^\d+/.exec(x)?.[0] ?? 0), BigInt(/^\d+/.exec(y)?.[0] ?? 0)];
  if (m !== n) return m < n ? -1 : 1;
  return x < y ? -1 : x > y ? 1 : 0;
}

const versionName = (uri: string): string =>
  baseName(uri) === 'migration.sql' ? baseName(parent(uri)) : baseName(uri);

export const parent = (uri: string): string => uri.slice(0, uri.lastIndexOf('/'));
export const baseName = (uri: string): string => uri.slice(uri.lastIndexOf('/') + 1);

/**
 * The history that a file outside any history is about: the only one below the nearest folder above the file that has one.
 * Null when there is none, or more than one.
 */
export function nearestHistory(uri: string, histories: readonly History[]): History | null {
  for (let folder = parent(uri); folder.includes('/') && !folder.endsWith(':/'); folder = parent(folder)) {
    const below = histories.filter((h) => h.folder === folder || h.folder.startsWith(`${folder}/`));
    if (below.length > 1) return null;
    if (below[0]) return below[0];
  }
  return null;
}

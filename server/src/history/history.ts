/** Migration histories: which files form one, and in which order they run. */
import { toolOf } from '../tools/index.ts';
import { baseName, byVersion, parent } from '../tools/paths.ts';
import { type Beside, type MigrationTool, nothingBeside } from '../tools/tool.ts';
import type { HistoryFile } from './fileSystem.ts';
import type { HistoryFiles } from './problems/problem.ts';

export interface History {
  readonly tool: MigrationTool;
  /** URI of the folder that holds it, without a slash at the end. */
  readonly folder: string;
  /** URIs in the order in which they run forward. */
  readonly files: readonly string[];
}

/** Tells one history from all others. */
export const keyOf = ({ tool, folder }: Pick<History, 'tool' | 'folder'>): string => `${tool.id} ${folder}`;

interface Group {
  readonly tool: MigrationTool;
  readonly folder: string;
  readonly files: HistoryFile[];
}

/** The files of each tool and folder, whether they run forward or not. */
function groupsOf(files: readonly HistoryFile[], beside: Beside): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const file of files) {
    const tool = toolOf(file, beside);
    if (!tool) continue;
    const folder = (tool.folderOf ?? parent)(file.uri);
    const key = keyOf({ tool, folder });
    const group = groups.get(key) ?? { tool, folder, files: [] };
    group.files.push(file);
    groups.set(key, group);
  }
  for (const tool of new Set([...groups.values()].map((g) => g.tool))) if (tool.joinFolders) join(tool, groups, beside);
  return groups;
}

/** Makes one group of those whose folders hold one history. */
function join(tool: MigrationTool, groups: Map<string, Group>, beside: Beside): void {
  const own = [...groups.values()].filter((g) => g.tool === tool);
  const joined = tool.joinFolders?.(
    own.flatMap((g) => g.files),
    beside,
  );
  for (const group of own) {
    const folder = joined?.get(group.folder) ?? group.folder;
    const into = groups.get(keyOf({ tool, folder }));
    if (!into || into === group) continue;
    into.files.push(...group.files);
    groups.delete(keyOf(group));
  }
}

/**
 * @param files every candidate with its text, in any order
 * @param beside what tools keep beside them
 */
export const findHistories = (files: readonly HistoryFile[], beside: Beside = nothingBeside): History[] =>
  readHistories(files, beside).map(({ tool, folder, files: own }) => ({ tool, folder, files: own }));

/** As {@link findHistories}, with all that belongs to them. */
export function readHistories(files: readonly HistoryFile[], beside: Beside): HistoryFiles[] {
  const histories: HistoryFiles[] = [];
  const groups = [...groupsOf(files, beside).values()];
  const ofTools = new Set(
    groups.flatMap(({ tool, folder }) => (tool.id === 'numbered' || tool.id === 'dump' ? [] : folder)),
  );
  for (const { tool, folder, files: members } of groups) {
    // misnamed, or done with: what stands among a tool's migrations is no history of its own
    if (tool.id === 'numbered' && ofTools.has(folder)) continue;
    const forward = members.filter((file) => tool.isForward?.(file, beside) !== false);
    if (forward.length === 0) continue;
    const ordered = tool.order
      ? tool.order(forward, folder, beside)
      : forward.map((f) => f.uri).sort((a, b) => byVersion(baseName(a), baseName(b)));
    if (ordered && ordered.length > 0) histories.push({ tool, folder, files: ordered, members, beside, all: files });
  }
  return histories.sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** A folder of tests, below another one: its schema is only theirs. */
const ofTests = /\/(?:\w*[_-])?(?:tests?|testdata|specs?|fixtures|mocks?)(?:[_-]\w*)?(?:\/|$)/i;

/**
 * The history that a file outside any history is about: the only one below the nearest folder above the file that has one.
 * A dump of the schema counts where there are no migrations. Null when there is none, or more than one.
 */
export function nearestHistory(uri: string, histories: readonly History[]): History | null {
  for (let folder = parent(uri); folder.includes('/') && !folder.endsWith(':/'); folder = parent(folder)) {
    const all = histories.filter((h) => h.folder === folder || h.folder.startsWith(`${folder}/`));
    const below = all.filter((h) => !ofTests.test(h.folder.slice(folder.length)));
    // near the schema of tests, a file may be about that or about the project's
    if (below.length === 0 && all.length > 0) return null;
    const migrations = below.filter((h) => h.tool.id !== 'dump');
    const found = migrations.length > 0 ? migrations : below;
    if (found.length > 1) return null;
    if (found[0]) return found[0];
  }
  return null;
}

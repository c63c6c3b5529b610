/** The migration histories of a workspace, as of the last scan: which one a file belongs to, and how much its files tell. */
import { onlyFinishes } from '../history/finishing.ts';
import { type History, keyOf, nearestHistory } from '../history/history.ts';
import type { FileProblem } from '../history/problems/index.ts';
import { undoneBy } from '../historyFindings.ts';
import { defines } from '../live/definitions.ts';
import type { Text } from '../text/text.ts';
import { type Revision, readRevision } from '../tools/alembic.ts';
import { isDump } from '../tools/dump.ts';
import { otherMigrations } from '../tools/index.ts';
import { parent } from '../tools/paths.ts';
import type { FileState } from './files.ts';
import type { Scanned } from './scan.ts';

/** In what part of a text a dump's beginning stands: less is read at each key. */
const dumpHead = 4000;

export class Histories {
  readonly #get: (uri: string) => FileState | undefined;
  #all: readonly History[] = [];
  /** Every file that was there at the last scan, and those added since. */
  #existing: ReadonlySet<string> = new Set();
  /** Of those, files that may be migrations and were not read. */
  #unread: ReadonlySet<string> = new Set();
  /** The folders of those, and the folders above; null until somebody asks. */
  #folders: ReadonlySet<string> | null = null;
  #problems: ReadonlyMap<string, readonly FileProblem[]> = new Map();
  /** By files that undo another one: which. */
  #undoneBy: ReadonlyMap<string, string> = new Map();
  /** By {@link keyOf}, until something changes. */
  readonly #wholeHistories = new Map<string, boolean>();
  /** Whether new files can be created: the editor has to know how. */
  createsFiles = false;

  /** @param get the files as they are */
  constructor(get: (uri: string) => FileState | undefined) {
    this.#get = get;
  }

  get all(): readonly History[] {
    return this.#all;
  }

  /** Files that may be migrations and could not be read, or not all together. */
  get unread(): ReadonlySet<string> {
    return this.#unread;
  }

  get existing(): ReadonlySet<string> {
    return this.#existing;
  }

  /** Whether the URI is that of a file which exists, or of a folder with such files below it. */
  hasBelow(uri: string): boolean {
    this.#folders ??= foldersOf(this.#existing);
    return this.#existing.has(uri) || this.#folders.has(uri);
  }

  /** Files that undo others. */
  get undoing(): Iterable<string> {
    return this.#undoneBy.keys();
  }

  /** @returns whether these are the histories that were there before, of the same files */
  take({
    histories,
    problems,
    existing,
    unread,
  }: Pick<Scanned, 'histories' | 'problems' | 'existing' | 'unread'>): boolean {
    const before = this.#all;
    this.#all = histories;
    this.#problems = problems;
    this.#existing = existing;
    this.#unread = unread;
    this.#folders = null;
    this.#undoneBy = undoneBy(histories, existing);
    return sameHistories(before, histories);
  }

  /** New files exist, some of them migrations at the end of that history. */
  add(files: readonly string[], migrations: readonly string[], to: History | null): void {
    this.#existing = new Set([...this.#existing, ...files]);
    this.#folders = null;
    this.#all = this.#all.map((history) =>
      history === to ? { ...history, files: [...history.files, ...migrations] } : history,
    );
  }

  /** A file has changed. */
  moved(): void {
    this.#wholeHistories.clear();
  }

  problemsOf(uri: string): readonly FileProblem[] {
    return this.#problems.get(uri) ?? [];
  }

  /** The file that this one undoes; itself where it undoes none. */
  forwardOf(uri: string): string {
    return this.#undoneBy.get(uri) ?? uri;
  }

  of(uri: string): History | null {
    return this.#all.find((h) => h.files.includes(uri)) ?? null;
  }

  /**
   * The history that a file beside all of them is about: Prisma's where it makes its queries with Prisma. None for a dump, which
   * is restored into an empty database.
   * @param state of a file that is not open
   */
  nearestTo(uri: string, state = this.#get(uri)): History | null {
    if (state?.source.id === 'sql' && isDump(state.text.slice(0, Math.min(state.text.length, dumpHead)))) return null;
    const byPrisma = state?.source.id === 'typescript' && /\$(?:query|execute)Raw/.test(state.text.toString());
    return nearestHistory(uri, byPrisma ? this.#all.filter(({ tool }) => tool.id === 'prisma') : this.#all);
  }

  /** Whether what runs before the file is told by files that are all read. */
  knowsAllBefore(uri: string): boolean {
    const own = this.of(uri);
    const history = own ?? this.nearestTo(uri);
    if (!history) return false;
    const key = keyOf(history);
    let isRead = this.#wholeHistories.get(key);
    if (isRead === undefined) {
      isRead = this.isWhollyRead(history);
      this.#wholeHistories.set(key, isRead);
    }
    return isRead && (own !== null || this.#runsAtEnd(uri));
  }

  isWhollyRead({ tool, folder, files }: History): boolean {
    if (partlyRead.has(tool.id)) return false;
    for (const file of this.#unread) if (file.startsWith(`${folder}/`)) return false;
    if (tool.id === 'alembic') return this.#hasWholeGraph(files);
    if (!files.every((file) => file.endsWith('.sql') && this.#get(file)?.refused === null)) return false;
    for (const file of this.#existing) if (parent(file) === folder && otherMigrations.test(file)) return false;
    return true;
  }

  /** Whether all revisions lead back to one that follows none; what of them could not be worked out is marked as such. */
  #hasWholeGraph(files: readonly string[]): boolean {
    const revisions = files.map((file) => {
      const state = this.#get(file);
      return state?.refused === null ? revisionOf(state) : null;
    });
    const ids = new Set(revisions.map((revision) => revision?.id));
    const known = revisions.every((revision) => revision?.down.every((id) => ids.has(id)));
    return known && revisions.filter((revision) => revision?.down.length === 0).length === 1;
  }

  /** A file beside a history: a dump or a way back has statements that are no queries. */
  #runsAtEnd(uri: string): boolean {
    if (/\b(?:down|revert|rollback|undo)\b/i.test(uri)) return false;
    return (this.#get(uri)?.pieces ?? []).every(({ sql }) =>
      sql.statements.every(({ parsed }) => parsed.kind !== 'tree' || queryTypes.has(Object.keys(parsed.node)[0] ?? '')),
    );
  }

  /** A file that defines something may have to wait for others, which a database has not seen. */
  definesNothing(uri: string): boolean {
    return (this.#get(uri)?.pieces ?? []).every(({ sql }) => !sql.statements.some(defines));
  }

  /** A branch brings a few migrations at once; with more behind it, one has been run. */
  isSettled(uri: string): boolean {
    const files = this.of(uri)?.files;
    return files !== undefined && files.length - files.indexOf(uri) > mostPending;
  }

  /**
   * Whether migrations may be put behind the file: it is the last of its history, but for those that only finish what an
   * earlier one began. (Behind others a table may be gone.)
   */
  takesFollowUps(uri: string): boolean {
    const history = this.of(uri);
    if (!this.createsFiles || !history || !(history.tool.write || history.tool.append)) return false;
    if (history.tool.append) return true;
    for (let i = history.files.length - 1; history.files[i] !== uri; i--) {
      const later = this.#get(history.files[i] as string);
      if (!later?.pieces.every(onlyFinishes)) return false;
    }
    return true;
  }
}

/** More migrations than these are hardly waiting to be run together. */
const mostPending = 10;

/** Tools whose histories also hold what we do not read: changelogs in XML or YAML. */
const partlyRead: ReadonlySet<string> = new Set(['liquibase']);

const revisions = new WeakMap<Text, Revision | null>();

/** Asked on each key. */
function revisionOf({ uri, text }: FileState): Revision | null {
  let revision = revisions.get(text);
  if (revision === undefined) {
    revision = readRevision({ uri, text: text.toString() });
    revisions.set(text, revision);
  }
  return revision;
}

const queryTypes: ReadonlySet<string> = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

function foldersOf(uris: ReadonlySet<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const uri of uris)
    for (let folder = parent(uri); folder.includes('/') && !folders.has(folder); folder = parent(folder))
      folders.add(folder);
  return folders;
}

const sameHistories = (a: readonly History[], b: readonly History[]): boolean =>
  a.length === b.length &&
  a.every((h, i) => keyOf(h) === keyOf(b[i] as History) && h.files.join() === b[i]?.files.join());

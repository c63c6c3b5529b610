/** What a look through the folders of a workspace finds: migration histories, and what stands beside them. */
import type { NamedHistory } from '../configuration.ts';
import type { FileSystem, HistoryFile } from '../history/fileSystem.ts';
import { type History, readHistories } from '../history/history.ts';
import { otherDatabases } from '../history/otherDatabase.ts';
import { type FileProblem, findProblems } from '../history/problems/index.ts';
import { isPrismaFile, type PrismaSchemas } from '../prismaSchemas.ts';
import type { ImportedModules } from '../sources/alembic/importedModules.ts';
import { datasourcesKey, datasourcesText } from '../sources/prisma/datasources.ts';
import { besideNames, readForName } from '../tools/index.ts';
import { type Beside, namedToolKey } from '../tools/tool.ts';
import { maxFileLength } from './files.ts';

export interface Scanned {
  readonly histories: readonly History[];
  /** Problems of the histories' files by the file at which they are shown. */
  readonly problems: ReadonlyMap<string, readonly FileProblem[]>;
  /** The database that migrations are for which are not for Postgres, by URI. */
  readonly otherDatabases: ReadonlyMap<string, string>;
  readonly beside: Beside;
  readonly existing: ReadonlySet<string>;
  /** Files that may belong to a history and were not read: too large, too much together, or not to be read at all. */
  readonly unread: ReadonlySet<string>;
  /** Of the files that may belong to a history, by URI. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface ScanOptions {
  readonly files: FileSystem;
  /** Histories that the settings name. */
  readonly named: readonly NamedHistory[];
  /** The text of a file as an editor has it; undefined where it is not open. */
  readonly opened: (uri: string) => string | undefined;
  readonly prisma: PrismaSchemas;
  readonly imported: ImportedModules;
  readonly isCancelled: () => boolean;
}

/** Files that are read at the same time. */
const readTogether = 32;
/** UTF-16 units of all files together: more would not fit into memory, and has been dumped, not written. */
const maxTogether = 200_000_000;

/** @returns null when it was cancelled */
export async function scanFolders(folders: readonly string[], options: ScanOptions): Promise<Scanned | null> {
  const read = await readFolders(folders, options);
  if (!read) return null;
  const { found, unread, beside, existing, prismaTexts } = read;
  const every = readHistories(found, beside);
  const revisions = every.flatMap(({ tool, members }) => (tool.id === 'alembic' ? members : []));
  for (const [uri, text] of options.imported.of(revisions, pythonAmong(found))) beside.set(uri, text);
  const others = otherDatabases(every, found, beside);
  const histories = every.filter(({ files }) => !others.has(files[0] as string));
  const problems = await findProblems(histories);
  await options.prisma.scan(prismaTexts, folders, options.files);
  if (options.isCancelled()) return null;
  const datasources = options.prisma.datasources();
  if (datasources.some(({ isOther }) => isOther)) beside.set(datasourcesKey, datasourcesText(datasources));
  return {
    histories: histories.map(({ tool, folder, files }) => ({ tool, folder, files })),
    problems,
    otherDatabases: others,
    beside,
    existing,
    unread,
    texts: new Map(found.map(({ uri, text }) => [uri, text])),
  };
}

interface Read {
  readonly found: readonly HistoryFile[];
  readonly beside: Map<string, string>;
  readonly existing: ReadonlySet<string>;
  readonly unread: ReadonlySet<string>;
  readonly prismaTexts: ReadonlyMap<string, string>;
}

async function readFolders(
  folders: readonly string[],
  { files, named, opened, isCancelled }: ScanOptions,
): Promise<Read | null> {
  const found = new FoundFiles();
  const beside = new Map<string, string>(named.map(({ tool, folder }) => [namedToolKey(folder), tool]));
  const existing = new Set<string>();
  const prismaTexts = new Map<string, string>();
  const read = async (uri: string): Promise<void> => {
    existing.add(uri);
    if (besideNames.test(uri)) beside.set(uri, readForName.test(uri) ? '' : ((await files.read(uri)) ?? ''));
    if (isPrismaFile(uri)) prismaTexts.set(uri, (await files.read(uri)) ?? '');
    if (!/\.(?:sql|py)$/i.test(uri)) return;
    found.add(uri, opened(uri) ?? (await files.read(uri)));
  };
  for (const folder of folders) {
    const uris = await files.list(folder);
    for (let i = 0; i < uris.length; i += readTogether) {
      if (isCancelled()) return null;
      await Promise.all(uris.slice(i, i + readTogether).map(read));
    }
  }
  return { found: found.all(), unread: found.unread, beside, existing, prismaTexts };
}

/** The texts that are kept: where they are too much together, the longest go. */
class FoundFiles {
  readonly #files = new Map<string, string>();
  readonly unread = new Set<string>();
  #length = 0;

  /** @param text null where the file cannot be read */
  add(uri: string, text: string | null): void {
    // of folders within each other a file comes twice
    if (this.#files.has(uri)) return;
    if (text === null || text.length > maxFileLength) {
      this.unread.add(uri);
      return;
    }
    this.#files.set(uri, text);
    this.#length += text.length;
    if (this.#length > maxTogether) this.#dropLongest();
  }

  /** As if they had been read one after another. */
  all(): HistoryFile[] {
    return [...this.#files].map(([uri, text]) => ({ uri, text })).sort((a, b) => (a.uri < b.uri ? -1 : 1));
  }

  /** Until half of them is left, so that it is seldom done. */
  #dropLongest(): void {
    const longestFirst = [...this.#files].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? 1 : -1));
    for (const [uri, { length }] of longestFirst) {
      if (this.#length <= maxTogether / 2) return;
      this.#files.delete(uri);
      this.unread.add(uri);
      this.#length -= length;
    }
  }
}

const pythonAmong = (files: readonly HistoryFile[]): ReadonlyMap<string, string> =>
  new Map(files.flatMap(({ uri, text }) => (uri.endsWith('.py') ? [[uri, text] as const] : [])));

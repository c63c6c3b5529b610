/** Files that nobody has open and that belong to no history: which of them are worth reading for a word. */
import type { FileSystem, HistoryFile } from '../history/fileSystem.ts';
import { mayHoldSql, mayUsePrisma } from '../sources/typescript/queries.ts';

/** Files that are looked at the same time. */
const together = 32;

interface Known {
  /** Of the file system, which changes with the file; null where it has none: the file is read each time. */
  readonly stamp: string | null;
  readonly holdsSql: boolean;
  readonly usesPrisma: boolean;
}

/**
 * Few files of a project hold SQL or use Prisma's client: which do is remembered, so that all others are only asked for their
 * stamp. What is kept is a few words a file, no text.
 */
export class ClosedFiles {
  readonly #files: FileSystem;
  readonly #uris: () => readonly string[];
  readonly #known = new Map<string, Known>();

  /** @param uris of all such files, of whatever kind */
  constructor(files: FileSystem, uris: () => readonly string[]) {
    this.#files = files;
    this.#uris = uris;
  }

  /** Files of SQL, and others that may hold it, with a word in them, upper or lower case; by URI. Fewer when it is cancelled. */
  async withSql(word: string, isCancelled = neverCancelled): Promise<HistoryFile[]> {
    const pattern = new RegExp(word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
    const found: HistoryFile[] = [];
    await this.#read(/\.(?:sql|[cm]?[jt]sx?)$/i, 'holdsSql', isCancelled, (file) => {
      if (pattern.test(file.text)) found.push(file);
    });
    return found.sort((a, b) => (a.uri < b.uri ? -1 : 1));
  }

  /**
   * How often a pattern stands in TypeScript and JavaScript that uses Prisma's client, as far as people write it, and in how
   * many files.
   * @param opened those that are open
   */
  async countInPrisma(
    pattern: RegExp,
    opened: readonly HistoryFile[],
  ): Promise<{ readonly places: number; readonly files: number }> {
    let [places, files] = [0, 0];
    const count = ({ text }: HistoryFile): void => {
      const here = text.match(pattern)?.length ?? 0;
      places += here;
      if (here > 0) files++;
    };
    for (const file of opened) if (written.test(file.uri) && mayUsePrisma(file.text)) count(file);
    await this.#read(written, 'usesPrisma', neverCancelled, count);
    return { places, files };
  }

  /** Files that are gone are forgotten. */
  keep(existing: ReadonlySet<string>): void {
    for (const uri of this.#known.keys()) if (!existing.has(uri)) this.#known.delete(uri);
  }

  async #read(
    name: RegExp,
    what: 'holdsSql' | 'usesPrisma',
    isCancelled: () => boolean,
    take: (file: HistoryFile) => void,
  ): Promise<void> {
    const look = async (uri: string): Promise<void> => {
      const stamp = (await this.#files.stamp?.(uri)) ?? null;
      const known = this.#known.get(uri);
      if (known && stamp !== null && known.stamp === stamp && !known[what]) return;
      const text = await this.#files.read(uri);
      if (text === null) return;
      const isSql = uri.endsWith('.sql');
      const now = { stamp, holdsSql: isSql || mayHoldSql(text), usesPrisma: !isSql && mayUsePrisma(text) };
      this.#known.set(uri, now);
      if (now[what]) take({ uri, text });
    };
    const uris = this.#uris().filter((uri) => name.test(uri));
    for (let i = 0; i < uris.length && !isCancelled(); i += together)
      await Promise.all(uris.slice(i, i + together).map(look));
  }
}

/** Neither declarations nor what a program has written. */
const written = /^(?!.*\/generated\/).*(?<!\.d)\.[cm]?[jt]sx?$/i;

const neverCancelled = (): boolean => false;

/**
 * What happens to files on disk → looks through the folders, as few as will do: a branch that is checked out changes hundreds of
 * files, which editors tell of one by one or in heaps. Of a folder that comes or goes an editor may tell without a word on the
 * files in it.
 */
import { type FileEvent, FileChangeType as Is, type RegistrationParams, WatchKind } from 'vscode-languageserver/node';
import { besideNames } from '../tools/index.ts';
import { isSkippedFolder, liesInSkipped } from './skippedFolders.ts';

/** Asks the editor to watch. Where the same is asked again, by a server that was started again, it takes the place of the first. */
export const watchRegistration: RegistrationParams = {
  registrations: [
    {
      id: 'pgreview-files',
      method: 'workspace/didChangeWatchedFiles',
      registerOptions: {
        watchers: [
          // folders have no pattern of their own
          { globPattern: '**/*', kind: WatchKind.Create | WatchKind.Delete },
          ...[
            '**/*.{sql,py,prisma}',
            '**/pgreview.json',
            '**/prisma.config.{ts,mts,js,mjs}',
            '**/{alembic.ini,sqitch.plan,_journal.json,atlas.sum,tern.conf,migration_lock.toml,diesel.toml,metadata.toml,*.sql.conf}',
          ].map((globPattern) => ({ globPattern, kind: WatchKind.Change })),
        ],
      },
    },
  ],
};

/** A file from which histories, or what is known of them, are read. */
const isRead = (uri: string): boolean =>
  /\.(?:sql|py|prisma)$|\/prisma\.config\.m?[tj]s$/i.test(uri) || besideNames.test(uri);

export interface WatchedFilesHost {
  /** URIs of the workspace's folders. */
  folders(): readonly string[];
  /** Whether something of that URI, a file or a folder with files, was there at the last look. */
  knows(uri: string): Promise<boolean>;
  /** The files below a folder; none for what is no folder. */
  list(uri: string): Promise<readonly string[]>;
  /** Looks through all folders. */
  look(): Promise<void>;
}

/** Milliseconds without another change after which it is time to look. */
const quietMs = 100;
/** Milliseconds after which it is time though changes keep coming. */
const longestMs = 2_000;
/** With more of them it costs less to look everywhere than to ask what each is. */
const mostAsked = 200;

export class WatchedFiles {
  readonly #host: WatchedFilesHost;
  #changes: FileEvent[] = [];
  #began = 0;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;

  constructor(host: WatchedFilesHost) {
    this.#host = host;
  }

  add(changes: readonly FileEvent[]): void {
    const own = changes.filter(({ uri }) => !this.#isSkipped(uri));
    if (own.length === 0) return;
    if (this.#changes.length === 0) this.#began = performance.now();
    for (const change of own) this.#changes.push(change);
    this.#later();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#changes = [];
  }

  #isSkipped(uri: string): boolean {
    const around = this.#host.folders().filter((folder) => uri.startsWith(folder));
    return around.length > 0 && around.every((folder) => liesInSkipped(uri, folder));
  }

  #later(): void {
    // what comes in the meantime waits for the end of it
    if (this.#isLooking) return;
    clearTimeout(this.#timer);
    const left = this.#began + longestMs - performance.now();
    this.#timer = setTimeout(() => void this.#run(), Math.max(0, Math.min(quietMs, left)));
  }

  async #run(): Promise<void> {
    const changes = this.#changes;
    this.#changes = [];
    this.#isLooking = true;
    try {
      if (await this.#matters(changes)) await this.#host.look();
    } finally {
      this.#isLooking = false;
      if (this.#changes.length > 0) this.#later();
    }
  }

  async #matters(changes: readonly FileEvent[]): Promise<boolean> {
    if (changes.some(({ uri }) => isRead(uri))) return true;
    for (const { uri, type } of changes) if (type === Is.Deleted && (await this.#host.knows(uri))) return true;
    const created = new Set(changes.flatMap(({ uri, type }) => (type === Is.Created ? [uri] : [])));
    if (created.size > mostAsked) return true;
    for (const uri of created) {
      const name = uri.slice(uri.lastIndexOf('/') + 1);
      if (!isSkippedFolder(name) && (await this.#host.list(uri)).some(isRead)) return true;
    }
    return false;
  }
}

/** What the embedded Postgres's worker and its host say to each other. */

/** Where Supabase has its extensions: the search path of every instance ends with it, and it is made when it is first named. */
export const platformSchema = 'extensions';

/** The worker's start data. */
export interface WorkerSettings {
  /** The folder with pglite.wasm, pglite.data, data.tar.br and extensions/BUNDLE.tar.gz. */
  readonly assets: string;
  /** The bundles of extensions to unpack. */
  readonly bundles: readonly string[];
  /** Libraries to load when Postgres starts. */
  readonly preload: readonly string[];
}

/** One at a time: the next is sent when this one is answered. */
export interface QueryMessage {
  readonly sql: string;
  /** `prepare`: the statement is analysed and not executed. `ask`: it is run with parameters. */
  readonly kind: 'run' | 'prepare' | 'ask';
  /** A failure leaves the open transaction as it was before. */
  readonly guarded: boolean;
  /** In text; for `ask` only. */
  readonly parameters?: readonly (string | null)[];
}

/** Gives a relation's file a size, and no contents. */
export interface SizeMessage {
  readonly kind: 'size';
  /** Within the data directory. */
  readonly file: string;
  /** Of 8 kB. */
  readonly pages: number;
  /** Levels above the leaves, for a btree that has not been read since it was made. */
  readonly height?: number;
}

export type Question = QueryMessage | SizeMessage;

/** What a query answers, with its columns. */
export interface Answer {
  /** `type`: the OID of pg_type. */
  readonly columns: readonly { readonly name: string; readonly type: number }[];
  /** Each value as the text that Postgres sends. */
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface ErrorFields {
  readonly message: string;
  readonly code?: string;
  readonly position?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly where?: string;
}

export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'startFailed'; readonly message: string }
  /** Postgres is in no state to go on. */
  | { readonly kind: 'crashed' }
  /** The thread has ended by itself; said by its process. */
  | { readonly kind: 'ended'; readonly reason: string }
  | { readonly kind: 'rows'; readonly rows: (string | null)[][]; readonly columns: Answer['columns'] }
  | { readonly kind: 'error'; readonly error: ErrorFields };

/** A worker as the host sees it; how it is made depends on where the host runs. */
export interface EmbeddedWorker {
  post(message: Question): void;
  onMessage(listener: (message: WorkerMessage) => void): void;
  /** The worker ended by itself: out of memory, a crash. */
  onExit(listener: (reason: string) => void): void;
  /** Ends it at once, whatever it is doing. */
  terminate(): Promise<void>;
}

/** @param extensions what will be created; what these require is loaded as well */
export type StartWorker = (extensions: readonly string[]) => EmbeddedWorker;

/** What the thread that runs Prisma's engine and its host say to each other. */

/** A schema file: its path is only a name for it. */
export type SchemaFile = readonly [path: string, content: string];

/** A value as the engine takes it. */
export type EngineValue = string | number | boolean | null | readonly EngineValue[];

export interface ResultSet {
  readonly columnNames: readonly string[];
  /** The numbers of Prisma's `ColumnTypeEnum`. */
  readonly columnTypes: readonly number[];
  readonly rows: readonly (readonly EngineValue[])[];
}

export interface EngineQuery {
  readonly sql: string;
  readonly args: readonly unknown[];
}

/** What the database said to one of the engine's queries. */
export type EngineAnswer =
  | { readonly ok: true; readonly result: ResultSet }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** The thread's start data. */
export interface EngineSettings {
  readonly wasm: Uint8Array;
}

export type ToEngine =
  /** One at a time. From an empty database, or from the one that answers the engine's queries. */
  | { readonly kind: 'script'; readonly from: 'empty' | 'database'; readonly to: readonly SchemaFile[] }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: EngineAnswer };

export type FromEngine =
  | { readonly kind: 'query'; readonly id: number; readonly query: EngineQuery }
  | { readonly kind: 'script'; readonly sql: string }
  /** `code`: Prisma's own, such as P1012 for a schema that is not valid; null for others. */
  | { readonly kind: 'failed'; readonly code: string | null; readonly message: string };

/** The thread as its host sees it. */
export interface EngineWorker {
  post(message: ToEngine): void;
  onMessage(listener: (message: FromEngine) => void): void;
  /** It ended by itself: out of memory, a crash. */
  onExit(listener: (reason: string) => void): void;
  /** Ends it at once, whatever it is doing. */
  terminate(): Promise<void>;
}

export type StartEngine = () => EngineWorker;

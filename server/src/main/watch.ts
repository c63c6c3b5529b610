/** What the supervising thread and the reviewing thread share, so that a review that hangs can be told and ended. */
import { hashOf, type ParseGuard } from '../syntax/guardedParser.ts';

/** Given to the reviewing thread when it starts. */
export interface WorkerStart {
  /**
   * Four 32-bit integers: the hash of the text in the parser, 1 while it is there, how many were there so far, and the hash
   * of the URI of the file that is being worked on.
   */
  readonly shared: SharedArrayBuffer;
  /** Hashes of texts that have hung the parser before. */
  readonly refusedTexts: readonly number[];
  /** URIs of files whose review has hung or crashed before, elsewhere than in the parser. */
  readonly refusedFiles: readonly string[];
}

/** Between the threads, beside LSP's own messages. */
export type Heartbeat = { readonly pgreview: 'ping' | 'pong' };

export const isHeartbeat = (message: unknown): message is Heartbeat =>
  typeof message === 'object' && message !== null && 'pgreview' in message;

export interface Guard extends ParseGuard {
  /** Tells which file is being worked on from now. */
  file(uri: string): void;
}

export function createGuard({ shared, refusedTexts }: WorkerStart): Guard {
  const state = new Int32Array(shared);
  const refused = new Set(refusedTexts);
  return {
    begin(sql) {
      const hash = hashOf(sql);
      if (refused.has(hash)) return false;
      Atomics.store(state, 0, hash);
      Atomics.store(state, 1, 1);
      Atomics.add(state, 2, 1);
      return true;
    },
    end() {
      Atomics.store(state, 1, 0);
    },
    file(uri) {
      Atomics.store(state, 3, hashOf(uri));
    },
  };
}

export const sharedBytes = 16;

export interface TextInParser {
  readonly hash: number;
  /** Tells one stay in the parser from another. */
  readonly count: number;
}

/** The text in the parser right now; null when none is. */
export function textInParser(shared: SharedArrayBuffer): TextInParser | null {
  const state = new Int32Array(shared);
  return Atomics.load(state, 1) === 1 ? { hash: Atomics.load(state, 0), count: Atomics.load(state, 2) } : null;
}

/** The one of these files that is being worked on; null when it is none of them. */
export function fileInWork(shared: SharedArrayBuffer, uris: Iterable<string>): string | null {
  const hash = Atomics.load(new Int32Array(shared), 3);
  for (const uri of uris) if (hashOf(uri) === hash) return uri;
  return null;
}

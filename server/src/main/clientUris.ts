/**
 * One file, one URI. Editors write the same file in different ways (`file:///c%3A/a%2Bb.sql`, `file:///C:/a+b.sql`); the server
 * finds files by itself too, and compares URIs as texts. So what comes in is written as Node writes it, and what goes out about
 * a file that the editor has named is written as the editor wrote it.
 */
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Where messages hold URIs; elsewhere a text that looks like one may be anything. */
const keys = new Set(['uri', 'uris', 'rootUri', 'scopeUri', 'oldUri', 'newUri', 'targetUri', 'upTo', 'changed']);
/** Of a command: some of them are URIs. */
const argumentsKey = 'arguments';
/** Objects whose keys are URIs: a workspace edit's. */
const changesKey = 'changes';
/** Never looked into: long, or none of ours. */
const leftAlone = new Set(['text', 'newText', 'capabilities', 'settings']);

/** As many are remembered; an editor names fewer. */
const maxKnown = 100_000;

export class ClientUris {
  readonly #platform: NodeJS.Platform;
  /** As the editor writes it → as the server does. */
  readonly #inside = new Map<string, string>();
  /** The other way round, where they differ. */
  readonly #outside = new Map<string, string>();

  constructor(platform = process.platform) {
    this.#platform = platform;
  }

  /** A message of the editor, as the server takes it. */
  incoming<T>(message: T): T {
    return rewrite(message, (uri) => this.#in(uri)) as T;
  }

  /** A message of the server, as the editor takes it. */
  outgoing<T>(message: T): T {
    return this.#outside.size === 0 ? message : (rewrite(message, (uri) => this.#outside.get(uri) ?? uri) as T);
  }

  #in(uri: string): string {
    let own = this.#inside.get(uri);
    if (own === undefined) {
      own = fileUri(uri, this.#platform);
      if (this.#inside.size >= maxKnown) this.#inside.clear();
      this.#inside.set(uri, own);
      if (own !== uri) this.#outside.set(own, uri);
    }
    return own;
  }
}

/** The URI as Node writes it; as it is where it is no file's. */
export function fileUri(uri: string, platform = process.platform): string {
  if (!/^file:/i.test(uri)) return uri;
  try {
    return uriOf(fileURLToPath(uri, { windows: platform === 'win32' }), platform);
  } catch {
    // no path of this system: a host's, or bytes that are no characters
    return uri;
  }
}

/** Of an absolute path: the one URI that the server knows the file by. */
export const uriOf = (path: string, platform = process.platform): string =>
  pathToFileURL(onePath(path, platform), { windows: platform === 'win32' }).href;

/** Null where the URI is none of a file of this system. */
export function pathOf(uri: string): string | null {
  try {
    return fileURLToPath(uri);
  } catch {
    return null;
  }
}

/**
 * One way to write a path where the system knows several: Windows's drives in lower case, as VS Code has them, and macOS's names
 * in composed characters, which VS Code makes of what is on disk.
 */
export function onePath(path: string, platform = process.platform): string {
  if (platform === 'darwin') return path.normalize('NFC');
  if (platform === 'win32' && /^[A-Z]:/.test(path)) return (path[0] as string).toLowerCase() + path.slice(1);
  return path;
}

type Write = (uri: string) => string;

function rewrite(value: unknown, write: Write): unknown {
  if (Array.isArray(value)) return mapped(value, (item) => rewrite(item, write));
  if (typeof value !== 'object' || value === null) return value;
  let copy: Record<string, unknown> | null = null;
  for (const [key, before] of Object.entries(value)) {
    const after = rewriteMember(key, before, write);
    if (after === before) continue;
    copy ??= { ...value };
    copy[key] = after;
  }
  return copy ?? value;
}

function rewriteMember(key: string, value: unknown, write: Write): unknown {
  if (leftAlone.has(key)) return value;
  const written = (item: unknown): unknown => (typeof item === 'string' ? write(item) : rewrite(item, write));
  if (keys.has(key) || key === argumentsKey) return Array.isArray(value) ? mapped(value, written) : written(value);
  // in a notification of watched files the same word stands for a list
  if (key === changesKey && typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.fromEntries(Object.entries(value).map(([uri, edits]) => [write(uri), edits]));
  return typeof value === 'object' ? rewrite(value, write) : value;
}

/** The same array where nothing changes. */
function mapped(items: readonly unknown[], map: (item: unknown) => unknown): readonly unknown[] {
  let copy: unknown[] | null = null;
  for (const [i, item] of items.entries()) {
    const after = map(item);
    if (after === item) continue;
    copy ??= [...items];
    copy[i] = after;
  }
  return copy ?? items;
}

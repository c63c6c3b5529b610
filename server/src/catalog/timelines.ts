/** For each key the values that statements wrote under it, in the order of the statements. */
import { removed } from './keys.ts';

export interface Writer {
  /** Its place in the row; it may move while nothing is looked up. */
  readonly index: number;
}

interface Version<W extends Writer> {
  readonly writer: W;
  value: unknown;
}

export class Timelines<W extends Writer> {
  readonly #byKey = new Map<string, Version<W>[]>();

  clear(): void {
    this.#byKey.clear();
  }

  keys(): Iterable<string> {
    return this.#byKey.keys();
  }

  write(key: string, writer: W, value: unknown): void {
    const versions = this.#byKey.get(key);
    if (!versions) {
      this.#byKey.set(key, [{ writer, value }]);
      return;
    }
    const at = firstFrom(versions, writer.index);
    const there = versions[at];
    if (there?.writer === writer) there.value = value;
    else versions.splice(at, 0, { writer, value });
  }

  /** What one writer wrote is from now on another's, at the same place. */
  handOver(key: string, from: W, to: W): void {
    const versions = this.#byKey.get(key);
    const at = versions?.findIndex((v) => v.writer === from) ?? -1;
    if (versions && at >= 0) versions[at] = { writer: to, value: versions[at]?.value };
  }

  remove(key: string, writer: W): void {
    const versions = this.#byKey.get(key);
    const at = versions?.findIndex((v) => v.writer === writer) ?? -1;
    if (at >= 0) versions?.splice(at, 1);
  }

  /** The last value written before place `index`; undefined when none was, {@link removed} where it was taken away. */
  lookup(key: string, index: number): unknown {
    const versions = this.#byKey.get(key);
    if (!versions || versions.length === 0) return undefined;
    const at = firstFrom(versions, index) - 1;
    return at < 0 ? undefined : ((versions[at] as Version<W>).value ?? removed);
  }

  /** Up to which place a value written just behind `index` reaches: to the next one that writes the key, who sees it too. */
  reach(key: string, index: number): number {
    const versions = this.#byKey.get(key) ?? [];
    return versions[firstFrom(versions, index + 1)]?.writer.index ?? Number.MAX_SAFE_INTEGER;
  }

  /** Who wrote it last before place `index`. */
  lastWriter(key: string, index: number): W | undefined {
    const versions = this.#byKey.get(key) ?? [];
    return versions[firstFrom(versions, index) - 1]?.writer;
  }

  /** Every value written before place `index` with its writer, the latest first; undefined where it was taken away. */
  *before(key: string, index: number): Generator<{ readonly writer: W; readonly value: unknown }> {
    const versions = this.#byKey.get(key) ?? [];
    for (let at = firstFrom(versions, index) - 1; at >= 0; at--) yield versions[at] as Version<W>;
  }
}

function firstFrom(versions: readonly { readonly writer: Writer }[], index: number): number {
  let low = 0;
  let high = versions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((versions[middle] as { writer: Writer }).writer.index < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

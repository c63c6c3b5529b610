/**
 * A row of statements replayed one after another, kept up to date under edits.
 *
 * Everything known of schema and session is a value under a key. For each key the statements that wrote it form a timeline;
 * what a statement sees is the last value written before it. Each statement's reads are recorded. When statements are
 * added or removed, only the keys whose timeline changed are dirty, and only statements behind the change that read a dirty
 * key are run again; a statement that writes equal values stops the wave. So an edit costs what depends on it, not the file.
 */
import type { Map as ImmutableMap } from 'immutable';
import { type Catalog, emptyCatalog } from './catalog.ts';
import { Heap } from './heap.ts';
import {
  catalogParts,
  everythingKey,
  heldKey,
  listingKey,
  Recorder,
  removed,
  savepointKey,
  sessionKey,
  waitedKey,
} from './recorder.ts';
import { sameValue } from './sameValue.ts';
import type { FinalSchema, SchemaWriter } from './schema.ts';
import { newSession, type Session } from './session.ts';

/** Runs one statement: reads and writes the schema, and gives whatever is to be remembered for it. */
export type Run<S, R> = (statement: S, schema: SchemaWriter) => R;

/** What is to be said of some statements once all have run. */
export interface Conclusions<S, R> {
  concerns(statement: S): boolean;
  /** @param session just before the statement ran */
  draw(statement: S, after: FinalSchema, session: Session): R;
}

interface Entry<S, R> {
  readonly statement: S;
  index: number;
  reads: Set<string>;
  writes: Map<string, unknown>;
  result: R;
  /** Of a statement that conclusions are drawn of: their entry, which stands behind all statements. */
  conclusion: Entry<S, R> | null;
  /** Of such an entry: the statement's. */
  readonly about: Entry<S, R> | null;
}

interface Version<S, R> {
  readonly entry: Entry<S, R>;
  value: unknown;
}

/** Behind every statement: where conclusions are drawn. */
const atTheEnd = Number.MAX_SAFE_INTEGER;

export class Replay<S extends object, R> {
  readonly #run: Run<S, R>;
  readonly #conclusions: Conclusions<S, R> | null;
  #base: Catalog = emptyCatalog;
  #session: Session = newSession('none');
  #entries: Entry<S, R>[] = [];
  /** The statements of the entries: to compare two arrays of pointers is what a key press in a long file costs most. */
  #statements: readonly S[] = [];
  readonly #timelines = new Map<string, Version<S, R>[]>();
  readonly #readers = new Map<string, Set<Entry<S, R>>>();

  /** Keys of the relations in each schema at the end of the row; null until somebody asks. */
  #existing: Map<string, Set<string>> | null = null;

  constructor(run: Run<S, R>, conclusions: Conclusions<S, R> | null = null) {
    this.#run = run;
    this.#conclusions = conclusions;
  }

  /** Starts over when `base` or `session` is another than before; otherwise runs only what the change concerns. */
  update(statements: readonly S[], base: Catalog, session: Session): void {
    if (base !== this.#base || session !== this.#session) {
      this.#base = base;
      this.#session = session;
      this.#entries = [];
      this.#statements = [];
      this.#timelines.clear();
      this.#readers.clear();
      this.#existing = null;
    }
    const old = this.#entries;
    const known = this.#statements;
    this.#statements = statements;
    const shorter = Math.min(known.length, statements.length);
    let first = 0;
    while (first < shorter && known[first] === statements[first]) first++;
    let same = 0;
    while (same < shorter - first && known[known.length - 1 - same] === statements[statements.length - 1 - same])
      same++;
    const lastNew = statements.length - same;
    if (first === lastNew && old.length === statements.length) return;

    const dirty = new Set<string>();
    for (let i = first; i < old.length - same; i++) this.#remove(old[i] as Entry<S, R>, dirty);
    const added: Entry<S, R>[] = [];
    for (let i = first; i < lastNew; i++) {
      const entry = newEntry<S, R>(statements[i] as S, i, null);
      if (this.#conclusions?.concerns(entry.statement)) entry.conclusion = newEntry(entry.statement, atTheEnd, entry);
      added.push(entry);
    }
    this.#entries = old.slice(0, first).concat(added, old.slice(old.length - same));
    for (let i = first; i < this.#entries.length; i++) (this.#entries[i] as Entry<S, R>).index = i;

    const waiting = new Heap<Entry<S, R>>();
    for (const entry of added) {
      waiting.push(entry);
      if (entry.conclusion) waiting.push(entry.conclusion);
    }
    const touched = new Set(dirty);
    dirty.add(everythingKey);
    for (const key of dirty) this.#wake(key, first - 1, waiting);
    let done: Entry<S, R> | null = null;
    let last = waiting.pop();
    for (; last && last.index < atTheEnd; last = waiting.pop()) {
      // woken by several keys
      if (last === done) continue;
      done = last;
      for (const key of this.#evaluate(last)) {
        touched.add(key);
        this.#wake(key, last.index, waiting);
      }
    }
    const concluding = new Set<Entry<S, R>>();
    for (; last; last = waiting.pop()) concluding.add(last);
    for (const key of this.#relist(touched)) for (const reader of this.#readers.get(key) ?? []) concluding.add(reader);
    for (const entry of concluding) this.#evaluate(entry);
  }

  /** What the run of each statement gave, in order. */
  get results(): R[] {
    return this.#entries.map((e) => e.result);
  }

  resultAt(index: number): R {
    return (this.#entries[index] as Entry<S, R>).result;
  }

  /** What was concluded of that statement at the end; undefined where nothing was to be. */
  conclusionAt(index: number): R | undefined {
    return this.#entries[index]?.conclusion?.result;
  }

  /** The schema behind the last statement; costs what the statements have written. */
  catalogAfter(): Catalog {
    let catalog = this.#base;
    for (const [prefix, part] of Object.entries(catalogParts)) {
      const map = (catalog[part] as ImmutableMap<string, unknown>).withMutations((values) => {
        for (const [key, value] of this.#lastWritten(`${prefix} `))
          value === undefined ? values.remove(key) : values.set(key, value);
      });
      if (map !== catalog[part]) catalog = { ...catalog, [part]: map };
    }
    return catalog;
  }

  *#lastWritten(prefix: string): Generator<[string, unknown]> {
    for (const [key, versions] of this.#timelines)
      if (key.startsWith(prefix) && versions.length > 0) yield [key.slice(2), versions.at(-1)?.value];
  }

  #wake(key: string, behind: number, waiting: Heap<Entry<S, R>>): void {
    for (const reader of this.#readers.get(key) ?? []) if (reader.index > behind) waiting.push(reader);
  }

  /** Brings {@link Replay.#existing} up to date. @returns keys of the listings that have changed */
  #relist(touched: Iterable<string>): string[] {
    if (!this.#existing) return [];
    const changed = new Set<string>();
    for (const key of touched) {
      if (!key.startsWith('r ')) continue;
      const relation = key.slice(2);
      const schema = relation.slice(0, relation.indexOf('.'));
      const value = this.#lookup(key, atTheEnd);
      const exists = value === undefined ? this.#base.relations.has(relation) : value !== removed;
      const there = this.#existing.get(schema);
      if (exists === (there?.has(relation) ?? false)) continue;
      changed.add(listingKey(schema));
      if (!exists) there?.delete(relation);
      else if (there) there.add(relation);
      else this.#existing.set(schema, new Set([relation]));
    }
    return [...changed];
  }

  #listing(schema: string): readonly string[] {
    if (!this.#existing) {
      this.#existing = new Map();
      for (const key of this.#base.relations.keys()) this.#relist([`r ${key}`]);
      for (const key of this.#timelines.keys()) this.#relist([key]);
    }
    return [...(this.#existing.get(schema) ?? [])];
  }

  #remove(entry: Entry<S, R>, dirty: Set<string>): void {
    if (entry.conclusion) this.#remove(entry.conclusion, dirty);
    for (const key of entry.reads) this.#readers.get(key)?.delete(entry);
    for (const key of entry.writes.keys()) {
      const versions = this.#timelines.get(key);
      const at = versions?.findIndex((v) => v.entry === entry) ?? -1;
      if (at >= 0) versions?.splice(at, 1);
      dirty.add(key);
    }
  }

  /** Runs one statement anew. @returns the keys for which it now writes another value than before */
  #evaluate(entry: Entry<S, R>): string[] {
    for (const key of entry.reads) this.#readers.get(key)?.delete(entry);
    const before = entry.writes;
    const recorder = new Recorder(
      (key) => this.#lookup(key, entry.index),
      (savepoint) => this.#heldSince(savepoint, entry.index),
      (schema) => this.#listing(schema),
      (prefix) => this.#keysBefore(prefix, entry.index),
      this.#base,
      this.#session,
    );
    entry.result = entry.about ? this.#conclude(entry.about, recorder) : this.#run(entry.statement, recorder);
    entry.reads = recorder.reads;
    entry.writes = recorder.writes;
    for (const key of entry.reads) {
      let readers = this.#readers.get(key);
      if (!readers) {
        readers = new Set();
        this.#readers.set(key, readers);
      }
      readers.add(entry);
    }
    const changed: string[] = [];
    for (const [key, value] of entry.writes) {
      if (before.has(key)) {
        const old = before.get(key);
        if (sameValue(old, value)) {
          entry.writes.set(key, old);
          continue;
        }
      }
      this.#write(key, entry, value);
      changed.push(key);
    }
    for (const key of before.keys()) {
      if (entry.writes.has(key)) continue;
      const versions = this.#timelines.get(key);
      const at = versions?.findIndex((v) => v.entry === entry) ?? -1;
      if (at >= 0) versions?.splice(at, 1);
      changed.push(key);
    }
    return changed;
  }

  #conclude(about: Entry<S, R>, recorder: Recorder): R {
    recorder.reads.add(sessionKey);
    const session = (this.#lookup(sessionKey, about.index) as Session | undefined) ?? this.#session;
    return (this.#conclusions as Conclusions<S, R>).draw(about.statement, recorder, session);
  }

  #write(key: string, entry: Entry<S, R>, value: unknown): void {
    let versions = this.#timelines.get(key);
    if (!versions) {
      versions = [];
      this.#timelines.set(key, versions);
    }
    const at = firstFrom(versions, entry.index);
    const there = versions[at];
    if (there?.entry === entry) there.value = value;
    else versions.splice(at, 0, { entry, value });
  }

  /** The last value written before statement `index`; undefined when none was (the base is the caller's). */
  #lookup(key: string, index: number): unknown {
    const versions = this.#timelines.get(key);
    if (!versions || versions.length === 0) return undefined;
    const at = firstFrom(versions, index) - 1;
    return at < 0 ? undefined : ((versions[at] as Version<S, R>).value ?? removed);
  }

  /** Keys of that prefix under which there is something before statement `index`. Looks at all keys. */
  *#keysBefore(prefix: string, index: number): Generator<string> {
    const part = catalogParts[prefix[0] as keyof typeof catalogParts];
    for (const name of (this.#base[part] as ImmutableMap<string, unknown>).keys()) {
      const key = `${prefix[0]} ${name}`;
      if (key.startsWith(prefix) && this.#lookup(key, index) === undefined) yield key;
    }
    for (const key of this.#timelines.keys()) {
      if (!key.startsWith(prefix)) continue;
      const value = this.#lookup(key, index);
      if (value !== undefined && value !== removed) yield key;
    }
  }

  /**
   * What each key written since then held just before.
   * @param savepoint null: since the open transaction began
   */
  #heldSince(savepoint: string | null, index: number): Map<string, unknown> {
    const first = savepoint === null ? this.#transactionBegan(index) : this.#savepointMade(savepoint, index);
    const held = new Map<string, unknown>();
    for (let i = Math.max(first, 0); i < index; i++)
      for (const key of (this.#entries[i] as Entry<S, R>).writes.keys()) {
        // locks go with the transaction by themselves; a savepoint lets go of those taken since
        if (key === sessionKey || key === waitedKey || key.startsWith('p ') || held.has(key)) continue;
        if (key !== heldKey || savepoint !== null) held.set(key, this.#lookup(key, Math.max(first, 0)));
      }
    return held;
  }

  #transactionBegan(index: number): number {
    const isBegin = (i: number): boolean => {
      const session = (this.#entries[i] as Entry<S, R>).writes.get(sessionKey) as Session | undefined;
      return (
        session?.explicitTransaction === true &&
        (this.#lookup(sessionKey, i) as Session | undefined)?.explicitTransaction !== true
      );
    };
    let begin = index - 1;
    while (begin >= 0 && !isBegin(begin)) begin--;
    return begin;
  }

  #savepointMade(name: string, index: number): number {
    const versions = this.#timelines.get(savepointKey(name)) ?? [];
    return (versions[firstFrom(versions, index) - 1] as Version<S, R>).entry.index;
  }
}

const newEntry = <S, R>(statement: S, index: number, about: Entry<S, R> | null): Entry<S, R> => ({
  statement,
  index,
  reads: new Set(),
  writes: new Map(),
  result: undefined as R,
  conclusion: null,
  about,
});

function firstFrom(versions: readonly { readonly entry: { readonly index: number } }[], index: number): number {
  let low = 0;
  let high = versions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((versions[middle] as { entry: { index: number } }).entry.index < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

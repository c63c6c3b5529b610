/**
 * A row of statements replayed one after another, kept up to date under edits.
 *
 * Everything known of schema and session is a value under a key. For each key the statements that wrote it form a timeline;
 * what a statement sees is the last value written before it. Each statement's reads are recorded. When statements are
 * added or removed, only the keys whose timeline changed are dirty, and only statements behind the change that read a dirty
 * key are run again; a statement that writes equal values stops the wave. So an edit costs what depends on it, not the file.
 */
import { type Catalog, emptyCatalog, type Relation, type Volatility } from './catalog.ts';
import { sameValue } from './sameValue.ts';
import type { SchemaWriter } from './schema.ts';
import { newSession, type Session } from './session.ts';

/** Runs one statement: reads and writes the schema, and gives whatever is to be remembered for it. */
export type Run<S, R> = (statement: S, schema: SchemaWriter) => R;

interface Entry<S, R> {
  readonly statement: S;
  index: number;
  reads: Set<string>;
  writes: Map<string, unknown>;
  result: R;
}

interface Version<S, R> {
  readonly entry: Entry<S, R>;
  value: unknown;
}

const sessionKey = 's';
const waitedKey = 'w';
/** Read by ROLLBACK, which brings back whatever was written since BEGIN: it runs again after every change. */
const everythingKey = '*';

export class Replay<S extends object, R> {
  readonly #run: Run<S, R>;
  #base: Catalog = emptyCatalog;
  #session: Session = newSession('none');
  #entries: Entry<S, R>[] = [];
  /** The statements of the entries: to compare two arrays of pointers is what a key press in a long file costs most. */
  #statements: readonly S[] = [];
  readonly #timelines = new Map<string, Version<S, R>[]>();
  readonly #readers = new Map<string, Set<Entry<S, R>>>();

  constructor(run: Run<S, R>) {
    this.#run = run;
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
    for (let i = first; i < lastNew; i++)
      added.push({
        statement: statements[i] as S,
        index: i,
        reads: new Set(),
        writes: new Map(),
        result: undefined as R,
      });
    this.#entries = old.slice(0, first).concat(added, old.slice(old.length - same));
    for (let i = first; i < this.#entries.length; i++) (this.#entries[i] as Entry<S, R>).index = i;

    const waiting = new Heap<Entry<S, R>>();
    for (const entry of added) waiting.push(entry);
    dirty.add(everythingKey);
    for (const key of dirty) this.#wake(key, first - 1, waiting);
    let done = -1;
    for (let entry = waiting.pop(); entry; entry = waiting.pop()) {
      // woken by several keys
      if (entry.index === done) continue;
      done = entry.index;
      for (const key of this.#evaluate(entry)) this.#wake(key, entry.index, waiting);
    }
  }

  /** What the run of each statement gave, in order. */
  get results(): R[] {
    return this.#entries.map((e) => e.result);
  }

  resultAt(index: number): R {
    return (this.#entries[index] as Entry<S, R>).result;
  }

  /** The session behind the last statement. */
  get sessionAfter(): Session {
    return (this.#lookup(sessionKey, this.#entries.length) as Session | undefined) ?? this.#session;
  }

  /** The schema behind the last statement; costs what the statements have written. */
  catalogAfter(): Catalog {
    let { relations, functions } = this.#base;
    relations = relations.withMutations((map) => {
      for (const [key, value] of this.#lastWritten('r '))
        value === undefined ? map.remove(key) : map.set(key, value as Relation);
    });
    functions = functions.withMutations((map) => {
      for (const [key, value] of this.#lastWritten('f ')) map.set(key, value as Volatility);
    });
    return relations === this.#base.relations && functions === this.#base.functions
      ? this.#base
      : { relations, functions };
  }

  /** Relations that the statements created. */
  createdAfter(): string[] {
    return [...this.#lastWritten('c ')].filter(([, value]) => value === true).map(([key]) => key);
  }

  *#lastWritten(prefix: string): Generator<[string, unknown]> {
    for (const [key, versions] of this.#timelines)
      if (key.startsWith(prefix) && versions.length > 0) yield [key.slice(2), versions.at(-1)?.value];
  }

  #wake(key: string, behind: number, waiting: Heap<Entry<S, R>>): void {
    for (const reader of this.#readers.get(key) ?? []) if (reader.index > behind) waiting.push(reader);
  }

  #remove(entry: Entry<S, R>, dirty: Set<string>): void {
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
      () => this.#sinceTransactionBegan(entry.index),
      this.#base,
      this.#session,
    );
    entry.result = this.#run(entry.statement, recorder);
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

  /** What each key written since the open transaction began held just before it began. */
  #sinceTransactionBegan(index: number): Map<string, unknown> {
    let begin = index - 1;
    const isBegin = (i: number): boolean => {
      const session = (this.#entries[i] as Entry<S, R>).writes.get(sessionKey) as Session | undefined;
      return (
        session?.explicitTransaction === true &&
        (this.#lookup(sessionKey, i) as Session | undefined)?.explicitTransaction !== true
      );
    };
    while (begin >= 0 && !isBegin(begin)) begin--;
    const held = new Map<string, unknown>();
    for (let i = Math.max(begin, 0); i < index; i++)
      for (const key of (this.#entries[i] as Entry<S, R>).writes.keys()) {
        if (key !== sessionKey && key !== waitedKey && !held.has(key))
          held.set(key, this.#lookup(key, Math.max(begin, 0)));
      }
    return held;
  }
}

/** Stands in a timeline for "there is no such thing", as a DROP leaves it. */
const removed = Symbol('removed');

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

class Recorder implements SchemaWriter {
  readonly reads = new Set<string>();
  readonly writes = new Map<string, unknown>();
  readonly #lookup: (key: string) => unknown;
  readonly #sinceBegin: () => Map<string, unknown>;
  readonly #base: Catalog;
  readonly #initial: Session;

  constructor(
    lookup: (key: string) => unknown,
    sinceBegin: () => Map<string, unknown>,
    base: Catalog,
    initial: Session,
  ) {
    this.#lookup = lookup;
    this.#sinceBegin = sinceBegin;
    this.#base = base;
    this.#initial = initial;
  }

  #get<T>(key: string, base: () => T | undefined): T | undefined {
    if (this.writes.has(key)) return this.writes.get(key) as T | undefined;
    this.reads.add(key);
    const value = this.#lookup(key);
    if (value === removed) return undefined;
    return value === undefined ? base() : (value as T);
  }

  get session(): Session {
    return this.#get<Session>(sessionKey, () => this.#initial) as Session;
  }

  get hasWaited(): boolean {
    return this.#get<boolean>(waitedKey, () => false) as boolean;
  }

  relation(key: string): Relation | undefined {
    return this.#get<Relation>(`r ${key}`, () => this.#base.relations.get(key));
  }

  isCreated(key: string): boolean {
    return this.#get<boolean>(`c ${key}`, () => false) as boolean;
  }

  isAddedNotValid(table: string, constraint: string): boolean {
    // which transaction did it: in a later one it no longer counts
    return this.#get<number>(`n ${table} ${constraint}`, () => -1) === this.session.transaction;
  }

  volatilityOf(functionName: string): Volatility | undefined {
    return this.#get<Volatility>(`f ${functionName}`, () => this.#base.functions.get(functionName));
  }

  setSession(change: Partial<Session>): void {
    this.writes.set(sessionKey, { ...this.session, ...change });
  }

  setRelation(relation: Relation): void {
    this.writes.set(`r ${relation.schema}.${relation.name}`, relation);
  }

  removeRelation(key: string): void {
    this.writes.set(`r ${key}`, undefined);
  }

  markCreated(key: string, created: boolean): void {
    this.writes.set(`c ${key}`, created);
  }

  markAddedNotValid(table: string, constraint: string): void {
    this.writes.set(`n ${table} ${constraint}`, this.session.transaction);
  }

  setVolatility(functionName: string, volatility: Volatility): void {
    this.writes.set(`f ${functionName}`, volatility);
  }

  markWaited(): void {
    this.writes.set(waitedKey, true);
  }

  restore(): void {
    this.reads.add(everythingKey);
    for (const [key, value] of this.#sinceBegin()) {
      const base = key.startsWith('r ')
        ? this.#base.relations.get(key.slice(2))
        : key.startsWith('f ')
          ? this.#base.functions.get(key.slice(2))
          : false;
      this.writes.set(key, value === removed ? undefined : (value ?? base));
    }
  }
}

/** A min-heap by index; the same entry may be in it more than once. */
class Heap<T extends { readonly index: number }> {
  readonly #items: T[] = [];

  push(item: T): void {
    const items = this.#items;
    let i = items.push(item) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if ((items[parent] as T).index <= item.index) break;
      items[i] = items[parent] as T;
      i = parent;
    }
    items[i] = item;
  }

  pop(): T | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && (items[child + 1] as T).index < (items[child] as T).index) child++;
      if ((items[child] as T).index >= last.index) break;
      items[i] = items[child] as T;
      i = child;
    }
    items[i] = last;
    return top;
  }
}

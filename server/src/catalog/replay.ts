/**
 * A row of statements replayed one after another, kept up to date under edits.
 *
 * Everything known of schema and session is a value under a key. For each key the statements that wrote it form a timeline;
 * what a statement sees is the last value written before it. Each statement's reads are recorded. When statements are
 * added or removed, only the keys whose timeline changed are dirty, and only statements behind the change that read a dirty
 * key are run again; a statement that writes equal values stops the wave. So an edit costs what depends on it, not the row.
 *
 * What is to be said of a statement is a {@link View}: worked out when somebody asks, and again only when what it read has
 * changed. So a history of hundreds of files costs no more than carrying the schema through it.
 */
import type { Map as ImmutableMap } from 'immutable';
import { type Catalog, emptyCatalog, type Relation } from './catalog.ts';
import { Heap } from './heap.ts';
import {
  allOfKey,
  anySessionKey,
  catalogParts,
  everythingKey,
  heldKey,
  originKey,
  removed,
  savepointKey,
  sessionKey,
  waitedKey,
} from './keys.ts';
import { behindAll, type Entry, Sighting } from './readers.ts';
import { Recorder } from './recorder.ts';
import { sameValue } from './sameValue.ts';
import type { FinalSchema, SchemaWriter, Trial } from './schema.ts';
import { newSession, type Session } from './session.ts';
import { Tallies } from './tallies.ts';
import { Timelines } from './timelines.ts';

/** Carries schema and session over one statement. */
export type Apply<S> = (statement: S, schema: SchemaWriter) => void;

export interface View<S, R> {
  /** `before`: at the schema just before the statement. `end`: at that behind all statements of the row. */
  readonly at: 'before' | 'end';
  /** For other statements the view is undefined. */
  concerns(statement: S): boolean;
  /**
   * What it writes is seen by itself only.
   * @param session just before the statement
   */
  look(statement: S, schema: SchemaWriter & FinalSchema, session: Session): R;
}

export class Replay<S extends object> {
  readonly #apply: Apply<S>;
  readonly #views: readonly View<S, unknown>[];
  #base: Catalog = emptyCatalog;
  #session: Session = newSession('none');
  #entries: Entry<S>[] = [];
  /** By place: whether {@link settle} has been said and holds. Numbers side by side: no entry has to be touched to know. */
  #settled: number[] = [];
  /** The statements of the entries: to compare two arrays of pointers is what a key press in a long file costs most. */
  #statements: readonly S[] = [];
  readonly #timelines = new Timelines<Entry<S>>();
  readonly #readers = new Map<string, Set<Entry<S> | Sighting<S>>>();
  readonly #tallies = new Tallies(
    (relation) => this.#atTheEnd(relation),
    () => this.#relationsEver(),
  );

  /** @param views asked for by their number, see {@link see} */
  constructor(apply: Apply<S>, views: readonly View<S, unknown>[] = []) {
    this.#apply = apply;
    this.#views = views;
  }

  /** Starts over when `base` or `session` is another than before; otherwise runs only what the change concerns. */
  update(statements: readonly S[], base: Catalog, session: Session): void {
    if (base !== this.#base || session !== this.#session) {
      this.#base = base;
      this.#session = session;
      this.#entries = [];
      this.#settled = [];
      this.#statements = [];
      this.#timelines.clear();
      this.#readers.clear();
      this.#tallies.clear();
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
    const gone = old.slice(first, old.length - same);
    const added: Entry<S>[] = [];
    for (let i = first; i < lastNew; i++)
      added.push({ statement: statements[i] as S, index: i, reads: new Set(), writes: new Map(), sightings: [] });
    for (const [i, entry] of gone.entries()) {
      const successor = added[i];
      this.#unread(entry);
      if (successor) this.#handOver(entry, successor);
      else this.#remove(entry, dirty);
    }
    const behind = old.length - same;
    this.#entries = old.slice(0, first).concat(added, old.slice(behind));
    const settled = this.#settled;
    this.#settled = settled.slice(0, first).concat(new Array(added.length).fill(0), settled.slice(behind));
    const moved = gone.length === added.length ? lastNew : this.#entries.length;
    for (let i = first; i < moved; i++) (this.#entries[i] as Entry<S>).index = i;

    const waiting = new Heap<Entry<S>>();
    for (const entry of added) waiting.push(entry);
    const touched = new Set(dirty);
    for (const key of [...dirty]) for (const all of allKeys(key)) dirty.add(all);
    // what is gone stood right before those that stay
    for (const key of dirty) this.#wake(key, lastNew - 1, waiting);
    for (const entry of gone) for (const key of entry.writes.keys()) this.#wake(originKey(key), first - 1, waiting);
    let done: Entry<S> | null = null;
    for (let entry = waiting.pop(); entry; entry = waiting.pop()) {
      // woken by several keys
      if (entry === done) continue;
      done = entry;
      const changed = this.#evaluate(entry);
      for (const key of changed) {
        touched.add(key);
        this.#wake(key, entry.index, waiting);
        // who asks what wrote a key sees writers behind which others stand, too
        this.#wake(originKey(key), entry.index, waiting);
        for (const all of allKeys(key)) this.#wake(all, entry.index, waiting);
      }
    }
    for (const key of this.#tallies.recount(touched))
      for (const reader of this.#readers.get(key) ?? []) if (reader instanceof Sighting) this.#unsettle(reader);
  }

  get length(): number {
    return this.#entries.length;
  }

  /** What the view number `view` is at that statement. */
  see(view: number, index: number): unknown {
    const entry = this.#entries[index] as Entry<S>;
    const known = entry.sightings[view];
    if (known && !known.isStale) return known.result;
    const { at, concerns, look } = this.#views[view] as View<S, unknown>;
    const sighting = known ?? new Sighting(entry, at === 'end');
    entry.sightings[view] = sighting;
    sighting.isStale = false;
    if (!concerns(entry.statement)) return undefined;
    const recorder = this.#recorder(sighting.index, entry.index);
    let { session } = this;
    if (at === 'end') {
      recorder.reads.add(anySessionKey);
      session = (this.#timelines.lookup(sessionKey, entry.index) as Session | undefined) ?? session;
    } else session = recorder.session;
    sighting.result = look(entry.statement, recorder, session);
    this.#setReads(sighting, recorder.reads);
    return sighting.result;
  }

  /**
   * Whoever asks has seen what he wanted of that statement: until one of its views may be another, {@link isSettled} says so. To ask
   * each of 20,000 statements for its views costs more than all else that a key press does.
   */
  settle(index: number): void {
    this.#settled[index] = 1;
  }

  isSettled(index: number): boolean {
    return this.#settled[index] === 1;
  }

  #unsettle(sighting: Sighting<S>): void {
    sighting.isStale = true;
    this.#settled[sighting.place] = 0;
  }

  /** What the views are worked out from besides the schema has changed. */
  forgetViews(): void {
    for (const entry of this.#entries) {
      for (const sighting of entry.sightings) if (sighting) this.#setReads(sighting, new Set());
      entry.sightings.length = 0;
    }
    this.#settled.fill(0);
  }

  /** With which the row began. */
  get session(): Session {
    return this.#session;
  }

  /** The schema just before statement `index`, or behind the last; costs what the statements have written. */
  catalogAt(index = behindAll): Catalog {
    let catalog = this.#base;
    for (const [prefix, part] of Object.entries(catalogParts)) {
      const map = (catalog[part] as ImmutableMap<string, unknown>).withMutations((values) => {
        for (const key of this.#timelines.keys()) {
          if (key[0] !== prefix || key[1] !== ' ') continue;
          const value = this.#timelines.lookup(key, index);
          if (value === removed) values.remove(key.slice(2));
          else if (value !== undefined) values.set(key.slice(2), value);
        }
      });
      if (map !== catalog[part]) catalog = { ...catalog, [part]: map };
    }
    return catalog;
  }

  /** The schema just before statement `index`, to look things up in; what is read is not remembered. */
  schemaAt(index: number): FinalSchema {
    return this.#recorder(index);
  }

  /** As {@link schemaAt}, to run statements over that are no part of the row; what they write is seen there only. */
  trialAt(index: number): Trial {
    return this.#recorder(index);
  }

  /** Which statements wrote that key before place `index`, the latest first; undefined where they took it away. */
  writersOf(key: string, index: number): { readonly statement: S; readonly value: unknown }[] {
    return [...this.#timelines.before(key, index)].map(({ writer, value }) => ({ statement: writer.statement, value }));
  }

  /** The keys that the statements from `from` on, before `to`, have written. */
  keysWritten(from: number, to: number): Set<string> {
    return new Set(this.#entries.slice(from, to).flatMap(({ writes }) => [...writes.keys()]));
  }

  /** @param own place of the statement that looks, where it looks from elsewhere */
  #recorder(index: number, own = index): Recorder {
    return new Recorder(
      (key) => this.#timelines.lookup(key, index),
      (savepoint) => this.#heldSince(savepoint, index),
      (schema, tally) => this.#tallies.outcome(schema, tally),
      (prefix) => this.#keysBefore(prefix, index),
      (key) =>
        [...this.#timelines.before(key, index)].map(({ writer, value }) => ({
          statement: writer.statement,
          value,
          isLater: writer.index > own,
        })),
      this.#base,
      this.#session,
    );
  }

  /**
   * Whoever stands behind place `behind`, as far as a value written there is seen, and has read the key: a statement is run
   * again, a view when it is asked for.
   */
  #wake(key: string, behind: number, waiting: Heap<Entry<S>>): void {
    if (key === sessionKey) this.#wake(anySessionKey, behind, waiting);
    const readers = this.#readers.get(key);
    if (!readers || readers.size === 0) return;
    const last = this.#timelines.reach(key, behind);
    for (const reader of readers) {
      if (reader.index <= behind || reader.index > last) continue;
      if (reader instanceof Sighting) this.#unsettle(reader);
      else waiting.push(reader);
    }
  }

  #setReads(reader: Entry<S> | Sighting<S>, reads: ReadonlySet<string>): void {
    for (const key of reader.reads) if (!reads.has(key)) this.#readers.get(key)?.delete(reader);
    for (const key of reads) {
      let readers = this.#readers.get(key);
      if (!readers) {
        readers = new Set();
        this.#readers.set(key, readers);
      }
      readers.add(reader);
    }
    reader.reads = reads;
  }

  #atTheEnd(relation: string): Relation | undefined {
    const value = this.#timelines.lookup(`r ${relation}`, behindAll);
    if (value === removed) return undefined;
    return value === undefined ? this.#base.relations.get(relation) : (value as Relation);
  }

  /** Whether they are still there or not. */
  *#relationsEver(): Generator<string> {
    yield* this.#base.relations.keys();
    for (const key of this.#timelines.keys()) if (key.startsWith('r ')) yield key.slice(2);
  }

  #unread(entry: Entry<S>): void {
    for (const reader of [entry, ...entry.sightings]) if (reader) this.#setReads(reader, new Set());
  }

  /**
   * An edited statement takes the place of what it was: where it writes the same, nothing behind it is concerned. (Places are
   * compared only when all entries have theirs.)
   */
  #handOver(from: Entry<S>, to: Entry<S>): void {
    to.writes = from.writes;
    for (const key of from.writes.keys()) this.#timelines.handOver(key, from, to);
  }

  #remove(entry: Entry<S>, dirty: Set<string>): void {
    for (const key of entry.writes.keys()) {
      this.#timelines.remove(key, entry);
      dirty.add(key);
    }
  }

  /** Runs one statement anew. @returns the keys for which it now writes another value than before */
  #evaluate(entry: Entry<S>): string[] {
    const before = entry.writes;
    const recorder = this.#recorder(entry.index);
    this.#apply(entry.statement, recorder);
    this.#setReads(entry, recorder.reads);
    entry.writes = recorder.writes;
    const changed: string[] = [];
    for (const [key, value] of entry.writes) {
      if (before.has(key)) {
        const old = before.get(key);
        if (sameValue(old, value)) {
          entry.writes.set(key, old);
          continue;
        }
      }
      this.#timelines.write(key, entry, value);
      changed.push(key);
    }
    for (const key of before.keys()) {
      if (entry.writes.has(key)) continue;
      this.#timelines.remove(key, entry);
      changed.push(key);
    }
    return changed;
  }

  /** Keys of that prefix under which there is something before statement `index`. Looks at all keys. */
  *#keysBefore(prefix: string, index: number): Generator<string> {
    const part = catalogParts[prefix[0] as keyof typeof catalogParts];
    for (const name of (this.#base[part] as ImmutableMap<string, unknown>).keys()) {
      const key = `${prefix[0]} ${name}`;
      if (key.startsWith(prefix) && this.#timelines.lookup(key, index) === undefined) yield key;
    }
    for (const key of this.#timelines.keys()) {
      if (!key.startsWith(prefix)) continue;
      const value = this.#timelines.lookup(key, index);
      if (value !== undefined && value !== removed) yield key;
    }
  }

  /**
   * What each key written since then held just before.
   * @param savepoint null: since the open transaction began
   */
  #heldSince(savepoint: string | null, index: number): Map<string, unknown> {
    const first =
      savepoint === null
        ? this.#transactionBegan(index)
        : (this.#timelines.lastWriter(savepointKey(savepoint), index)?.index ?? index);
    const held = new Map<string, unknown>();
    for (let i = Math.max(first, 0); i < index; i++)
      for (const key of (this.#entries[i] as Entry<S>).writes.keys()) {
        // locks go with the transaction by themselves; a savepoint lets go of those taken since
        if (key === sessionKey || key === waitedKey || key.startsWith('p ') || key.startsWith('u ') || held.has(key))
          continue;
        if (key !== heldKey || savepoint !== null) held.set(key, this.#timelines.lookup(key, Math.max(first, 0)));
      }
    return held;
  }

  #transactionBegan(index: number): number {
    const isBegin = (i: number): boolean => {
      const session = (this.#entries[i] as Entry<S>).writes.get(sessionKey) as Session | undefined;
      return (
        session?.explicitTransaction === true &&
        (this.#timelines.lookup(sessionKey, i) as Session | undefined)?.explicitTransaction !== true
      );
    };
    let begin = index - 1;
    while (begin >= 0 && !isBegin(begin)) begin--;
    return begin;
  }
}

/** Under which a reader of many keys waits for a change of this one. */
const allKeys = (key: string): string[] => [everythingKey, allOfKey(key[0] as string)];

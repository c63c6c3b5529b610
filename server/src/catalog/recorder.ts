/** What one statement reads and writes while it is replayed. */
import type { Map as ImmutableMap } from 'immutable';
import type { Catalog, Doubt, Relation, Volatility } from './catalog.ts';
import type { HeldLock } from './heldLocks.ts';
import {
  allOfKey,
  catalogParts,
  everythingKey,
  heldKey,
  inBase,
  insertsKey,
  originKey,
  removed,
  savepointKey,
  sessionKey,
  tallyKey,
  waitedKey,
} from './keys.ts';
import type { Extension, FunctionDefinition, UserType } from './objects.ts';
import type { RelationVersion, SchemaContents, SchemaWriter, Trial } from './schema.ts';
import { inTransaction, type Session } from './session.ts';
import type { Tally } from './tally.ts';
import { calledFunctions, ownTypes, typeUsers, usersIn } from './users.ts';

interface OfTransaction<T> {
  readonly transaction: string;
  readonly value: T;
}

/** What a statement wrote under a key. */
export interface Written {
  readonly statement: object;
  readonly value: unknown;
  /** It runs behind the statement that is looked at. */
  readonly isLater: boolean;
}

export class Recorder implements Trial {
  readonly reads = new Set<string>();
  readonly writes = new Map<string, unknown>();
  readonly #lookup: (key: string) => unknown;
  readonly #since: (savepoint: string | null) => Map<string, unknown>;
  readonly #tally: <Outcome>(schema: string, tally: Tally<Outcome>) => Outcome;
  readonly #keysBefore: (prefix: string) => Iterable<string>;
  readonly #versions: (key: string) => readonly Written[];
  readonly #base: Catalog;
  readonly #initial: Session;
  #sessionBefore: Session | null = null;

  constructor(
    lookup: (key: string) => unknown,
    since: (savepoint: string | null) => Map<string, unknown>,
    tally: <Outcome>(schema: string, tally: Tally<Outcome>) => Outcome,
    keysBefore: (prefix: string) => Iterable<string>,
    versions: (key: string) => readonly Written[],
    base: Catalog,
    initial: Session,
  ) {
    this.#lookup = lookup;
    this.#since = since;
    this.#tally = tally;
    this.#keysBefore = keysBefore;
    this.#versions = versions;
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

  writtenKeys(): Iterable<string> {
    return this.writes.keys();
  }

  hasWritten(key: string): boolean {
    return this.writes.has(key);
  }

  over(base: Catalog): Catalog {
    let catalog = base;
    for (const [key, value] of this.writes) {
      const part = key[1] === ' ' ? catalogParts[key[0] as keyof typeof catalogParts] : undefined;
      if (!part) continue;
      const values = catalog[part] as ImmutableMap<string, unknown>;
      const name = key.slice(2);
      catalog = { ...catalog, [part]: value === undefined ? values.remove(name) : values.set(name, value) };
    }
    return catalog;
  }

  get session(): Session {
    const written = this.writes.get(sessionKey) as Session | undefined;
    if (written) return written;
    // every rule asks for it
    if (!this.#sessionBefore) {
      this.reads.add(sessionKey);
      this.#sessionBefore = (this.#lookup(sessionKey) as Session | undefined) ?? this.#initial;
    }
    return this.#sessionBefore;
  }

  get #file(): string {
    return this.session.file ?? '';
  }

  /** Tells the transactions of all files of the row apart. */
  get #transaction(): string {
    const { file, transaction } = this.session;
    return `${transaction} ${file ?? ''}`;
  }

  get hasWaited(): boolean {
    return this.#get<string>(waitedKey, () => undefined) === this.#file;
  }

  relation(key: string): Relation | undefined {
    return this.#get<Relation>(`r ${key}`, () => this.#base.relations.get(key));
  }

  versionsOf(key: string): readonly RelationVersion[] {
    this.reads.add(`r ${key}`).add(originKey(`r ${key}`));
    return this.#versions(`r ${key}`).map(({ statement, value, isLater }) => ({
      statement,
      relation: value as Relation | undefined,
      isLater,
    }));
  }

  relationBeforeRow(key: string): Relation | undefined {
    return this.#base.relations.get(key);
  }

  isCreated(key: string): boolean {
    return this.#get<string | null>(`c ${key}`, () => null) === this.#file;
  }

  isAddedNotValid(table: string, constraint: string): boolean {
    // which transaction did it: in a later one it no longer counts
    return this.#get<string>(`n ${table} ${constraint}`, () => undefined) === this.#transaction;
  }

  get heldLocks(): readonly HeldLock[] {
    return this.#ofTransaction<readonly HeldLock[]>(heldKey) ?? [];
  }

  addedEnumValues(type: string): readonly string[] {
    return this.#ofTransaction<readonly string[] | null>(`e ${type}`) ?? [];
  }

  createsEnum(type: string): boolean {
    return this.#ofTransaction<readonly string[] | null>(`e ${type}`) === null;
  }

  /** What the open transaction wrote; undefined for what an earlier one did, and where the files show none. */
  #ofTransaction<T>(key: string): T | undefined {
    const { session } = this;
    if (inTransaction(session) !== true) return undefined;
    const written = this.#get<OfTransaction<T>>(key, () => undefined);
    return written?.transaction === this.#transaction ? written.value : undefined;
  }

  #setOfTransaction(key: string, value: unknown): void {
    this.writes.set(key, { transaction: this.#transaction, value } satisfies OfTransaction<unknown>);
  }

  volatilityOf(functionName: string): Volatility | undefined {
    return this.#get<Volatility>(`v ${functionName}`, () => this.#base.volatilities.get(functionName));
  }

  type(key: string): UserType | undefined {
    return this.#get<UserType>(`t ${key}`, () => this.#base.types.get(key));
  }

  functions(name: string): readonly FunctionDefinition[] {
    return this.#get<readonly FunctionDefinition[]>(`f ${name}`, () => this.#base.functions.get(name)) ?? [];
  }

  extension(name: string): Extension | undefined {
    return this.#get<Extension>(`x ${name}`, () => this.#base.extensions.get(name));
  }

  hasNamespace(name: string): boolean {
    return this.#get<true>(`m ${name}`, () => this.#base.namespaces.get(name)) === true;
  }

  doubts(doubt: Doubt): boolean {
    return this.#get<true>(`u ${doubt}`, () => this.#base.doubts.get(doubt)) === true;
  }

  tally<Outcome>(schema: string, tally: Tally<Outcome>): Outcome {
    this.reads.add(tallyKey(schema, tally));
    return this.#tally(schema, tally);
  }

  contentsOf(schema: string | null): SchemaContents {
    const keys = (prefix: string, within: string): string[] => {
      this.reads.add(allOfKey(prefix));
      const found = new Set([...this.#keysBefore(`${prefix} ${within}`)]);
      for (const [key, value] of this.writes)
        if (key.startsWith(`${prefix} ${within}`)) value === undefined ? found.delete(key) : found.add(key);
      return [...found].map((key) => key.slice(2)).sort();
    };
    const within = schema === null ? '' : `${schema}.`;
    const isThere = (name: string): boolean => schema === null || this.functions(name).some((f) => f.schema === schema);
    return {
      get relations() {
        return keys('r', within);
      },
      get types() {
        return keys('t', within);
      },
      get functions() {
        return keys('f', '').filter(isThere);
      },
    };
  }

  relationsWithType(name: string): readonly string[] {
    return this.#get<readonly string[]>(`y ${name}`, () => typeUsers(this.#base).get(name)) ?? [];
  }

  relationsWithTriggerOf(functionName: string): readonly string[] {
    const inBase = () => usersIn(this.#base, 'triggers', calledFunctions).get(functionName);
    return this.#get<readonly string[]>(`z ${functionName}`, inBase) ?? [];
  }

  setSession(change: Partial<Session>): void {
    this.writes.set(sessionKey, { ...this.session, ...change });
  }

  tablesWithConstraint(key: string): readonly string[] {
    return this.#get<readonly string[]>(`k ${key}`, () => this.#base.constraintNames.get(key)) ?? [];
  }

  setRelation(relation: Relation): void {
    const key = `${relation.schema}.${relation.name}`;
    this.#noteConstraints(key, this.relation(key), relation);
    this.#noteUses(key, this.relation(key), relation);
    this.writes.set(`r ${key}`, relation);
  }

  removeRelation(key: string): void {
    this.#noteConstraints(key, this.relation(key), undefined);
    this.#noteUses(key, this.relation(key), undefined);
    this.writes.set(`r ${key}`, undefined);
  }

  takeBackRelation(key: string): void {
    this.writes.delete(`r ${key}`);
  }

  /** Which relations have a column of a type, or a trigger that calls a function: by bare names. */
  #noteUses(key: string, before: Relation | undefined, after: Relation | undefined): void {
    if (before?.columns !== after?.columns)
      this.#noteUsers('y', key, ownTypes(before), ownTypes(after), (name) => this.relationsWithType(name));
    if (before?.triggers !== after?.triggers)
      this.#noteUsers('z', key, calledFunctions(before), calledFunctions(after), (name) =>
        this.relationsWithTriggerOf(name),
      );
  }

  #noteUsers(
    prefix: string,
    key: string,
    old: ReadonlySet<string>,
    now: ReadonlySet<string>,
    users: (name: string) => readonly string[],
  ): void {
    if (old.size === 0 && now.size === 0) return;
    for (const name of new Set([...old, ...now])) {
      if (old.has(name) === now.has(name)) continue;
      const others = users(name).filter((relation) => relation !== key);
      this.writes.set(`${prefix} ${name}`, now.has(name) ? [...others, key].sort() : others);
    }
  }

  #noteConstraints(key: string, before: Relation | undefined, after: Relation | undefined): void {
    const [old = [], now = []] = [before?.constraints, after?.constraints];
    if (old === now) return;
    const schema = (after ?? before)?.schema ?? '';
    const note = (name: string, isThere: boolean): void => {
      const named = `${schema}.${name}`;
      const others = this.tablesWithConstraint(named).filter((table) => table !== key);
      const tables = isThere ? [...others, key].sort() : others;
      this.writes.set(`k ${named}`, tables.length > 0 ? tables : undefined);
    };
    for (const { name } of old) if (name !== null && !now.some((c) => c.name === name)) note(name, false);
    for (const { name } of now) if (name !== null && !old.some((c) => c.name === name)) note(name, true);
  }

  markCreated(key: string, created: boolean): void {
    this.writes.set(`c ${key}`, created ? this.#file : null);
  }

  markAddedNotValid(table: string, constraint: string): void {
    this.writes.set(`n ${table} ${constraint}`, this.#transaction);
  }

  setVolatility(functionName: string, volatility: Volatility): void {
    this.writes.set(`v ${functionName}`, volatility);
  }

  setType(type: UserType): void {
    this.writes.set(`t ${type.schema}.${type.name}`, type);
  }

  removeType(key: string): void {
    this.writes.set(`t ${key}`, undefined);
  }

  setFunctions(name: string, functions: readonly FunctionDefinition[]): void {
    this.writes.set(`f ${name}`, functions.length > 0 ? functions : undefined);
  }

  setExtension(extension: Extension): void {
    this.writes.set(`x ${extension.name}`, extension);
  }

  removeExtension(name: string): void {
    this.writes.set(`x ${name}`, undefined);
  }

  setNamespace(name: string, exists: boolean): void {
    this.writes.set(`m ${name}`, exists ? true : undefined);
  }

  markDoubt(doubt: Doubt): void {
    if (!this.doubts(doubt)) this.writes.set(`u ${doubt}`, true);
  }

  doubting(run: () => void): void {
    const before = new Map(this.writes);
    run();
    for (const [key, value] of [...this.writes])
      if (/^[rt] /.test(key) && (!before.has(key) || before.get(key) !== value)) this.markDoubt(`of ${key.slice(2)}`);
  }

  get insertRun(): SchemaWriter['insertRun'] {
    return this.#get<SchemaWriter['insertRun']>(insertsKey, () => null) ?? null;
  }

  setInsertRun(run: SchemaWriter['insertRun']): void {
    this.writes.set(insertsKey, run ?? undefined);
  }

  markWaited(): void {
    this.writes.set(waitedKey, this.#file);
  }

  setHeldLocks(locks: readonly HeldLock[]): void {
    this.#setOfTransaction(heldKey, locks);
  }

  setAddedEnumValues(type: string, values: readonly string[] | null): void {
    this.#setOfTransaction(`e ${type}`, values);
  }

  markSavepoint(name: string): void {
    this.writes.set(savepointKey(name), this.#transaction);
  }

  restore(savepoint?: string): void {
    this.reads.add(everythingKey);
    if (savepoint !== undefined) {
      if (this.#get<string>(savepointKey(savepoint), () => undefined) !== this.#transaction) return;
    }
    for (const [key, value] of this.#since(savepoint ?? null)) {
      this.writes.set(key, value === removed ? undefined : (value ?? inBase(this.#base, key)));
    }
  }
}

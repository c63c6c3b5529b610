/** What one statement reads and writes while it is replayed. */
import type { Catalog, Relation, Volatility } from './catalog.ts';
import type { Extension, FunctionDefinition, UserType } from './objects.ts';
import type { FinalSchema, SchemaWriter } from './schema.ts';
import type { Session } from './session.ts';

export const sessionKey = 's';
export const waitedKey = 'w';
/** Read by ROLLBACK, which brings back whatever was written since BEGIN: it runs again after every change. */
export const everythingKey = '*';
/** Which relations a schema has at the end of the row. */
export const listingKey = (schema: string): string => `l ${schema}`;

/** Stands in a timeline for "there is no such thing", as a DROP leaves it. */
export const removed = Symbol('removed');

/** The parts of a catalog by the prefix of their keys. */
export const catalogParts = {
  r: 'relations',
  v: 'volatilities',
  f: 'functions',
  t: 'types',
  x: 'extensions',
  m: 'namespaces',
} as const satisfies Record<string, keyof Catalog>;

/** What the base holds under a key of the replay. */
export function inBase(base: Catalog, key: string): unknown {
  const part = catalogParts[key[0] as keyof typeof catalogParts] as keyof Catalog | undefined;
  return part ? base[part].get(key.slice(2)) : undefined;
}

export class Recorder implements SchemaWriter, FinalSchema {
  readonly reads = new Set<string>();
  readonly writes = new Map<string, unknown>();
  readonly #lookup: (key: string) => unknown;
  readonly #sinceBegin: () => Map<string, unknown>;
  readonly #listing: (schema: string) => readonly string[];
  readonly #base: Catalog;
  readonly #initial: Session;

  constructor(
    lookup: (key: string) => unknown,
    sinceBegin: () => Map<string, unknown>,
    listing: (schema: string) => readonly string[],
    base: Catalog,
    initial: Session,
  ) {
    this.#lookup = lookup;
    this.#sinceBegin = sinceBegin;
    this.#listing = listing;
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

  relationsIn(schema: string): readonly string[] {
    this.reads.add(listingKey(schema));
    return this.#listing(schema);
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

  markWaited(): void {
    this.writes.set(waitedKey, true);
  }

  restore(): void {
    this.reads.add(everythingKey);
    for (const [key, value] of this.#sinceBegin()) {
      this.writes.set(key, value === removed ? undefined : (value ?? inBase(this.#base, key)));
    }
  }
}

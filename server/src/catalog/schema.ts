/**
 * How statements and rules look at the schema and the session at one point of a replay, and how a statement changes them.
 * Everything known is a value under a key; whoever asks is remembered as a reader of that key, so that a change upstream
 * concerns only those who had read what changed.
 */
import type { Catalog, Doubt, Relation, Volatility } from './catalog.ts';
import type { HeldLock } from './heldLocks.ts';
import type { Extension, FunctionDefinition, UserType } from './objects.ts';
import type { Session } from './session.ts';
import type { Tally } from './tally.ts';

/** What a statement made of a relation. */
export interface RelationVersion {
  /** Of the row that is replayed. */
  readonly statement: object;
  /** Undefined where it is gone. */
  readonly relation: Relation | undefined;
  /** It runs behind the statement that is looked at: only at the end of the row such are told. */
  readonly isLater: boolean;
}

export interface SchemaReader {
  /**
   * What earlier statements of the row made of a relation, the latest first: who created it, who dropped it, or a column of
   * it. What came before the row is not told.
   * @param key `schema.name`
   */
  versionsOf(key: string): readonly RelationVersion[];
  /** As it was before the first statement of the row. @param key `schema.name` */
  relationBeforeRow(key: string): Relation | undefined;
  /** Settings of the session and its transaction. */
  readonly session: Session;
  /** @param key `schema.name` */
  relation(key: string): Relation | undefined;
  /** Keys of the relations with a column whose type has that bare name; not for the most common types of Postgres itself. */
  relationsWithType(name: string): readonly string[];
  /** Keys of the relations with a trigger that calls a function of that bare name. */
  relationsWithTriggerOf(functionName: string): readonly string[];
  /** @param key `schema.name` of a type that the files create */
  type(key: string): UserType | undefined;
  /** The functions of that bare name that the files create, in any schema. */
  functions(name: string): readonly FunctionDefinition[];
  extension(name: string): Extension | undefined;
  /** Whether the files create that schema. */
  hasNamespace(name: string): boolean;
  /** Whether statements before leave that uncertain. */
  doubts(doubt: Doubt): boolean;
  /**
   * What the files know to be in a schema just now, or in all (null). Who asks for a part is run again after every change
   * of one of that kind: for rare statements only (DROP SCHEMA), and once something is found to be wrong.
   */
  contentsOf(schema: string | null): SchemaContents;
  /** Whether this file itself created the relation: it is empty, or unknown to anybody else. */
  isCreated(key: string): boolean;
  /** Whether the open transaction added this constraint NOT VALID. */
  isAddedNotValid(table: string, constraint: string): boolean;
  /** The weakest promise of all functions of that bare name that the files create; undefined if they create none. */
  volatilityOf(functionName: string): Volatility | undefined;
  /** Whether a statement before has waited for a strong lock on an existing table with no lock_timeout set. */
  readonly hasWaited: boolean;
  /**
   * The locks that the open transaction has taken so far on relations in use so that their writers or readers wait, in the
   * order in which it took them; the first few of them. Empty where the files show no transaction.
   */
  readonly heldLocks: readonly HeldLock[];
  /**
   * The INSERTs of one row each that come right before: into which table and columns, and how many, counted no further than
   * rules ask. Null where the statement before was none.
   */
  readonly insertRun: { readonly into: string; readonly count: number } | null;
  /** Values that the open transaction has added to an enum type which it did not create: they cannot be used in it. */
  addedEnumValues(type: string): readonly string[];
  /** Whether the open transaction created that enum type. */
  createsEnum(type: string): boolean;
}

/** The schema behind all statements. */
export interface FinalSchema extends SchemaReader {
  /** Counted over the relations of a schema. */
  tally<Outcome>(schema: string, tally: Tally<Outcome>): Outcome;
}

export interface SchemaContents {
  /** Keys. */
  readonly relations: readonly string[];
  /** Keys. */
  readonly types: readonly string[];
  /** Bare names; functions of other schemas may have them too. */
  readonly functions: readonly string[];
}

export interface SchemaWriter extends SchemaReader {
  /**
   * Keys of the tables that have a constraint of that name, which {@link setRelation} keeps up to date.
   * @param key `schema.constraint`
   */
  tablesWithConstraint(key: string): readonly string[];
  markDoubt(doubt: Doubt): void;
  /** What `run` creates, changes or drops may not happen. */
  doubting(run: () => void): void;
  setSession(change: Partial<Session>): void;
  setRelation(relation: Relation): void;
  removeRelation(key: string): void;
  /** As if this statement had not set it. */
  takeBackRelation(key: string): void;
  markCreated(key: string, created: boolean): void;
  markAddedNotValid(table: string, constraint: string): void;
  setType(type: UserType): void;
  removeType(key: string): void;
  setFunctions(name: string, functions: readonly FunctionDefinition[]): void;
  setExtension(extension: Extension): void;
  removeExtension(name: string): void;
  setNamespace(name: string, exists: boolean): void;
  setVolatility(functionName: string, volatility: Volatility): void;
  setInsertRun(run: SchemaReader['insertRun']): void;
  markWaited(): void;
  /** What {@link SchemaReader.heldLocks} is from here on, until the open transaction ends. */
  setHeldLocks(locks: readonly HeldLock[]): void;
  /** @param values null: the open transaction created the type, so that values may be added and used */
  setAddedEnumValues(type: string, values: readonly string[] | null): void;
  /** SAVEPOINT, for {@link restore}. */
  markSavepoint(name: string): void;
  /**
   * ROLLBACK: everything is again as it was just after the BEGIN that `session.transaction` counts from, or just after the
   * transaction's last savepoint of that name.
   */
  restore(savepoint?: string): void;
}

/** A schema to run statements over that are no part of the row. */
export interface Trial extends SchemaWriter, FinalSchema {
  /** Of everything written so far, as the replay names it. */
  writtenKeys(): Iterable<string>;
  hasWritten(key: string): boolean;
  /** The catalog with all that was written since. @param base the catalog where the trial began */
  over(base: Catalog): Catalog;
}

/** Gathers what one statement does, relation by relation, and what about it the files do not tell. */
import type { Node, RangeVar } from '@pgsql/types';
import type { Relation } from '../../catalog/catalog.ts';
import { rangeVarKey } from '../../catalog/names.ts';
import type { SchemaReader } from '../../catalog/schema.ts';
import { walk } from '../../syntax/walk.ts';

/** From weak to strong: each mode conflicts with at least as many others as the one before. */
export const lockModes = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
] as const;
/** A table-level lock by its name in `pg_locks`. */
export type LockMode = (typeof lockModes)[number];

export class EffectsCollector {
  readonly schema: SchemaReader;
  readonly targetVersion: number;
  readonly #locks = new Map<string, LockMode>();
  readonly #rewrites = new Set<string>();
  readonly #scans = new Set<string>();
  transaction = true;
  certain = true;

  constructor(schema: SchemaReader, targetVersion: number) {
    this.schema = schema;
    this.targetVersion = targetVersion;
  }

  get locks(): { relation: string; mode: LockMode }[] {
    return [...this.#locks].sort(([a], [b]) => (a < b ? -1 : 1)).map(([relation, mode]) => ({ relation, mode }));
  }

  get rewrites(): string[] {
    return [...this.#rewrites].sort();
  }

  get scans(): string[] {
    return [...this.#scans].sort();
  }

  keyOf(relation: RangeVar | undefined): string {
    return rangeVarKey(relation, this.schema.session.schema);
  }

  /** What the files know of it; that it is not all (or nothing) is noted. */
  known(key: string): Relation | undefined {
    const relation = this.schema.relation(key);
    if (!relation?.complete) this.unsure();
    return relation;
  }

  unsure(): void {
    this.certain = false;
  }

  /** The strongest mode stays. A temporary table is nobody else's business. */
  lock(key: string, mode: LockMode): void {
    if (this.schema.relation(key)?.temporary) return;
    const held = this.#locks.get(key);
    if (!held || lockModes.indexOf(mode) > lockModes.indexOf(held)) this.#locks.set(key, mode);
  }

  scan(keys: readonly string[]): void {
    for (const key of keys) if (!this.schema.relation(key)?.temporary) this.#scans.add(key);
  }

  /** To write a table anew is to read the old one from end to end. */
  rewrite(keys: readonly string[]): void {
    for (const key of keys) if (!this.schema.relation(key)?.temporary) this.#rewrites.add(key);
    this.scan(keys);
  }

  /** New storage for what is not read. */
  renew(keys: readonly string[]): void {
    for (const key of keys) if (!this.schema.relation(key)?.temporary) this.#rewrites.add(key);
  }

  /** The table and, when it is partitioned, all partitions below it. */
  tree(key: string): string[] {
    const keys = [key];
    for (const partition of this.schema.relation(key)?.partitions ?? [])
      if (this.schema.relation(partition)) keys.push(...this.tree(partition));
      else this.unsure();
    return keys;
  }

  /** Those of {@link tree} that hold rows. A table that the files do not know counts as an ordinary one. */
  leaves(key: string): string[] {
    return this.tree(key).filter((k) => this.schema.relation(k)?.kind !== 'partitioned');
  }

  lockTree(key: string, mode: LockMode): void {
    for (const k of this.tree(key)) this.lock(k, mode);
  }

  /**
   * Locks a table that is named, with its partitions unless it says ONLY. Of tables that inherit from it the catalog knows
   * only that there are some.
   */
  lockNamed(relation: RangeVar | undefined, mode: LockMode): string {
    const key = this.keyOf(relation);
    const table = this.known(key);
    if (!relation?.inh) this.lock(key, mode);
    else {
      if (table?.inherited) this.unsure();
      this.lockTree(key, mode);
    }
    return key;
  }

  /** Relations that a query or an expression with subqueries reads. Not those behind views: only execution locks them. */
  lockRead(query: unknown, mode: LockMode = 'AccessShareLock'): void {
    const withNames = new Set<string>();
    walk(query, (type, node) => {
      if (type === 'CommonTableExpr') withNames.add((node as { ctename?: string }).ctename ?? '');
    });
    walk(query, (type, node) => {
      if (type !== 'RangeVar') return;
      const relation = node as RangeVar;
      const key = this.keyOf(relation);
      if (!relation.schemaname && withNames.has(relation.relname ?? '')) {
        if (this.schema.relation(key)) this.unsure();
        return;
      }
      if (!this.schema.relation(key)) this.unsure();
      this.lock(key, mode);
    });
  }
}

export const rangeVars = (nodes: readonly Node[] | undefined): RangeVar[] =>
  (nodes ?? []).flatMap((node) => ('RangeVar' in node ? [node.RangeVar] : []));

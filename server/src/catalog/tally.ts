/** Counts over all relations of a schema, kept up to date relation by relation. */
import type { Relation } from './catalog.ts';

export interface Tally {
  /** Tells it from the others. */
  readonly name: string;
  /** What the relation counts as; nothing for one that does not count. */
  countsAs(relation: Relation): readonly string[];
}

/** How many relations count as each. */
export type Counts = Readonly<Record<string, number>>;

/** The counts of one tally in one schema. */
export class Counter {
  readonly tally: Tally;
  readonly schema: string;
  readonly #byRelation = new Map<string, readonly string[]>();
  #counts: Record<string, number> = {};

  constructor(tally: Tally, schema: string) {
    this.tally = tally;
    this.schema = schema;
  }

  get counts(): Counts {
    return this.#counts;
  }

  /**
   * @param relation as it is now; undefined when it is gone
   * @returns whether a count has changed
   */
  note(key: string, relation: Relation | undefined): boolean {
    const before = this.#byRelation.get(key) ?? [];
    const now = relation ? this.tally.countsAs(relation) : [];
    if (before.join() === now.join()) return false;
    const counts = { ...this.#counts };
    for (const name of before) counts[name] = (counts[name] ?? 0) - 1;
    for (const name of now) counts[name] = (counts[name] ?? 0) + 1;
    this.#counts = counts;
    if (now.length > 0) this.#byRelation.set(key, now);
    else this.#byRelation.delete(key);
    return true;
  }
}

/** @param schema of the relations that count */
export function countsOf(relations: Iterable<readonly [string, Relation]>, schema: string, tally: Tally): Counts {
  const counter = new Counter(tally, schema);
  for (const [key, relation] of relations) if (relation.schema === schema) counter.note(key, relation);
  return counter.counts;
}

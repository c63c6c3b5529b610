/** Counts over all relations of a schema, kept up to date relation by relation. */
import type { Relation } from './catalog.ts';
import { sameValue } from './sameValue.ts';

export interface Tally<Outcome = unknown> {
  /** Tells it from the others. */
  readonly name: string;
  /** What the relation counts as; nothing for one that does not count. */
  countsAs(relation: Relation): readonly string[];
  /** What the counts come to: who has asked is only asked to look again when that changes. */
  outcomeOf(counts: Counts): Outcome;
}

/** How many relations count as each. */
export type Counts = Readonly<Record<string, number>>;

/** The counts of one tally in one schema. */
export class Counter<Outcome = unknown> {
  readonly tally: Tally<Outcome>;
  readonly schema: string;
  readonly #byRelation = new Map<string, readonly string[]>();
  readonly #counts: Record<string, number> = {};
  #outcome: Outcome;

  constructor(tally: Tally<Outcome>, schema: string) {
    this.tally = tally;
    this.schema = schema;
    this.#outcome = tally.outcomeOf(this.#counts);
  }

  get outcome(): Outcome {
    return this.#outcome;
  }

  /**
   * @param relation as it is now; undefined when it is gone
   * @returns whether a count has changed
   */
  note(key: string, relation: Relation | undefined): boolean {
    const before = this.#byRelation.get(key) ?? [];
    const now = relation ? this.tally.countsAs(relation) : [];
    if (before.join() === now.join()) return false;
    const counts = this.#counts;
    for (const name of before) counts[name] = (counts[name] ?? 0) - 1;
    for (const name of now) counts[name] = (counts[name] ?? 0) + 1;
    if (now.length > 0) this.#byRelation.set(key, now);
    else this.#byRelation.delete(key);
    return true;
  }

  /** Works the outcome out anew. @returns whether it is another than before */
  settle(): boolean {
    const outcome = this.tally.outcomeOf(this.#counts);
    if (sameValue(outcome, this.#outcome)) return false;
    this.#outcome = outcome;
    return true;
  }
}

/** @param schema of the relations that count */
export function outcomeIn<Outcome>(
  relations: Iterable<readonly [string, Relation]>,
  schema: string,
  tally: Tally<Outcome>,
): Outcome {
  const counter = new Counter(tally, schema);
  for (const [key, relation] of relations) if (relation.schema === schema) counter.note(key, relation);
  counter.settle();
  return counter.outcome;
}

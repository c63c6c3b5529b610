/** The tallies of a row of statements: of what each schema has behind the last one. */
import type { Relation } from './catalog.ts';
import { tallyKey } from './keys.ts';
import { Counter, type Tally } from './tally.ts';

export class Tallies {
  /** Only those that somebody has asked for, by {@link tallyKey}. */
  readonly #counters = new Map<string, Counter>();
  readonly #atTheEnd: (relation: string) => Relation | undefined;
  readonly #relations: () => Iterable<string>;

  /**
   * @param atTheEnd a relation by its key, behind the last statement
   * @param relations the keys of all that are or have been there
   */
  constructor(atTheEnd: (relation: string) => Relation | undefined, relations: () => Iterable<string>) {
    this.#atTheEnd = atTheEnd;
    this.#relations = relations;
  }

  clear(): void {
    this.#counters.clear();
  }

  outcome<Outcome>(schema: string, tally: Tally<Outcome>): Outcome {
    const key = tallyKey(schema, tally);
    let counter = this.#counters.get(key);
    if (!counter) {
      counter = new Counter(tally, schema);
      this.#counters.set(key, counter);
      for (const relation of this.#relations())
        if (schemaOf(relation) === schema) counter.note(relation, this.#atTheEnd(relation));
      counter.settle();
    }
    return counter.outcome as Outcome;
  }

  /** @returns keys of the tallies that have another outcome since these keys of the replay were written */
  recount(touched: Iterable<string>): string[] {
    if (this.#counters.size === 0) return [];
    const changed = new Set<Counter>();
    for (const key of touched) {
      if (!key.startsWith('r ')) continue;
      const relation = key.slice(2);
      const schema = schemaOf(relation);
      for (const counter of this.#counters.values())
        if (counter.schema === schema && counter.note(relation, this.#atTheEnd(relation))) changed.add(counter);
    }
    return [...changed].filter((c) => c.settle()).map(({ schema, tally }) => tallyKey(schema, tally));
  }
}

const schemaOf = (relation: string): string => relation.slice(0, relation.indexOf('.'));

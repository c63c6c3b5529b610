/** Who reads what the replay holds: the statements, and those who look at one. */

/** Someone who has read values under keys, and is concerned when they change. */
export interface Reader {
  /** Its place in the row: it sees what was written before. */
  readonly index: number;
  reads: ReadonlySet<string>;
}

export interface Entry<S> extends Reader {
  readonly statement: S;
  index: number;
  writes: Map<string, unknown>;
  /** By the number of the view; only those that somebody asked for. */
  readonly sightings: (Sighting<S> | undefined)[];
}

export class Sighting<S> implements Reader {
  readonly #of: Entry<S>;
  readonly #atTheEnd: boolean;
  reads: ReadonlySet<string> = new Set();
  isStale = true;
  result: unknown;

  constructor(of: Entry<S>, atTheEnd: boolean) {
    this.#of = of;
    this.#atTheEnd = atTheEnd;
  }

  get index(): number {
    return this.#atTheEnd ? behindAll : this.place;
  }

  /** Its statement's place in the row. */
  get place(): number {
    return this.#of.index;
  }
}

/** The place of who looks at the schema behind all statements. */
export const behindAll = Number.MAX_SAFE_INTEGER;

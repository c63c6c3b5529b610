/** Settings and psql features under which text that looks broken may be right: there nothing is claimed. */
import type { Statement } from '../syntax/statement.ts';

export class Quirks {
  #conditions = 0;
  #backslashes = false;

  /**
   * Takes the notable statements in order, and any other that is to be judged.
   * @returns whether its syntax is not to be judged
   */
  hides(statement: Statement): boolean {
    const inside = this.#conditions > 0;
    // psql's \if … \endif
    this.#conditions = Math.max(0, this.#conditions + statement.conditions);
    if (statement.notable && statement.setsBackslashes)
      this.#backslashes = /\b(?:off|false|no|0)\b/i.test(statement.body);
    return inside || this.#conditions > 0 || this.#backslashes;
  }
}

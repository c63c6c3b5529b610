/** Settings and psql features under which text that looks broken may be right: there nothing is claimed. */
import type { Statement } from '../syntax/statement.ts';

export class Quirks {
  #conditions = 0;
  #backslashes = false;

  /** Takes the statements one after another. @returns whether this one's syntax is not to be judged */
  hides(statement: Statement): boolean {
    const inside = this.#conditions > 0;
    // psql's \if … \endif
    this.#conditions = Math.max(0, this.#conditions + statement.conditions);
    const { parsed } = statement;
    if (
      parsed.kind === 'tree' &&
      'VariableSetStmt' in parsed.node &&
      parsed.node.VariableSetStmt.name === 'standard_conforming_strings'
    )
      this.#backslashes = /\b(?:off|false|no|0)\b/i.test(statement.body);
    return inside || this.#conditions > 0 || this.#backslashes;
  }
}

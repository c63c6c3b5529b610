/** Parses `SELECT value` where exactly one value may stand, such as behind RETURN, := or IF. */
import type { ParseOutcome, Parser, PlpgsqlOutcome } from '../parser.ts';

export class ValueParser implements Parser {
  readonly #parser: Parser;

  constructor(parser: Parser) {
    this.#parser = parser;
  }

  parse(sql: string): ParseOutcome {
    const outcome = this.#parser.parse(sql);
    if (outcome.kind !== 'tree') return outcome;
    const [first, second] = outcome.stmts;
    const node = first?.stmt;
    const targets = node && 'SelectStmt' in node ? node.SelectStmt.targetList : undefined;
    if (targets?.length === 1 && !second) return outcome;
    const next = targets?.[1];
    const offset = second?.stmt_location ?? (next && 'ResTarget' in next ? next.ResTarget.location : undefined) ?? 0;
    return { kind: 'error', message: 'syntax error: more than one value', offset };
  }

  parsePlpgsql(sql: string): PlpgsqlOutcome {
    return this.#parser.parsePlpgsql(sql);
  }
}

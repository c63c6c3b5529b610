/** What the writers of operations share: arguments by name, and parts of statements. */
import type { Span } from '../../syntax/tokens.ts';
import { given } from './columns.ts';
import { NotEvaluable, type Part } from './generated.ts';
import { stringLiteral, tableName } from './identifiers.ts';
import type { Operation } from './interpreter.ts';
import type { Naming } from './naming.ts';
import type { Value } from './values.ts';

/** What earlier operations of the same function have made (an enum type is created once), and how names are made. */
export interface Made {
  readonly enums: Set<string>;
  /** Whether the operation at hand asked for these. */
  asked: boolean;
  readonly naming: Naming;
}

export type Writer = (operation: Operation, made: Made) => Part[][];

/** The arguments of an operation by name, whether given by place or by keyword. */
export class Given {
  readonly #operation: Operation;
  readonly #places: readonly string[];

  constructor(operation: Operation, places: readonly string[]) {
    this.#operation = operation;
    this.#places = places;
  }

  get(name: string): Value | undefined {
    const place = this.#places.indexOf(name);
    return this.#operation.keywords.get(name) ?? (place < 0 ? undefined : this.#operation.args[place]);
  }
}

/** Of the operation's own table. */
export const namingOf = (of: Given, made: Made): Naming =>
  made.naming.of(of.get('table_name'), given(of.get('schema')));

export const alterTable = (of: Given, at: Span): Part[] => [
  'ALTER TABLE ',
  ...tableName(of.get('table_name'), of.get('schema'), at),
];

export function commentSql(value: Value | undefined, at: Span): Part[] {
  if (!given(value)) return ['NULL'];
  if (value?.kind !== 'string' || value.holes) throw new NotEvaluable(value?.span ?? at, 'the comment is not known');
  return stringLiteral(value.mapped);
}

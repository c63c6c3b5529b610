/** SQL told apart by what it means. */
import type { Node } from '@pgsql/types';
import type { Parser } from '../../../syntax/parser.ts';
import { SqlText } from '../../../syntax/sqlText.ts';

export interface SqlStatement {
  /** Without comments around it and without its terminator. */
  readonly text: string;
  readonly node: Node;
  /** The same for statements that mean the same. */
  readonly key: string;
}

/** Statements without those that are only comments; null when one is no SQL. */
export function statementsIn(sql: string, parser: Parser): SqlStatement[] | null {
  const found: SqlStatement[] = [];
  for (const { parsed, body } of SqlText.of(sql, parser).statements) {
    if (parsed.kind === 'none') continue;
    if (parsed.kind !== 'tree') return null;
    found.push({ text: body, node: parsed.node, key: keyOf(parsed.node) });
  }
  return found;
}

const keyOf = (node: Node): string =>
  JSON.stringify(node, (key, value) => (key === 'location' || key.endsWith('_location') ? undefined : value));

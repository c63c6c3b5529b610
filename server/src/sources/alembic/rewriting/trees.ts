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

/** The same for parts of trees that mean the same, wherever they stand. */
export const keyOf = (node: object | undefined): string =>
  JSON.stringify(node ?? null, (key, value) => {
    if (key === 'location' || key.endsWith('_location')) return undefined;
    if (key === 'names' && Array.isArray(value)) return value.filter((n) => n?.String?.sval !== 'pg_catalog');
    if (key === 'constraints' && Array.isArray(value)) return withoutImplied(value);
    return value;
  });

/** An identity column is NOT NULL in any case. */
const withoutImplied = (constraints: readonly Node[]): readonly Node[] => {
  const types = constraints.map((c) => ('Constraint' in c ? c.Constraint.contype : undefined));
  return types.includes('CONSTR_IDENTITY') ? constraints.filter((_, i) => types[i] !== 'CONSTR_NOTNULL') : constraints;
};

/** The CHECK constraints by which Postgres takes it as proven that no row of a partition is in the wrong place. */
import type { Node, PartitionBoundSpec } from '@pgsql/types';
import type { Relation } from '../../catalog/catalog.ts';
import { before, behind, mayAddTransactions, quoteIdentifier } from '../edits.ts';
import type { Fix, RuleContext } from '../rule.ts';

/** A table that is scanned unless it is proven that its rows fit (`inside`) or that none belongs to the new partition. */
export interface Unproven {
  readonly schema: string;
  readonly name: string;
  readonly inside: boolean;
}

/** Adds the proofs before the statement, validates them without blocking, and drops them behind it. */
export function proveFirst(
  parent: Relation | undefined,
  bound: PartitionBoundSpec | undefined,
  tables: readonly Unproven[],
  context: RuleContext,
): Fix[] {
  if (!mayAddTransactions(context) || !parent || !bound || tables.length === 0) return [];
  const column = parent.partitionKey?.columns.length === 1 ? parent.partitionKey.columns[0] : null;
  const condition = column ? conditionOf(quoteIdentifier(column), bound, context) : null;
  if (condition === null) return [];
  const proofs = tables.map(({ schema, name, inside }) => {
    const own = schema === context.before.session.schema ? '' : `${quoteIdentifier(schema)}.`;
    return {
      alter: `ALTER TABLE ${own}${quoteIdentifier(name)}`,
      constraint: quoteIdentifier(`${name}_bounds`),
      check: inside ? condition : `NOT (${condition})`,
    };
  });
  if (proofs.some(({ constraint }) => new TextEncoder().encode(constraint).length > 63)) return [];
  return [
    {
      title: 'Prove it first by a CHECK that is validated without blocking',
      safe: true,
      edits: [
        before(
          context,
          proofs.flatMap(({ alter, constraint, check }) => [
            `${alter} ADD CONSTRAINT ${constraint} CHECK (${check}) NOT VALID`,
            `${alter} VALIDATE CONSTRAINT ${constraint}`,
          ]),
        ),
        behind(
          context,
          proofs.map(({ alter, constraint }) => `${alter} DROP CONSTRAINT ${constraint}`),
        ),
      ],
    },
  ];
}

/** FOR VALUES as a condition on the one column of the key, its values as written; null where it is more than that. */
function conditionOf(column: string, bound: PartitionBoundSpec, { tokens, text }: RuleContext): string | null {
  const from = tokens.findOutside(['for', 'values']);
  if (bound.is_default || from < 0) return null;
  const values = (word: string): string | null => {
    const open = tokens.findOutside([word], from) + 1;
    const close = tokens.word(open) === '(' ? closing(tokens, open) : -1;
    return close < 0 ? null : text.slice(tokens.span(open).end, tokens.span(close).start).trim();
  };
  if (bound.strategy === 'l') {
    const list = values('in');
    return list === null || (bound.listdatums ?? []).some(isNull)
      ? null
      : `${column} IS NOT NULL AND ${column} IN (${list})`;
  }
  if (bound.strategy !== 'r') return null;
  const [low, high] = [values('from'), values('to')];
  if (low === null || high === null) return null;
  const parts = [`${column} IS NOT NULL`];
  if (low.toLowerCase() !== 'minvalue') parts.push(`${column} >= ${low}`);
  if (high.toLowerCase() !== 'maxvalue') parts.push(`${column} < ${high}`);
  return parts.join(' AND ');
}

const isNull = (value: Node): boolean => 'A_Const' in value && value.A_Const.isnull === true;

/** Index of the parenthesis that closes the one at token `open`; -1 if there is none. */
function closing(tokens: RuleContext['tokens'], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (tokens.word(i) === '(') depth++;
    if (tokens.word(i) === ')' && --depth === 0) return i;
  }
  return -1;
}

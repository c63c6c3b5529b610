/** Btree indexes on columns whose values people search inside of: legal, but such an index compares whole values only. */
import type { IndexStmt } from '@pgsql/types';
import type { TypeName } from '../../catalog/catalog.ts';
import type { RuleContext } from '../rule.ts';
import { withMethod } from './indexEdits.ts';
import { writtenIndex } from './writtenIndex.ts';

export interface SearchedInside {
  is(type: TypeName): boolean;
  /** The operators that a gin index serves and a btree does not. */
  readonly operators: string;
  readonly help: string;
}

/** A plain index on that one column alone: beside others, or unique, somebody compares whole values on purpose. */
export function reportWholeValueIndex(stmt: IndexStmt, context: RuleContext, searched: SearchedInside): void {
  if (stmt.unique || (stmt.accessMethod ?? 'btree') !== 'btree' || stmt.indexParams?.length !== 1) return;
  const index = writtenIndex(stmt, context);
  const key = index?.keys[0];
  if (!index || !key?.type || key.element.opclass || !searched.is(key.type)) return;
  const { column } = key;
  const plain = key.first === key.last && index.include.length === 0 && index.parameters.length === 0;
  context.report(
    key.span,
    `A btree index on ${column} compares whole values: it does not serve ${searched.operators}.`,
    searched.help,
    plain ? [{ title: 'Use a gin index', safe: false, edits: [withMethod(index, 'gin', context)] }] : [],
  );
}

/** The unique constraints and indexes that a statement adds, each with its place in the text. */
import type { Constraint, CreateStmt, IndexStmt } from '@pgsql/types';
import type { Relation } from '../../catalog/catalog.ts';
import { nameParts, rangeVarKey } from '../../catalog/names.ts';
import type { Span } from '../../syntax/tokens.ts';
import { behind, insertAt, quoteIdentifier } from '../edits.ts';
import type { ConclusionContext, Edit } from '../rule.ts';
import { closing, constraintSpan, definedColumns, elementsOf, keywords, writtenName } from './newColumns.ts';

export interface NewUnique {
  readonly relation: Relation;
  readonly columns: readonly string[];
  readonly span: Span;
  readonly nullsNotDistinct: boolean;
  /**
   * Makes it a unique index of these columns with the predicate; null where that would take something away from the author:
   * foreign keys refer to it, or it has options that are to be kept.
   */
  partial(columns: readonly string[], predicate: string): readonly Edit[] | null;
}

/** Of CREATE TABLE and of CREATE UNIQUE INDEX over plain columns, without a predicate. */
export function newUniques(stmt: CreateStmt | IndexStmt, context: ConclusionContext): NewUnique[] {
  const relation = context.after.relation(rangeVarKey(stmt.relation, context.session.schema));
  if (!relation || relation.temporary) return [];
  return 'indexParams' in stmt
    ? ofIndex(stmt as IndexStmt, relation, context)
    : ofTable(stmt as CreateStmt, relation, context);
}

function ofIndex(stmt: IndexStmt, relation: Relation, context: ConclusionContext): NewUnique[] {
  const { tokens, body } = context;
  if (!stmt.unique || stmt.whereClause) return [];
  const elements = (stmt.indexParams ?? []).map((node) => ('IndexElem' in node ? node.IndexElem : undefined));
  const columns = elements.flatMap((element) => (element?.name ? [element.name] : []));
  // an expression
  if (columns.length !== elements.length) return [];
  const open = tokens.find(['('], tokens.at(stmt.relation?.location ?? body.start));
  const close = closing(tokens, open);
  if (close < 0) return [];
  return [
    {
      relation,
      columns,
      span: tokens.span(open + 1, close - 1),
      nullsNotDistinct: stmt.nulls_not_distinct ?? false,
      partial: (kept, predicate) =>
        kept.length === columns.length
          ? [insertAt(tokens.span(tokens.length - 1).end, ` ${keywords('WHERE', context)} ${predicate}`)]
          : null,
    },
  ];
}

function ofTable(stmt: CreateStmt, relation: Relation, context: ConclusionContext): NewUnique[] {
  const found: NewUnique[] = [];
  const isUnique = (node: Constraint): boolean => node.contype === 'CONSTR_UNIQUE';
  const add = (node: Constraint, columns: readonly string[], span: Span, without: Span): void => {
    const table = writtenName(stmt.relation, context);
    const isReferred = relation.referencedBy.some((f) => [...f.columns].sort().join() === [...columns].sort().join());
    const isPlain =
      !node.including && !node.options && !node.indexspace && !node.deferrable && !node.nulls_not_distinct;
    const name = node.conname ?? '';
    const named = name === '' ? '' : ` ${quoteIdentifier(name)}`;
    found.push({
      relation,
      columns,
      span,
      nullsNotDistinct: node.nulls_not_distinct ?? false,
      partial: (kept, predicate) =>
        isReferred || !isPlain
          ? null
          : [
              { ...without, newText: '' },
              behind(context, [
                `${keywords('CREATE UNIQUE INDEX', context)}${named} ${keywords('ON', context)} ${table} (${kept.map(quoteIdentifier).join(', ')}) ${keywords('WHERE', context)} ${predicate}`,
              ]),
            ],
    });
  };
  const endBefore = (offset: number): number => context.tokens.span(context.tokens.at(offset) - 1).end;
  for (const column of definedColumns(stmt, context, context.session.schema))
    for (const node of column.constraints.filter(isUnique)) {
      const span = constraintSpan(column, node, context);
      add(node, [column.name], span, { start: endBefore(span.start), end: span.end });
    }
  if (!stmt.tableElts?.some((node) => 'Constraint' in node && isUnique(node.Constraint))) return found;
  for (const { node, first, last } of elementsOf(stmt, context)) {
    if (!('Constraint' in node) || !isUnique(node.Constraint)) continue;
    const span = context.tokens.span(first, last);
    // with the comma in front of it
    const comma = context.tokens.word(first - 1) === ',' ? first - 1 : first;
    const start = comma === first ? span.start : context.tokens.span(comma).start;
    add(node.Constraint, nameParts(node.Constraint.keys), span, { start, end: span.end });
  }
  return found;
}

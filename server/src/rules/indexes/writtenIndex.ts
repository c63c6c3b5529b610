/** A CREATE INDEX together with the words that it is written in; what most rules of this family begin with. */
import type { IndexElem, IndexStmt, Node } from '@pgsql/types';
import { columnOf, type Relation, type TypeName } from '../../catalog/catalog.ts';
import { type AccessMethod, accessMethodOf } from '../../facts/accessMethods.ts';
import type { Span } from '../../syntax/tokens.ts';
import { type TargetTable, targetOf } from '../alterTable.ts';
import type { ConclusionContext, RuleContext } from '../rule.ts';

export interface WrittenKey {
  readonly element: IndexElem;
  /** Null for an expression. */
  readonly column: string | null;
  /** Of a plain column, where the files tell it. */
  readonly type: TypeName | null;
  /** Token indexes, both inclusive. */
  readonly first: number;
  readonly last: number;
  readonly span: Span;
}

export interface WrittenIndex {
  readonly table: TargetTable;
  /** Lower case; `btree` when none is written. */
  readonly method: string;
  /** Of USING and the method's name; null when it is not written. */
  readonly using: Span | null;
  readonly keys: readonly WrittenKey[];
  /** Columns of INCLUDE. */
  readonly include: readonly WrittenKey[];
  /** Token indexes of the parentheses around the keys. */
  readonly open: number;
  readonly close: number;
  /** Token index of WHERE; -1 without a predicate. */
  readonly where: number;
  /** Storage parameters with the tokens between `first` and `last`. */
  readonly parameters: readonly WrittenParameter[];
}

export interface WrittenParameter {
  readonly namespace: string | null;
  readonly name: string;
  readonly value: Node | undefined;
  readonly span: Span;
}

export interface WrittenContext extends Pick<RuleContext, 'text' | 'tokens'> {
  readonly before: Pick<RuleContext['before'], 'session' | 'relation'>;
}

/** Null where the words do not show it (a host language that writes the statement itself). */
export function writtenIndex(stmt: IndexStmt, context: WrittenContext): WrittenIndex | null {
  const { tokens } = context;
  const table = targetOf(stmt.relation, context as RuleContext);
  const using = tokens.word(table.after) === 'using' ? table.after : -1;
  const open = tokens.find(['('], table.after);
  const close = closing(context, open);
  if (open < 0 || close < 0) return null;
  const keys = written(stmt.indexParams, open, close, table.relation, context);
  const including = tokens.word(close + 1) === 'include' ? close + 2 : -1;
  const includeEnd = including < 0 ? close : closing(context, including);
  const include =
    including < 0 ? [] : written(stmt.indexIncludingParams, including, includeEnd, table.relation, context);
  if (!keys || !include || includeEnd < 0) return null;
  const withAt = stmt.options ? tokens.findOutside(['with', '('], includeEnd + 1) : -1;
  return {
    table,
    method: stmt.accessMethod ?? 'btree',
    using: using < 0 ? null : tokens.span(using, using + 1),
    keys,
    include,
    open,
    close,
    where: stmt.whereClause ? tokens.findOutside(['where'], includeEnd + 1) : -1,
    parameters: withAt < 0 ? [] : parametersOf(stmt, withAt + 1, context),
  };
}

/** Index of the token that closes the parenthesis at `open`; -1 if none does. */
function closing({ tokens }: WrittenContext, open: number): number {
  let depth = 0;
  for (let i = open; i >= 0 && i < tokens.length; i++) {
    const word = tokens.word(i);
    if (word === '(') depth++;
    else if (word === ')' && --depth === 0) return i;
  }
  return -1;
}

function written(
  nodes: readonly Node[] | undefined,
  open: number,
  close: number,
  relation: Relation | undefined,
  { tokens }: WrittenContext,
): WrittenKey[] | null {
  const parts = tokens.split(open + 1, close);
  if (parts.length !== (nodes?.length ?? 0)) return null;
  return (nodes ?? []).flatMap((node, i) => {
    const part = parts[i];
    if (!part || !('IndexElem' in node)) return [];
    const element = node.IndexElem;
    const column = element.name ?? null;
    const type = column === null ? null : (columnOf(relation, column)?.type ?? null);
    return [{ element, column, type, ...part, span: tokens.span(part.first, part.last) }];
  });
}

function parametersOf(stmt: IndexStmt, open: number, context: WrittenContext): WrittenParameter[] {
  const { tokens } = context;
  const parts = tokens.split(open + 1, closing(context, open));
  return (stmt.options ?? []).flatMap((node, i) => {
    const part = parts[i];
    if (!part || !('DefElem' in node)) return [];
    const { defnamespace = null, defname = '', arg } = node.DefElem;
    return [{ namespace: defnamespace, name: defname, value: arg, span: tokens.span(part.first, part.last) }];
  });
}

/** The context of a conclusion with the schema at the end of the file in place of that before the statement. */
export const concluding = (context: ConclusionContext): WrittenContext => ({
  text: context.text,
  tokens: context.tokens,
  before: { session: context.session, relation: (key) => context.after.relation(key) },
});

/** Null for one that an extension brings. */
export const knownMethod = (stmt: IndexStmt): AccessMethod | null => accessMethodOf(stmt.accessMethod);

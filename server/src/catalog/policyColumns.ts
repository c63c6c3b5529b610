/** Which columns of its own table a policy's condition uses: those that its subqueries name are mostly others'. */
import type { ColumnRef, Node, RangeSubselect, RangeVar, SelectStmt } from '@pgsql/types';
import { keyOf, type Relation } from './catalog.ts';
import { rangeVarKey, stringOf } from './names.ts';
import type { SchemaReader } from './schema.ts';

/** What a query's FROM brings. */
interface Source {
  readonly name: string;
  /** Null where they are not known. */
  readonly columns: readonly string[] | null;
  /** It is the policy's table once more. */
  readonly isOwn: boolean;
}

/** A bare name in a subquery is its FROM's where that may have it. */
export function policyColumns(condition: Node | null, table: Relation, schema: SchemaReader): string[] {
  const used = new Set<string>();
  const visit = (value: unknown, sources: readonly Source[]): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item, sources);
      return;
    }
    if (value === null || typeof value !== 'object') return;
    const select = 'SelectStmt' in value ? (value.SelectStmt as SelectStmt) : isSelect(value) ? value : null;
    if (select) {
      const inside = [...sources, ...sourcesOf(select.fromClause, table, schema)];
      for (const part of Object.values(select)) visit(part, inside);
      return;
    }
    if ('ColumnRef' in value) {
      const column = ownColumn(value.ColumnRef as ColumnRef, table, sources);
      if (column !== null) used.add(column);
      return;
    }
    for (const part of Object.values(value)) visit(part, sources);
  };
  visit(condition, []);
  return [...used];
}

/** One side of a UNION stands there without its type. */
const isSelect = (value: object): value is SelectStmt => 'targetList' in value && 'op' in value;

function ownColumn({ fields }: ColumnRef, table: Relation, sources: readonly Source[]): string | null {
  const names = (fields ?? []).map((field) => stringOf(field));
  const column = names.at(-1) ?? null;
  if (column === null) return null;
  const qualifier = names.at(-2);
  const source = sources.findLast(({ name, columns }) =>
    qualifier === undefined ? columns === null || columns.includes(column) : name === qualifier,
  );
  if (source) return source.isOwn ? column : null;
  return qualifier === undefined || qualifier === table.name ? column : null;
}

function sourcesOf(from: readonly Node[] | undefined, table: Relation, schema: SchemaReader): Source[] {
  return (from ?? []).flatMap((node): Source[] => {
    if ('JoinExpr' in node) {
      const { larg, rarg } = node.JoinExpr;
      return sourcesOf(
        [larg, rarg].filter((side) => side !== undefined),
        table,
        schema,
      );
    }
    if ('RangeVar' in node) return [sourceOf(node.RangeVar, table, schema)];
    const named = Object.values(node)[0] as RangeSubselect;
    return [{ name: named.alias?.aliasname ?? '', columns: null, isOwn: false }];
  });
}

function sourceOf(range: RangeVar, table: Relation, schema: SchemaReader): Source {
  const key = rangeVarKey(range, schema.session.schema);
  const relation = schema.relation(key);
  const known = relation?.complete === true && !range.alias?.colnames;
  return {
    name: range.alias?.aliasname ?? range.relname ?? '',
    columns: known ? relation.columns.map((c) => c.name) : null,
    isOwn: key === keyOf(table),
  };
}

/** The queries of views after a column that they read got another name. */
import type { ColumnRef, JoinExpr, Node, ResTarget } from '@pgsql/types';
import { walk } from '../syntax/walk.ts';
import type { Relation } from './catalog.ts';
import { nameParts, stringOf } from './names.ts';
import { change } from './relations.ts';
import type { SchemaWriter } from './schema.ts';

/** Tells the views on a table; the query of one in which the name could mean something else is known no more. */
export function renameInViews(schema: SchemaWriter, table: Relation, from: string, to: string): void {
  for (const { kind, name, columns } of table.dependents) {
    if (kind !== 'view' && kind !== 'materialized view') continue;
    if (columns !== null && !columns.includes(from)) continue;
    const view = schema.relation(name);
    if (!view?.query) continue;
    const others = view.reads.filter((key) => key !== `${table.schema}.${table.name}`);
    const isSure =
      isPlain(view.query, from) &&
      others.every((key) => {
        const other = schema.relation(key);
        return other?.complete === true && !other.columns.some((c) => c.name === from);
      });
    const query = isSure ? (renamed(view.query, from, to) as Node) : null;
    change(schema, name, (v) => ({ ...v, query }));
  }
}

/** One SELECT without queries inside, without a star, and not joined by that name. */
function isPlain(query: Node, column: string): boolean {
  let selects = 0;
  let plain = 'SelectStmt' in query && query.SelectStmt.larg === undefined;
  walk(query, (type, node) => {
    if (type === 'SelectStmt') selects++;
    else if (type === 'A_Star') plain = false;
    else if (type === 'JoinExpr') {
      const { isNatural, usingClause } = node as JoinExpr;
      if (isNatural || nameParts(usingClause).includes(column)) plain = false;
    }
  });
  return plain && selects === 1;
}

/** The output column keeps its name. */
function renamed(tree: unknown, from: string, to: string): unknown {
  if (tree === null || typeof tree !== 'object') return tree;
  if (Array.isArray(tree)) return tree.map((item) => renamed(item, from, to));
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => {
      if (key === 'ColumnRef' && endsWith(value as ColumnRef, from)) {
        const { fields = [] } = value as ColumnRef;
        return [key, { ...value, fields: [...fields.slice(0, -1), { String: { sval: to } }] }];
      }
      const inner = renamed(value, from, to);
      if (key !== 'ResTarget') return [key, inner];
      const { name, val } = value as ResTarget;
      const takesName = name === undefined && val && 'ColumnRef' in val && endsWith(val.ColumnRef, from);
      return [key, takesName ? { ...(inner as object), name: from } : inner];
    }),
  );
}

const endsWith = (ref: ColumnRef, name: string): boolean => stringOf(ref.fields?.at(-1)) === name;

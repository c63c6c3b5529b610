/** CREATE VIEW, CREATE MATERIALIZED VIEW, CREATE TABLE AS, SELECT INTO: columns come from a query. */
import type { CreateTableAsStmt, IntoClause, Node, SelectStmt, ViewStmt } from '@pgsql/types';
import { keyOf, newColumn, type Relation } from './catalog.ts';
import { optionsOf, withoutPositions } from './expressions.ts';
import { nameParts } from './names.ts';
import { type QueryColumns, queryColumns } from './queryColumns.ts';
import { change, create, named, withDependent } from './relations.ts';
import { forgetReads } from './removal.ts';
import type { SchemaWriter } from './schema.ts';

export function applyCreateView(schema: SchemaWriter, stmt: ViewStmt): void {
  const target = named(schema, stmt.view, 'view', false);
  const before = stmt.replace ? schema.relation(keyOf(target)) : undefined;
  if (before && before.kind !== 'view') return;
  if (before) forgetReads(schema, before);
  const found = queryColumns(schema, stmt.query);
  const aliases = nameParts(stmt.aliases);
  const checked: Record<string, string> =
    stmt.withCheckOption === 'CASCADED_CHECK_OPTION'
      ? { check_option: 'cascaded' }
      : stmt.withCheckOption === 'LOCAL_CHECK_OPTION'
        ? { check_option: 'local' }
        : {};
  const view: Relation = {
    ...(before ?? target),
    ...columnsFrom(found, aliases),
    options: { ...optionsOf(stmt.options), ...checked },
    query: stmt.query ? withoutPositions(stmt.query) : null,
    reads: [...found.uses.keys()],
  };
  if (before) schema.setRelation(view);
  else create(schema, view);
  noteReads(schema, view, found);
}

export function applyCreateTableAs(schema: SchemaWriter, stmt: CreateTableAsStmt): void {
  const isView = stmt.objtype === 'OBJECT_MATVIEW';
  const base = named(schema, stmt.into?.rel, isView ? 'materialized view' : 'table', false);
  if (stmt.if_not_exists && schema.relation(keyOf(base))) return;
  const found = queryColumns(schema, stmt.query);
  const relation = made(base, found, stmt.into);
  if (!isView) {
    create(schema, relation);
    return;
  }
  const view: Relation = {
    ...relation,
    query: stmt.query ? withoutPositions(stmt.query) : null,
    reads: [...found.uses.keys()],
  };
  create(schema, view);
  noteReads(schema, view, found);
}

export function applySelectInto(schema: SchemaWriter, stmt: SelectStmt): void {
  if (!stmt.intoClause) return;
  const { intoClause, ...query } = stmt;
  const found = queryColumns(schema, { SelectStmt: query } as Node);
  create(schema, made(named(schema, intoClause.rel, 'table', false), found, intoClause));
}

const made = (base: Relation, found: QueryColumns, into: IntoClause | undefined): Relation => ({
  ...base,
  ...columnsFrom(found, nameParts(into?.colNames)),
  options: optionsOf(into?.options),
});

function columnsFrom({ columns }: QueryColumns, aliases: readonly string[]): Pick<Relation, 'columns' | 'complete'> {
  return {
    columns: (columns ?? []).map((c, i) => newColumn(aliases[i] ?? c.name, c.type)),
    complete: columns !== null,
  };
}

/** Tells what the view reads that it does. */
function noteReads(schema: SchemaWriter, view: Relation, { uses }: QueryColumns): void {
  const kind = view.kind === 'view' ? 'view' : 'materialized view';
  for (const [key, columns] of uses)
    change(schema, key, (r) => withDependent(r, { kind, name: keyOf(view), columns: columns && [...columns].sort() }));
}

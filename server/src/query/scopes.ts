/** Builds the {@link Scopes} of a statement against the schema just before it runs. */
import type { A_Expr, ColumnRef, JoinExpr, Node, RangeVar, SelectStmt, SubLink, WithClause } from '@pgsql/types';
import { nameParts } from '../catalog/names.ts';
import type { SchemaReader } from '../catalog/schema.ts';
import type { Around, CteScope, Draft } from './draft.ts';
import { typed } from './expressionType.ts';
import {
  cteItem,
  functionItem,
  joinItem,
  plainColumn,
  relationItem,
  subqueryItem,
  tableFunctionItem,
} from './fromItems.ts';
import { bareIn, columnsNamed, type Namespace, resolve } from './names.ts';
import { outputName } from './outputName.ts';
import { queryIn } from './queryIn.ts';
import {
  type Clause,
  type CommonTable,
  isNeverNull,
  type QueryLevel,
  type QueryNode,
  type RangeItem,
  type Reference,
  type ScopeColumn,
  type Scopes,
  type Visible,
} from './scope.ts';
import { fillWriting } from './writingScopes.ts';

/** What names are looked up in. */
export type QuerySchema = Pick<SchemaReader, 'session' | 'relation'>;

/** @throws RangeError for a tree too deep to walk */
export function scopesOf(statement: Node, schema: QuerySchema): Scopes {
  const query = queryIn(statement);
  const builder = new ScopeBuilder(schema);
  const root = query ? builder.query(query, { role: 'statement', outer: null, ctes: null, parent: null }) : null;
  return { root, levels: builder.levels, resolutionOf: builder.resolutionOf };
}

/**
 * Of expressions outside queries, which see the columns of one table: constraints, policies, the conditions of indexes.
 * @throws RangeError for a tree too deep to walk
 */
export function scopesOfExpressions(nodes: unknown, items: readonly RangeItem[], schema: QuerySchema): Scopes {
  const builder = new ScopeBuilder(schema);
  const root = builder.expressions(nodes, items);
  return { root, levels: builder.levels, resolutionOf: builder.resolutionOf };
}

export class ScopeBuilder {
  readonly levels: QueryLevel[] = [];
  readonly resolutionOf = new Map<ColumnRef, Reference & { level: QueryLevel }>();
  readonly schema: QuerySchema;
  readonly #levelOfSelect = new Map<object, QueryLevel>();

  constructor(schema: QuerySchema) {
    this.schema = schema;
  }

  query(node: QueryNode, around: Around): QueryLevel {
    const level = this.#draft(node, around);
    if ('SelectStmt' in node) this.#select(level, node.SelectStmt, around);
    else fillWriting(this, level, node, around);
    return level;
  }

  expressions(nodes: unknown, items: readonly RangeItem[]): QueryLevel {
    const around: Around = { role: 'statement', outer: null, ctes: null, parent: null };
    const level = this.#draft({ SelectStmt: {} }, around);
    level.items.push(...items);
    level.namespace = items.map((item) => ({ item, byName: item.name !== null, byColumn: item.kind !== 'pseudo' }));
    this.expression(level, nodes, 'where', this.namespace(level, around), null);
    return level;
  }

  #draft(node: QueryNode, { role, parent, subLink }: Around): Draft {
    const level: Draft = {
      role,
      node,
      parent,
      subLink: subLink ?? null,
      items: [],
      namespace: [],
      ctes: [],
      references: [],
      assignments: [],
      output: [],
      outputComplete: true,
    };
    this.levels.push(level);
    this.#levelOfSelect.set(Object.values(node)[0] as object, level);
    return level;
  }

  // SELECT

  #select(level: Draft, stmt: SelectStmt, around: Around): void {
    const ctes = this.with(level, stmt.withClause, around);
    if (stmt.op && stmt.op !== 'SETOP_NONE') {
      this.#setOperation(level, stmt, around, ctes);
      return;
    }
    if (stmt.valuesLists?.length) {
      this.#values(level, stmt, around, ctes);
      return;
    }
    level.namespace = this.from(level, stmt.fromClause ?? [], around.outer, ctes, []);
    const names = this.namespace(level, around);
    this.output(level, stmt.targetList ?? [], 'select', names, ctes);
    // the rows of subtotals hold nulls
    if (stmt.groupClause?.some((g) => 'GroupingSet' in g))
      level.output = level.output.map((c) => ({ ...c, notNull: null }));
    this.expression(level, stmt.whereClause, 'where', names, ctes);
    for (const node of stmt.groupClause ?? []) this.#ordering(level, node, 'group', names, ctes);
    this.expression(level, stmt.havingClause, 'having', names, ctes);
    this.expression(level, stmt.windowClause, 'window', names, ctes);
    for (const node of stmt.distinctClause ?? []) this.#ordering(level, node, 'distinct', names, ctes);
    for (const node of stmt.sortClause ?? []) this.#ordering(level, node, 'order', names, ctes);
    this.#limit(level, stmt, around, ctes);
  }

  #limit(level: Draft, stmt: SelectStmt, around: Around, ctes: CteScope | null): void {
    // no column of the query itself is seen there
    const names: Namespace = { level, entries: [], outer: around.outer };
    this.expression(level, stmt.limitCount, 'limit', names, ctes);
    this.expression(level, stmt.limitOffset, 'limit', names, ctes);
  }

  #values(level: Draft, stmt: SelectStmt, around: Around, ctes: CteScope | null): void {
    const names: Namespace = { level, entries: [], outer: around.outer };
    const rows = (stmt.valuesLists ?? []).map((row) => ('List' in row ? (row.List.items ?? []) : []));
    this.expression(level, rows, 'values', names, ctes);
    const [first = []] = rows;
    level.output = first.map((node, i) => {
      const types = rows.length === 1 ? this.#typed(node) : { type: null, notNull: null };
      return plainColumn(`column${i + 1}`, types.type, types.notNull);
    });
    this.#orderOfOutput(level, stmt, names, ctes);
    this.#limit(level, stmt, around, ctes);
  }

  /** Long rows of UNION lean to the left: they are taken in a loop. */
  #setOperation(level: Draft, stmt: SelectStmt, around: Around, ctes: CteScope | null): void {
    const branches: SelectStmt[] = [];
    let left: SelectStmt | undefined = stmt;
    // a side with its own WITH, ORDER BY or LIMIT is a query by itself
    for (; left?.op && left.op !== 'SETOP_NONE' && (left === stmt || isBare(left)); left = left.larg)
      if (left.rarg) branches.unshift(left.rarg);
    if (left) branches.unshift(left);
    const parts = branches.map((branch, i) => {
      const part = this.query({ SelectStmt: branch }, { role: 'branch', outer: around.outer, ctes, parent: level });
      if (i === 0) around.firstPart?.(part);
      return part;
    });
    const [first, ...others] = parts;
    level.output = (first?.output ?? []).map((column, i) => {
      const same = others.map((o) => o.output[i]);
      const type = same.every((o) => JSON.stringify(o?.type) === JSON.stringify(column.type)) ? column.type : null;
      const all = [column, ...same].map((c) => c?.notNull ?? null);
      const notNull = all.every((n) => n === true) ? true : all.some((n) => n === null) ? null : false;
      return plainColumn(column.name, type, notNull);
    });
    level.outputComplete = first?.outputComplete ?? false;
    this.#orderOfOutput(level, stmt, { level, entries: [], outer: around.outer }, ctes);
    this.#limit(level, stmt, around, ctes);
  }

  #orderOfOutput(level: Draft, stmt: SelectStmt, names: Namespace, ctes: CteScope | null): void {
    for (const node of stmt.sortClause ?? []) this.#ordering(level, node, 'order', names, ctes);
  }

  /** A bare name in ORDER BY means an output column first; in GROUP BY, a column of FROM first. */
  #ordering(level: Draft, node: Node, clause: 'group' | 'distinct' | 'order', names: Namespace, ctes: CteScope | null) {
    if ('GroupingSet' in node) {
      for (const inner of node.GroupingSet.content ?? []) this.#ordering(level, inner, clause, names, ctes);
      return;
    }
    const expression = 'SortBy' in node ? node.SortBy.node : node;
    const reference = expression && 'ColumnRef' in expression ? expression.ColumnRef : null;
    const parts = nameParts(reference?.fields);
    const output = parts.length === 1 ? level.output.filter((c) => c.name === parts[0]) : [];
    const fromFirst = clause === 'group' && bareIn(parts[0] ?? '', names) !== null;
    if (reference && output[0] && reference.fields?.length === 1 && !fromFirst)
      this.#remember(level, { node: reference, clause, resolution: { kind: 'output', column: output[0] } });
    else if (reference && parts.length === 1 && !level.outputComplete)
      this.#remember(level, { node: reference, clause, resolution: { kind: 'uncertain', item: null, level: null } });
    else this.expression(level, expression, clause, names, ctes);
  }

  output(level: Draft, targets: readonly Node[], clause: Clause, names: Namespace, ctes: CteScope | null): void {
    const output: ScopeColumn[] = [];
    for (const node of targets) {
      if (!('ResTarget' in node)) continue;
      const { val, name } = node.ResTarget;
      this.expression(level, val, clause, names, ctes);
      if (isStar(val)) {
        const { columns, complete } = this.#starColumns(level, val, names);
        output.push(...columns);
        if (!complete) level.outputComplete = false;
      } else if (val && 'A_Indirection' in val && val.A_Indirection.indirection?.some((i) => 'A_Star' in i))
        level.outputComplete = false;
      else output.push({ ...this.#outputColumn(val), name: name ?? outputName(val) });
    }
    level.output = output;
  }

  #outputColumn(val: Node | undefined): ScopeColumn {
    const found = val && 'ColumnRef' in val ? this.resolutionOf.get(val.ColumnRef)?.resolution : undefined;
    if (found?.kind === 'column')
      return { ...found.column, notNull: isNeverNull(found.item, found.column), through: null };
    const { type, notNull } = this.#typed(val);
    return plainColumn('', type, notNull);
  }

  #starColumns(level: Draft, val: Node, names: Namespace): { columns: ScopeColumn[]; complete: boolean } {
    const reference = (val as { ColumnRef: ColumnRef }).ColumnRef;
    const found = this.resolutionOf.get(reference)?.resolution;
    const items =
      found?.kind === 'row'
        ? [found.item]
        : found?.kind === 'all'
          ? names.entries.filter((e) => e.byColumn).map((e) => e.item)
          : null;
    if (!items) return { columns: [], complete: false };
    const columns = items.flatMap((item) =>
      item.columns.map((c) => {
        let [at, of] = [c, item];
        while (at.through) [at, of] = [at.through.column, at.through.item];
        return { ...at, name: c.name, notNull: isNeverNull(of, at), through: null };
      }),
    );
    return { columns, complete: items.every((i) => i.complete) && (items.length > 0 || level.items.length > 0) };
  }

  // FROM

  from(
    level: Draft,
    nodes: readonly Node[],
    outer: Namespace | null,
    ctes: CteScope | null,
    before: readonly Visible[],
  ): Visible[] {
    const visible: Visible[] = [];
    for (const node of nodes)
      visible.push(...this.#fromItem(level, node, outer, ctes, [...before, ...visible]).visible);
    return visible;
  }

  /** @param before what LATERAL may refer to */
  #fromItem(
    level: Draft,
    node: Node,
    outer: Namespace | null,
    ctes: CteScope | null,
    before: readonly Visible[],
  ): { visible: Visible[]; item: RangeItem } {
    if ('JoinExpr' in node) return this.#join(level, node.JoinExpr, outer, ctes, before);
    const item = this.#rangeItem(level, node, outer, ctes, before);
    level.items.push(item);
    return { item, visible: [{ item, byName: item.name !== null, byColumn: true }] };
  }

  #rangeItem(
    level: Draft,
    node: Node,
    outer: Namespace | null,
    ctes: CteScope | null,
    before: readonly Visible[],
  ): RangeItem {
    const lateral: Namespace = { level, entries: before, outer };
    if ('RangeVar' in node) return this.#relation(node.RangeVar, ctes);
    if ('RangeTableSample' in node) {
      const { relation, args, repeatable } = node.RangeTableSample;
      this.expression(level, [args, repeatable], 'from', lateral, ctes);
      return this.#rangeItem(level, relation as Node, outer, ctes, before);
    }
    if ('RangeSubselect' in node) {
      const { subquery, alias, lateral: isLateral } = node.RangeSubselect;
      const around: Around = { role: 'from', outer: isLateral ? lateral : outer, ctes, parent: level };
      if (subquery && 'SelectStmt' in subquery) return subqueryItem(node, alias, this.query(subquery, around));
    }
    if ('RangeFunction' in node) {
      this.expression(level, node.RangeFunction.functions, 'from', lateral, ctes);
      return functionItem(node.RangeFunction);
    }
    this.expression(level, node, 'from', lateral, ctes);
    return tableFunctionItem(node);
  }

  #relation(rangeVar: RangeVar, ctes: CteScope | null): RangeItem {
    if (!rangeVar.schemaname)
      for (let scope = ctes; scope; scope = scope.outer) {
        const table = scope.tables.find((t) => t.name === rangeVar.relname);
        if (!table) continue;
        table.uses++;
        return cteItem(rangeVar, table);
      }
    return relationItem(rangeVar, this.schema);
  }

  #join(
    level: Draft,
    join: JoinExpr,
    outer: Namespace | null,
    ctes: CteScope | null,
    before: readonly Visible[],
  ): { visible: Visible[]; item: RangeItem } {
    const firstLeft = level.items.length;
    const left = this.#fromItem(level, join.larg as Node, outer, ctes, before);
    const firstRight = level.items.length;
    const right = this.#fromItem(level, join.rarg as Node, outer, ctes, [...before, ...left.visible]);
    const sides = [...left.visible, ...right.visible];
    this.expression(level, join.quals, 'on', { level, entries: sides, outer }, ctes);
    const type = join.jointype ?? 'JOIN_INNER';
    if (type === 'JOIN_LEFT' || type === 'JOIN_FULL') for (const i of level.items.slice(firstRight)) i.nullable = true;
    if (type === 'JOIN_RIGHT' || type === 'JOIN_FULL')
      for (const i of level.items.slice(firstLeft, firstRight)) i.nullable = true;
    const using = join.isNatural ? commonNames(left.item, right.item) : nameParts(join.usingClause);
    const joined = joinItem(left.item, right.item, type, using, join.alias);
    const item = join.isNatural && !joined.complete ? { ...joined, columns: [] } : joined;
    if (join.alias) return { item, visible: [{ item, byName: true, byColumn: true }] };
    const visible = sides.map((v) => ({ ...v, byColumn: false }));
    visible.push({ item, byName: false, byColumn: true });
    if (join.join_using_alias) {
      const merged = {
        ...item,
        name: join.join_using_alias.aliasname ?? '',
        columns: item.columns.slice(0, using.length),
      };
      visible.push({ item: { ...merged, complete: true }, byName: true, byColumn: false });
    }
    return { item, visible };
  }

  // WITH

  with(level: Draft, clause: WithClause | undefined, around: Around): CteScope | null {
    if (!clause) return around.ctes;
    const all: CommonTable[] = (clause.ctes ?? []).flatMap((node) =>
      'CommonTableExpr' in node
        ? [
            {
              name: node.CommonTableExpr.ctename ?? '',
              node: node.CommonTableExpr,
              level: null,
              columns: [],
              complete: false,
              uses: 0,
            },
          ]
        : [],
    );
    level.ctes = all;
    // without RECURSIVE a CTE sees only those before it
    const scope: CteScope = { tables: clause.recursive ? all : [], outer: around.ctes };
    for (const table of all) {
      const query = table.node.ctequery && queryIn(table.node.ctequery);
      if (query) {
        const firstPart = clause.recursive ? (part: QueryLevel) => describe(table, part, true) : undefined;
        table.level = this.query(query, { role: 'cte', outer: around.outer, ctes: scope, parent: level, firstPart });
        describe(table, table.level);
      }
      if (!clause.recursive) scope.tables.push(table);
    }
    return scope;
  }

  // Expressions

  namespace = (level: Draft, around: Around): Namespace => ({ level, entries: level.namespace, outer: around.outer });

  /** Remembers the column references of an expression, and builds the queries in it. */
  expression(level: Draft, root: unknown, clause: Clause, names: Namespace, ctes: CteScope | null): void {
    const stack: unknown[] = [root];
    while (stack.length > 0) {
      const value = stack.pop();
      if (Array.isArray(value)) {
        for (let i = value.length - 1; i >= 0; i--) stack.push(value[i]);
        continue;
      }
      if (value === null || typeof value !== 'object') continue;
      const keys = Object.keys(value);
      for (let i = keys.length - 1; i >= 0; i--) {
        const key = keys[i] as string;
        const inner = (value as Record<string, object>)[key] as object;
        if (inner === null || typeof inner !== 'object') continue;
        if (key === 'A_Expr' && isNamedParameter(inner)) continue;
        if (key === 'ColumnRef') {
          const node = inner as ColumnRef;
          this.#remember(level, { node, clause, resolution: resolve(node, names) });
        } else if (key === 'SubLink' || key === 'SelectStmt') {
          const subLink = key === 'SubLink' ? (inner as SubLink) : undefined;
          const select = subLink ? subLink.subselect : { SelectStmt: inner as SelectStmt };
          if (select && 'SelectStmt' in select)
            this.query(select, { role: 'expression', outer: names, ctes, parent: level, subLink });
          stack.push(subLink?.testexpr);
        } else stack.push(inner);
      }
    }
  }

  #remember(level: Draft, reference: Reference): void {
    level.references.push(reference);
    this.resolutionOf.set(reference.node, { ...reference, level });
  }

  #typed(node: Node | undefined) {
    return typed(node, {
      resolutionOf: (ref) => this.resolutionOf.get(ref as ColumnRef)?.resolution,
      outputOf: (select) =>
        select && 'SelectStmt' in select ? (this.#levelOfSelect.get(select.SelectStmt)?.output ?? null) : null,
    });
  }
}

/**
 * `@name`, the parameter of some tools, which Postgres would read as the operator @ and a column. (Casts and subscripts
 * behind it belong to it.)
 */
function isNamedParameter({ kind, name, lexpr, rexpr, location }: A_Expr): boolean {
  if (kind !== 'AEXPR_OP' || lexpr || nameParts(name).join() !== '@') return false;
  let node = rexpr;
  while (node && !('ColumnRef' in node))
    node = 'TypeCast' in node ? node.TypeCast.arg : 'A_Indirection' in node ? node.A_Indirection.arg : undefined;
  return node?.ColumnRef.location === (location ?? 0) + 1;
}

const isBare = (stmt: SelectStmt): boolean =>
  !stmt.withClause && !stmt.sortClause && !stmt.limitCount && !stmt.limitOffset && !stmt.lockingClause;

const isStar = (node: Node | undefined): node is { ColumnRef: ColumnRef } =>
  node !== undefined && 'ColumnRef' in node && (node.ColumnRef.fields ?? []).some((f) => 'A_Star' in f);

const commonNames = (left: RangeItem, right: RangeItem): string[] =>
  left.columns.map((c) => c.name).filter((name) => columnsNamed(right, name).length > 0);

/** Takes the columns of a CTE from its query, under the names that the CTE gives them. */
function describe(table: CommonTable, level: QueryLevel, inPart = false): void {
  const names = nameParts(table.node.aliascolnames);
  const given = names.map((name, i) => ({ ...(level.output[i] ?? plainColumn(name)), name }));
  const columns = [...given, ...level.output.slice(names.length)];
  table.complete = level.outputComplete;
  if (inPart) {
    // the columns of SEARCH and CYCLE are there as well
    if (table.node.search_clause || table.node.cycle_clause) table.complete = false;
    // the rows that recursion adds may hold nulls
    table.columns = columns.map((c) => ({ ...c, notNull: null, origin: null }));
    return;
  }
  const { search_clause: search, cycle_clause: cycle } = table.node;
  const added = [search?.search_seq_column, cycle?.cycle_mark_column, cycle?.cycle_path_column];
  table.columns = [...columns, ...added.filter((name) => name !== undefined).map((name) => plainColumn(name))];
}

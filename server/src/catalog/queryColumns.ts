/** What a query puts out and what it uses of which relation, as far as the files tell. */
import type { JoinExpr, Node, RangeVar, SelectStmt } from '@pgsql/types';
import type { Relation, TypeName } from './catalog.ts';
import { keyOf } from './catalog.ts';
import { nameParts, rangeVarKey, stringOf, typeNameOf } from './names.ts';
import { expressionName } from './objectNames.ts';
import type { SchemaReader } from './schema.ts';

export interface OutputColumn {
  readonly name: string;
  readonly type: TypeName | null;
}

export interface QueryColumns {
  /** Null where the files do not tell all of them. */
  readonly columns: readonly OutputColumn[] | null;
  /** By key of each relation that is named: the columns that are used; null where any may be. */
  readonly uses: ReadonlyMap<string, ReadonlySet<string> | null>;
}

/** @throws RangeError for a query thousands of levels deep */
export function queryColumns(schema: SchemaReader, query: Node | undefined): QueryColumns {
  const reader = new QueryReader(schema);
  const columns = query && 'SelectStmt' in query ? reader.select(query.SelectStmt, null) : null;
  return { columns, uses: reader.uses };
}

interface SourceColumn extends OutputColumn {
  /** Where it comes from, if it is a relation's own: to note its use. */
  readonly of: readonly { readonly key: string; readonly column: string }[];
}

interface Source {
  readonly name: string | null;
  /** Qualified, for `schema.table.column`. */
  readonly schema: string | null;
  readonly columns: readonly SourceColumn[];
  /** Whether `columns` are all. */
  readonly complete: boolean;
}

interface Scope {
  readonly sources: Source[];
  readonly ctes: Map<string, readonly OutputColumn[] | null>;
  readonly outer: Scope | null;
}

class QueryReader {
  readonly uses = new Map<string, Set<string> | null>();
  readonly #schema: SchemaReader;

  constructor(schema: SchemaReader) {
    this.#schema = schema;
  }

  select(select: SelectStmt, outer: Scope | null): readonly OutputColumn[] | null {
    const scope: Scope = { sources: [], ctes: new Map(), outer };
    for (const node of select.withClause?.ctes ?? [])
      if ('CommonTableExpr' in node) {
        const { ctename = '', aliascolnames, ctequery } = node.CommonTableExpr;
        const aliases = nameParts(aliascolnames);
        if (select.withClause?.recursive) scope.ctes.set(ctename, this.#recursiveColumns(ctequery, aliases, scope));
        const inner = ctequery && 'SelectStmt' in ctequery ? this.select(ctequery.SelectStmt, scope) : null;
        scope.ctes.set(ctename, inner && aliased(inner, aliases));
      }
    if (select.larg && select.rarg) {
      const left = this.select(select.larg, scope);
      const right = this.select(select.rarg, scope);
      this.#visit([select.sortClause, select.limitCount, select.limitOffset], scope);
      return left?.map((c, i) => (sameType(c.type, right?.[i]?.type) ? c : { ...c, type: null })) ?? null;
    }
    if (select.valuesLists) {
      this.#visit(select.valuesLists, scope);
      const first = select.valuesLists[0];
      const count = first && 'List' in first ? (first.List.items?.length ?? 0) : 0;
      return Array.from({ length: count }, (_, i) => ({ name: `column${i + 1}`, type: null }));
    }
    for (const item of select.fromClause ?? []) scope.sources.push(...this.#sources(item, scope));
    const columns = this.#targets(select.targetList ?? [], scope);
    const aliases = new Set(columns?.map((c) => c.name));
    this.#visit([select.whereClause, select.havingClause, select.windowClause, select.distinctClause], scope);
    this.#visit([select.groupClause, select.limitCount, select.limitOffset], scope);
    // ORDER BY a name means an output column first
    for (const sort of select.sortClause ?? []) {
      const by = 'SortBy' in sort ? sort.SortBy.node : undefined;
      const name =
        by && 'ColumnRef' in by && by.ColumnRef.fields?.length === 1 ? stringOf(by.ColumnRef.fields[0]) : null;
      if (name === null || !aliases.has(name)) this.#visit(sort, scope);
    }
    return columns;
  }

  /** Of a recursive query: what its part that does not recur puts out. */
  #recursiveColumns(query: Node | undefined, aliases: readonly string[], scope: Scope): readonly OutputColumn[] | null {
    const first = query && 'SelectStmt' in query ? query.SelectStmt.larg : undefined;
    const columns = first ? this.select(first, scope) : null;
    return columns && aliased(columns, aliases);
  }

  #targets(targets: readonly Node[], scope: Scope): OutputColumn[] | null {
    const columns: OutputColumn[] = [];
    let complete = true;
    for (const target of targets) {
      if (!('ResTarget' in target)) continue;
      const { name, val } = target.ResTarget;
      const fields = val && 'ColumnRef' in val ? (val.ColumnRef.fields ?? []) : [];
      if (fields.length > 0 && 'A_Star' in (fields.at(-1) as Node)) {
        const sources = this.#starred(nameParts(fields), scope);
        if (!sources || sources.some((s) => !s.complete)) complete = false;
        for (const source of sources ?? [])
          for (const column of source.columns) {
            this.#use(column);
            columns.push(plain(column));
          }
        continue;
      }
      this.#visit(val, scope);
      columns.push({ name: name ?? (val && expressionName(val)) ?? '?column?', type: this.#typeOf(val, scope) });
    }
    return complete ? columns : null;
  }

  #starred(qualifier: readonly string[], scope: Scope): readonly Source[] | null {
    if (qualifier.length === 0) return scope.sources.filter((s) => s.name !== hidden);
    const found = this.#source(qualifier, scope);
    return found && [found];
  }

  #typeOf(node: Node | undefined, scope: Scope): TypeName | null {
    if (!node) return null;
    if ('TypeCast' in node) return typeNameOf(node.TypeCast.typeName);
    if ('CollateClause' in node) return this.#typeOf(node.CollateClause.arg, scope);
    if ('ColumnRef' in node) return this.#column(nameParts(node.ColumnRef.fields), scope)?.type ?? null;
    return null;
  }

  #sources(item: Node, scope: Scope): Source[] {
    if ('RangeVar' in item) return [this.#relation(item.RangeVar, scope)];
    if ('JoinExpr' in item) return this.#join(item.JoinExpr, scope);
    if ('RangeSubselect' in item) {
      const { subquery, alias } = item.RangeSubselect;
      // LATERAL sees what stands before it
      const columns = subquery && 'SelectStmt' in subquery ? this.select(subquery.SelectStmt, scope) : null;
      return [made(alias?.aliasname ?? null, columns && aliased(columns, nameParts(alias?.colnames)))];
    }
    this.#visit(item, scope);
    if ('RangeFunction' in item) {
      const { alias, coldeflist, ordinality, functions = [] } = item.RangeFunction;
      const listed = (coldeflist ?? []).flatMap((node): OutputColumn[] =>
        'ColumnDef' in node ? [{ name: node.ColumnDef.colname ?? '', type: typeNameOf(node.ColumnDef.typeName) }] : [],
      );
      if (listed.length > 0) return [made(alias?.aliasname ?? null, listed)];
      const first = functions[0];
      const call = first && 'List' in first ? first.List.items?.[0] : undefined;
      const named = nameParts(alias?.colnames).map((name) => ({ name, type: null }));
      const name = alias?.aliasname ?? (call && expressionName(call)) ?? null;
      // how many columns a function gives, only the function tells; these give one
      const single = functions.length === 1 && !ordinality && call !== undefined && givesOne(call);
      const columns = named.length > 0 ? named : single && name !== null ? [{ name, type: null }] : [];
      return [{ ...made(name, columns), complete: single }];
    }
    return [{ name: null, schema: null, columns: [], complete: false }];
  }

  #relation(named: RangeVar, scope: Scope): Source {
    const aliases = nameParts(named.alias?.colnames);
    const name = named.alias?.aliasname ?? named.relname ?? '';
    if (!named.schemaname)
      for (let s: Scope | null = scope; s; s = s.outer)
        if (s.ctes.has(named.relname ?? '')) {
          const columns = s.ctes.get(named.relname ?? '') ?? null;
          return made(name, columns && aliased(columns, aliases));
        }
    const key = rangeVarKey(named, this.#schema.session.schema);
    const relation: Relation | undefined = this.#schema.relation(key);
    if (!relation) {
      this.uses.set(key, null);
      return { name, schema: named.schemaname ?? null, columns: [], complete: false };
    }
    const own = keyOf(relation);
    if (!this.uses.has(own)) this.uses.set(own, relation.complete ? new Set() : null);
    const columns = relation.columns.map((c, i) => ({
      name: aliases[i] ?? c.name,
      type: c.type,
      of: [{ key: own, column: c.name }],
    }));
    return { name, schema: named.alias ? null : relation.schema, columns, complete: relation.complete };
  }

  #join(join: JoinExpr, scope: Scope): Source[] {
    const left = join.larg ? this.#sources(join.larg, scope) : [];
    const inner: Scope = { ...scope, sources: [...scope.sources, ...left] };
    const right = join.rarg ? this.#sources(join.rarg, inner) : [];
    const both = [...left, ...right];
    this.#visit(join.quals, { ...scope, sources: [...scope.sources, ...both] });
    const shown = (sources: Source[]): SourceColumn[] =>
      sources.filter((s) => s.name !== hidden).flatMap((s) => s.columns);
    const using = join.isNatural
      ? shown(left).flatMap((c) => (shown(right).some((r) => r.name === c.name) ? [c.name] : []))
      : nameParts(join.usingClause);
    const complete = both.every((s) => s.complete);
    const named = join.alias?.aliasname;
    if (using.length === 0 && named === undefined) return both;
    const merged = using.map((name): SourceColumn => {
      const columns = [shown(left).find((c) => c.name === name), shown(right).find((c) => c.name === name)];
      const of = columns.flatMap((c) => c?.of ?? []);
      for (const column of columns) if (column) this.#use(column);
      return { name, type: columns[0]?.type ?? null, of };
    });
    const rest = [...shown(left), ...shown(right)].filter((c) => !using.includes(c.name));
    const joined = aliasedSources([...merged, ...rest], nameParts(join.alias?.colnames));
    if (named !== undefined) return [{ name: named, schema: null, columns: joined, complete }];
    // the tables go on to be named, but `*` and bare names mean the merged columns
    return [
      { name: null, schema: null, columns: joined, complete },
      ...both.map((s) => ({ ...s, joined: s.name, name: hidden, as: s.name })),
    ];
  }

  #source(qualifier: readonly string[], scope: Scope | null): Source | null {
    const name = qualifier.at(-1);
    const namespace = qualifier.at(-2);
    for (let s = scope; s; s = s.outer)
      for (const source of s.sources) {
        const own = source.name === hidden ? ((source as Source & { as?: string | null }).as ?? null) : source.name;
        if (own === name && (namespace === undefined || source.schema === namespace)) return source;
      }
    return null;
  }

  #column(parts: readonly string[], scope: Scope): SourceColumn | null {
    const column = parts.at(-1);
    if (parts.length > 1)
      return this.#source(parts.slice(0, -1), scope)?.columns.find((c) => c.name === column) ?? null;
    for (let s: Scope | null = scope; s; s = s.outer)
      for (const source of s.sources) {
        if (source.name === hidden) continue;
        const found = source.columns.find((c) => c.name === column);
        if (found) return found;
      }
    return null;
  }

  #use(column: SourceColumn): void {
    for (const { key, column: name } of column.of) this.uses.get(key)?.add(name);
  }

  /** Notes the columns that an expression uses, and reads the queries in it. */
  #visit(node: unknown, scope: Scope): void {
    if (node === null || typeof node !== 'object') return;
    if (Array.isArray(node)) {
      for (const item of node) this.#visit(item, scope);
      return;
    }
    for (const [key, inner] of Object.entries(node)) {
      if (key === 'ColumnRef') {
        const found = this.#column(nameParts((inner as { fields?: Node[] }).fields), scope);
        if (found) this.#use(found);
      } else if (key === 'SelectStmt') this.select(inner as SelectStmt, scope);
      else if (typeof inner === 'object') this.#visit(inner, scope);
    }
  }
}

/** Stands for the name of a table in a join with USING: found by its name only when that is written. */
const hidden = '\0';

const plain = ({ name, type }: SourceColumn): OutputColumn => ({ name, type });

const made = (name: string | null, columns: readonly OutputColumn[] | null): Source => ({
  name,
  schema: null,
  columns: (columns ?? []).map((c) => ({ ...c, of: [] })),
  complete: columns !== null,
});

const aliased = (columns: readonly OutputColumn[], aliases: readonly string[]): OutputColumn[] =>
  columns.map((c, i) => ({ ...c, name: aliases[i] ?? c.name }));

const aliasedSources = (columns: readonly SourceColumn[], aliases: readonly string[]): SourceColumn[] =>
  columns.map((c, i) => ({ ...c, name: aliases[i] ?? c.name }));

const sameType = (a: TypeName | null, b: TypeName | null | undefined): boolean =>
  a !== null &&
  b != null &&
  a.schema === b.schema &&
  a.name === b.name &&
  a.array === b.array &&
  String(a.modifiers) === String(b.modifiers);

const oneColumn = new Set([
  'generate_series',
  'generate_subscripts',
  'unnest',
  'regexp_split_to_table',
  'string_to_table',
]);

function givesOne(call: Node): boolean {
  if (!('FuncCall' in call)) return false;
  const name = nameParts(call.FuncCall.funcname).at(-1) ?? '';
  return oneColumn.has(name) && (name !== 'unnest' || call.FuncCall.args?.length === 1);
}

/**
 * The types that Postgres gives a statement's parameters, by what stands around them, where that is certain. As it does: by what
 * a parameter is compared with, assigned to or cast to (postgresql.org/docs/current/typeconv-oper.html, typeconv-query.html).
 */
import type { A_Expr, InsertStmt, Node, ParamRef } from '@pgsql/types';
import type { TypeName } from '../catalog/catalog.ts';
import { nameParts, typeNameOf } from '../catalog/names.ts';
import { insideOf, walk } from '../syntax/walk.ts';
import { sameType, typed } from './expressionType.ts';
import type { QueryLevel, ScopeColumn, Scopes } from './scope.ts';

export interface ParameterType {
  /** Without modifiers. */
  readonly type: TypeName;
  /** What tells the type. */
  readonly by: 'comparison' | 'assignment' | 'cast' | 'limit';
  /** The column that it is compared with or assigned to; null where that is something else. */
  readonly column: ScopeColumn | null;
}

/** @param isEnum whether a type that is not built in is an enum of the schema */
export function parameterTypes(
  statement: Node,
  scopes: Scopes,
  isEnum: (type: TypeName) => boolean,
): ReadonlyMap<number, ParameterType> {
  const found = new Map<number, ParameterType | null>();
  const finder = new Finder(scopes, isEnum, (node, type) => {
    const number = node.number ?? 0;
    const known = found.get(number);
    const plain = { ...type, type: { ...type.type, modifiers: [] } };
    // the first place decides, and another may then fail: what differs is not told
    if (known === undefined) found.set(number, plain);
    else if (known && !sameType(known.type, plain.type)) found.set(number, null);
  });
  for (const level of scopes.levels) {
    finder.assignments(level);
    if ('SelectStmt' in level.node)
      for (const limit of [level.node.SelectStmt.limitCount, level.node.SelectStmt.limitOffset]) finder.limit(limit);
  }
  walk(insideOf(statement), (type, node) => {
    if (type === 'A_Expr') finder.expression(node as A_Expr);
    if (type === 'TypeCast') finder.cast(node);
  });
  return new Map([...found].flatMap(([number, type]) => (type ? [[number, type]] : [])));
}

const comparisons: ReadonlySet<string> = new Set(['=', '<>', '!=', '<', '>', '<=', '>=']);

/** Types with comparisons of their own. For varchar those of text are taken, for cidr those of inet. */
const comparable: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    `bool int2 int4 int8 float4 float8 numeric text bpchar date time timetz timestamp timestamptz interval uuid jsonb bytea
     inet money bit varbit oid name`
      .split(/\s+/)
      .map((name) => [name, name]),
  ),
  varchar: 'text',
  cidr: 'inet',
};

const builtIn = (name: string): TypeName => ({ schema: null, name, modifiers: [], array: false });

class Finder {
  readonly #scopes: Scopes;
  readonly #isEnum: (type: TypeName) => boolean;
  readonly #tell: (parameter: ParamRef, type: ParameterType) => void;

  constructor(
    scopes: Scopes,
    isEnum: (type: TypeName) => boolean,
    tell: (parameter: ParamRef, type: ParameterType) => void,
  ) {
    this.#scopes = scopes;
    this.#isEnum = isEnum;
    this.#tell = tell;
  }

  limit(value: Node | undefined): void {
    const parameter = parameterIn(value);
    if (parameter) this.#tell(parameter, { type: builtIn('int8'), by: 'limit', column: null });
  }

  cast(node: object): void {
    const { arg, typeName } = node as Extract<Node, { TypeCast: unknown }>['TypeCast'];
    const parameter = parameterIn(arg);
    const type = parameter && typeNameOf(typeName);
    if (type) this.#tell(parameter, { type, by: 'cast', column: null });
  }

  assignments({ node, assignments, items }: QueryLevel): void {
    if ('InsertStmt' in node) this.#inserted(node.InsertStmt, assignments, items[0]);
    for (const { node: target, column } of assignments) {
      if (target.indirection?.length) continue;
      this.#assigned(target.val, column);
    }
  }

  #inserted(
    { cols, selectStmt }: InsertStmt,
    assignments: QueryLevel['assignments'],
    target: QueryLevel['items'][number] | undefined,
  ): void {
    if (cols?.some((col) => 'ResTarget' in col && col.ResTarget.indirection?.length)) return;
    const columns = cols?.length
      ? cols.map((col) => assignments.find(({ node }) => 'ResTarget' in col && node === col.ResTarget)?.column ?? null)
      : target?.complete
        ? target.columns
        : [];
    const rows = selectStmt && 'SelectStmt' in selectStmt ? (selectStmt.SelectStmt.valuesLists ?? []) : [];
    for (const row of rows)
      if ('List' in row) for (const [i, value] of (row.List.items ?? []).entries()) this.#assigned(value, columns[i]);
  }

  #assigned(value: Node | undefined, column: ScopeColumn | null | undefined): void {
    const parameter = parameterIn(value);
    if (parameter && column?.type) this.#tell(parameter, { type: column.type, by: 'assignment', column });
  }

  expression({ kind, name, lexpr, rexpr }: A_Expr): void {
    const operator = nameParts(name);
    switch (kind) {
      case 'AEXPR_OP':
      case 'AEXPR_DISTINCT':
      case 'AEXPR_NOT_DISTINCT':
        if (operator.length !== 1 || !comparisons.has(operator[0] as string)) return;
        this.#compared(lexpr, rexpr);
        this.#compared(rexpr, lexpr);
        return;
      case 'AEXPR_BETWEEN':
      case 'AEXPR_NOT_BETWEEN':
      case 'AEXPR_BETWEEN_SYM':
      case 'AEXPR_NOT_BETWEEN_SYM':
        for (const bound of itemsOf(rexpr)) this.#compared(bound, lexpr);
        return;
      case 'AEXPR_IN':
        this.#listed(itemsOf(rexpr), lexpr);
        return;
      case 'AEXPR_OP_ANY':
      case 'AEXPR_OP_ALL':
        if (operator.length === 1 && comparisons.has(operator[0] as string)) this.#anyOf(lexpr, rexpr);
        return;
      case 'AEXPR_LIKE':
      case 'AEXPR_ILIKE':
        this.#like(lexpr, rexpr);
        return;
      default:
    }
  }

  #compared(value: Node | undefined, other: Node | undefined): void {
    const parameter = parameterIn(value);
    const type = parameter && this.#operand(this.#typeOf(other));
    if (type) this.#tell(parameter, { type, by: 'comparison', column: this.#columnOf(other) });
  }

  /** Several are brought to one type first; one is compared like any other. */
  #listed(values: readonly Node[], other: Node | undefined): void {
    if (values.length === 1) this.#compared(values[0], other);
    const own = this.#typeOf(other);
    if (values.length < 2 || !own || !this.#operand(own) || own.array) return;
    if (!values.every((value) => parameterIn(value) || isString(value))) return;
    for (const value of values) {
      const parameter = parameterIn(value);
      if (parameter) this.#tell(parameter, { type: own, by: 'comparison', column: this.#columnOf(other) });
    }
  }

  #anyOf(value: Node | undefined, list: Node | undefined): void {
    const parameter = parameterIn(list);
    const element = parameter && this.#operand(this.#typeOf(value));
    if (element && !element.array)
      this.#tell(parameter, {
        type: { ...element, array: true },
        by: 'comparison',
        column: this.#columnOf(value),
      });
    const single = parameterIn(value);
    const array = single && this.#typeOf(list);
    const type = array?.array ? this.#operand({ ...array, array: false }) : null;
    if (single && type) this.#tell(single, { type, by: 'comparison', column: this.#columnOf(list) });
  }

  #like(value: Node | undefined, pattern: Node | undefined): void {
    const parameter = parameterIn(pattern);
    const type = parameter && this.#typeOf(value);
    if (parameter && type && !type.array && type.schema === null && /^(?:text|varchar|bpchar|name)$/.test(type.name))
      this.#tell(parameter, { type: builtIn('text'), by: 'comparison', column: this.#columnOf(value) });
  }

  /** What stands on the other side of a comparison with a value of that type; null where that is not certain. */
  #operand(type: TypeName | null): TypeName | null {
    if (!type) return null;
    if (type.schema === null || type.schema === 'pg_catalog') {
      const name = comparable[type.name];
      if (name) return type.array ? { ...type, modifiers: [] } : builtIn(name);
    }
    return this.#isEnum(type) ? type : null;
  }

  #typeOf(node: Node | undefined): TypeName | null {
    return typed(node, {
      resolutionOf: (ref) => this.#scopes.resolutionOf.get(ref)?.resolution,
      outputOf: () => null,
    }).type;
  }

  #columnOf(node: Node | undefined): ScopeColumn | null {
    const found = node && 'ColumnRef' in node ? this.#scopes.resolutionOf.get(node.ColumnRef)?.resolution : undefined;
    return found?.kind === 'column' ? found.column : null;
  }
}

const parameterIn = (node: Node | undefined): ParamRef | null =>
  node && 'ParamRef' in node && (node.ParamRef.number ?? 0) > 0 ? node.ParamRef : null;

const itemsOf = (node: Node | undefined): readonly Node[] => (node && 'List' in node ? (node.List.items ?? []) : []);

const isString = (node: Node): boolean => 'A_Const' in node && node.A_Const.sval !== undefined;

/** Type and nullness of an expression, where they are certain; null where not. */
import type { Node } from '@pgsql/types';
import type { TypeName } from '../catalog/catalog.ts';
import { nameParts, typeNameOf } from '../catalog/names.ts';
import { isNeverNull, type Resolution, type ScopeColumn } from './scope.ts';

export interface Typed {
  readonly type: TypeName | null;
  readonly notNull: boolean | null;
}

/** What is known of the names and queries inside the expression. */
export interface Inside {
  resolutionOf(node: object): Resolution | undefined;
  /** Output of a query in an expression. */
  outputOf(subselect: Node | undefined): readonly ScopeColumn[] | null;
}

const builtIn = (name: string): TypeName => ({ schema: null, name, modifiers: [], array: false });
const unknown: Typed = { type: null, notNull: null };
const comparisons = new Set(['=', '<>', '!=', '<', '>', '<=', '>=']);

/** Functions whose result has one type whatever their arguments have; the value: whether it is never null. */
const functions: Readonly<Record<string, readonly [type: string, neverNull: boolean | null]>> = {
  count: ['int8', true],
  row_number: ['int8', true],
  rank: ['int8', true],
  dense_rank: ['int8', true],
  now: ['timestamptz', true],
  clock_timestamp: ['timestamptz', true],
  statement_timestamp: ['timestamptz', true],
  gen_random_uuid: ['uuid', true],
  random: ['float8', null],
  lower: ['text', null],
  upper: ['text', null],
  concat: ['text', true],
  string_agg: ['text', false],
  length: ['int4', null],
  bool_and: ['bool', false],
  bool_or: ['bool', false],
  jsonb_build_object: ['jsonb', true],
  json_build_object: ['json', true],
  to_char: ['text', null],
  date_part: ['float8', null],
};
/** Those of them that other argument types give another result: `lower(range)`, `random(min, max)`, `string_agg(bytea)`. */
const onlyFor: Readonly<Record<string, (args: readonly (TypeName | null)[]) => boolean>> = {
  lower: ([a]) => isText(a),
  upper: ([a]) => isText(a),
  length: ([a]) => isText(a),
  random: (args) => args.length === 0,
  string_agg: ([a]) => isText(a),
};

const isText = (type: TypeName | null | undefined): boolean =>
  !!type && type.schema === null && !type.array && (type.name === 'text' || type.name === 'varchar');

const valueFunctions: Readonly<Record<string, string>> = {
  SVFOP_CURRENT_DATE: 'date',
  SVFOP_CURRENT_TIMESTAMP: 'timestamptz',
  SVFOP_LOCALTIMESTAMP: 'timestamp',
  SVFOP_LOCALTIME: 'time',
  SVFOP_CURRENT_TIME: 'timetz',
  SVFOP_CURRENT_USER: 'name',
  SVFOP_SESSION_USER: 'name',
  SVFOP_USER: 'name',
};

export function typed(node: Node | undefined, inside: Inside): Typed {
  if (!node) return unknown;
  if ('ColumnRef' in node) {
    const found = inside.resolutionOf(node.ColumnRef);
    if (found?.kind !== 'column') return unknown;
    return { type: found.column.type, notNull: isNeverNull(found.item, found.column) };
  }
  if ('TypeCast' in node)
    return { type: typeNameOf(node.TypeCast.typeName), notNull: castNotNull(typed(node.TypeCast.arg, inside)) };
  if ('A_Const' in node) return ofConstant(node.A_Const);
  if ('FuncCall' in node) return ofCall(node.FuncCall, inside);
  if ('BoolExpr' in node) return { type: builtIn('bool'), notNull: null };
  if ('NullTest' in node || 'BooleanTest' in node) return { type: builtIn('bool'), notNull: true };
  if ('A_Expr' in node) return ofOperator(node.A_Expr);
  if ('SubLink' in node) return ofSubLink(node.SubLink, inside);
  if ('CoalesceExpr' in node) return ofCoalesce(node.CoalesceExpr.args ?? [], inside);
  if ('SQLValueFunction' in node) {
    const name = valueFunctions[node.SQLValueFunction.op ?? ''];
    return name ? { type: builtIn(name), notNull: true } : unknown;
  }
  if ('CollateClause' in node) return typed(node.CollateClause.arg, inside);
  return unknown;
}

/** A cast of null is null; a cast of a value may be anything, but only by a function of one's own. */
const castNotNull = ({ notNull }: Typed): boolean | null => (notNull === false ? false : null);

interface Constant {
  readonly isnull?: boolean;
  readonly ival?: { readonly ival?: number };
  readonly fval?: { readonly fval?: string };
  readonly boolval?: object;
  readonly sval?: object;
}

function ofConstant(constant: Constant): Typed {
  if (constant.isnull) return { type: null, notNull: false };
  if (constant.ival) return { type: builtIn('int4'), notNull: true };
  if (constant.boolval) return { type: builtIn('bool'), notNull: true };
  if (constant.fval) {
    const written = constant.fval.fval ?? '';
    if (/^\d{1,18}$/.test(written)) return { type: builtIn('int8'), notNull: true };
    return {
      type: /^\d+$/.test(written) ? null : /^[\d._]+(?:e|$)/i.test(written) ? builtIn('numeric') : null,
      notNull: true,
    };
  }
  // the type of a string that nothing says more of is settled by what is around it
  return { type: null, notNull: true };
}

function ofCall(call: Extract<Node, { FuncCall: unknown }>['FuncCall'], inside: Inside): Typed {
  const names = nameParts(call.funcname);
  const name = names.at(-1) ?? '';
  if (names.length > 1 && names[0] !== 'pg_catalog') return unknown;
  const known = functions[name];
  if (!known) return unknown;
  const args = (call.args ?? []).map((a) => typed(a, inside).type);
  if (onlyFor[name]?.(args) === false) return unknown;
  return { type: builtIn(known[0]), notNull: known[1] };
}

function ofOperator(expression: Extract<Node, { A_Expr: unknown }>['A_Expr']): Typed {
  const name = nameParts(expression.name);
  switch (expression.kind) {
    case 'AEXPR_OP':
      return name.length === 1 && comparisons.has(name[0] as string)
        ? { type: builtIn('bool'), notNull: null }
        : unknown;
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT':
      return { type: builtIn('bool'), notNull: true };
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
    case 'AEXPR_IN':
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE':
    case 'AEXPR_SIMILAR':
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN':
      return { type: builtIn('bool'), notNull: null };
    default:
      return unknown;
  }
}

function ofSubLink(link: Extract<Node, { SubLink: unknown }>['SubLink'], inside: Inside): Typed {
  switch (link.subLinkType) {
    case 'EXISTS_SUBLINK':
      return { type: builtIn('bool'), notNull: true };
    case 'ANY_SUBLINK':
    case 'ALL_SUBLINK':
      return { type: builtIn('bool'), notNull: null };
    case 'EXPR_SUBLINK': {
      // without a row it is null
      const [column] = inside.outputOf(link.subselect) ?? [];
      return { type: column?.type ?? null, notNull: null };
    }
    default:
      return unknown;
  }
}

function ofCoalesce(args: readonly Node[], inside: Inside): Typed {
  const all = args.map((a) => typed(a, inside));
  const first = all[0]?.type ?? null;
  const same = first !== null && all.every((a) => a.type !== null && sameType(a.type, first));
  const notNull = all.some((a) => a.notNull === true) ? true : all.every((a) => a.notNull === false) ? false : null;
  return { type: same ? { ...first, modifiers: [] } : null, notNull };
}

export const sameType = (a: TypeName, b: TypeName): boolean =>
  a.schema === b.schema && a.name === b.name && a.array === b.array;

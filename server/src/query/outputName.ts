/**
 * The name that Postgres gives an output column with no AS (FigureColname in src/backend/parser/parse_target.c).
 * Of a bare TRUE it is that of Postgres 15 and later; 14 calls it `bool`.
 */
import type { Node } from '@pgsql/types';
import { nameParts, stringOf } from '../catalog/names.ts';

/** `firm` names win over the name of a cast's type and over `case`. */
interface Figured {
  readonly name: string;
  readonly firm: boolean;
}

export const outputName = (expression: Node | undefined): string => figure(expression)?.name ?? '?column?';

const fixedNames: Readonly<Record<string, string>> = {
  GroupingFunc: 'grouping',
  MergeSupportFunc: 'merge_action',
  A_ArrayExpr: 'array',
  RowExpr: 'row',
  CoalesceExpr: 'coalesce',
  XmlSerialize: 'xmlserialize',
  JsonParseExpr: 'json',
  JsonScalarExpr: 'json_scalar',
  JsonSerializeExpr: 'json_serialize',
  JsonObjectConstructor: 'json_object',
  JsonArrayConstructor: 'json_array',
  JsonArrayQueryConstructor: 'json_array',
  JsonObjectAgg: 'json_objectagg',
  JsonArrayAgg: 'json_arrayagg',
};

const valueFunctions: Readonly<Record<string, string>> = {
  SVFOP_CURRENT_DATE: 'current_date',
  SVFOP_CURRENT_TIME: 'current_time',
  SVFOP_CURRENT_TIME_N: 'current_time',
  SVFOP_CURRENT_TIMESTAMP: 'current_timestamp',
  SVFOP_CURRENT_TIMESTAMP_N: 'current_timestamp',
  SVFOP_LOCALTIME: 'localtime',
  SVFOP_LOCALTIME_N: 'localtime',
  SVFOP_LOCALTIMESTAMP: 'localtimestamp',
  SVFOP_LOCALTIMESTAMP_N: 'localtimestamp',
  SVFOP_CURRENT_ROLE: 'current_role',
  SVFOP_CURRENT_USER: 'current_user',
  SVFOP_USER: 'user',
  SVFOP_SESSION_USER: 'session_user',
  SVFOP_CURRENT_CATALOG: 'current_catalog',
  SVFOP_CURRENT_SCHEMA: 'current_schema',
};

const xmlNames: Readonly<Record<string, string>> = {
  IS_XMLCONCAT: 'xmlconcat',
  IS_XMLELEMENT: 'xmlelement',
  IS_XMLFOREST: 'xmlforest',
  IS_XMLPARSE: 'xmlparse',
  IS_XMLPI: 'xmlpi',
  IS_XMLROOT: 'xmlroot',
};

const jsonNames: Readonly<Record<string, string>> = {
  JSON_EXISTS_OP: 'json_exists',
  JSON_QUERY_OP: 'json_query',
  JSON_VALUE_OP: 'json_value',
};

const firm = (name: string | null | undefined): Figured | null => (name ? { name, firm: true } : null);

function figure(node: Node | undefined): Figured | null {
  if (!node) return null;
  const [type] = Object.keys(node);
  if (type && fixedNames[type]) return firm(fixedNames[type]);
  if ('ColumnRef' in node) return firm(nameParts(node.ColumnRef.fields).at(-1));
  if ('A_Indirection' in node)
    return firm(nameParts(node.A_Indirection.indirection).at(-1)) ?? figure(node.A_Indirection.arg);
  if ('FuncCall' in node) return firm(stringOf(node.FuncCall.funcname?.at(-1)));
  if ('A_Expr' in node) return node.A_Expr.kind === 'AEXPR_NULLIF' ? firm('nullif') : null;
  if ('TypeCast' in node) {
    const inner = figure(node.TypeCast.arg);
    if (inner?.firm) return inner;
    const typeName = stringOf(node.TypeCast.typeName?.names?.at(-1));
    return typeName === null ? inner : { name: typeName, firm: false };
  }
  if ('CollateClause' in node) return figure(node.CollateClause.arg);
  if ('SubLink' in node) return ofSubLink(node.SubLink.subLinkType, node.SubLink.subselect);
  if ('CaseExpr' in node) {
    const inner = figure(node.CaseExpr.defresult);
    return inner?.firm ? inner : { name: 'case', firm: false };
  }
  if ('MinMaxExpr' in node) return firm(node.MinMaxExpr.op === 'IS_LEAST' ? 'least' : 'greatest');
  if ('SQLValueFunction' in node) return firm(valueFunctions[node.SQLValueFunction.op ?? '']);
  if ('XmlExpr' in node) return firm(xmlNames[node.XmlExpr.op ?? '']);
  if ('JsonFuncExpr' in node) return firm(jsonNames[node.JsonFuncExpr.op ?? '']);
  return null;
}

function ofSubLink(type: string | undefined, subselect: Node | undefined): Figured | null {
  if (type === 'EXISTS_SUBLINK') return firm('exists');
  if (type === 'ARRAY_SUBLINK') return firm('array');
  if (type !== 'EXPR_SUBLINK' || !subselect || !('SelectStmt' in subselect)) return null;
  let select = subselect.SelectStmt;
  while (select.larg) select = select.larg;
  if (select.valuesLists?.length) return firm('column1');
  const [first] = select.targetList ?? [];
  if (!first || !('ResTarget' in first)) return null;
  return firm(first.ResTarget.name) ?? figure(first.ResTarget.val);
}

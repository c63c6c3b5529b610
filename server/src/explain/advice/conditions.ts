/** The conditions that a plan prints, read back as SQL: which column is compared with what. */
import type { A_Expr, Node } from '@pgsql/types';
import type { Parser } from '../../syntax/parser.ts';
import { walk } from '../../syntax/walk.ts';

export interface ComparedColumn {
  /** The alias in front of it; null where the plan prints none. */
  readonly alias: string | null;
  readonly name: string;
}

/**
 * plain: the column itself; function: what a function makes of it; cast: the column turned into another type; other: part of
 * a longer expression.
 */
export type Form = 'plain' | 'function' | 'cast' | 'other';

/** One part of a condition. */
export interface Condition {
  /** The column that is compared; null where several of one table are, or none. */
  readonly column: ComparedColumn | null;
  readonly form: Form;
  /** `=`, `<`, `~~` (LIKE), `@>` …; '' where it is no comparison. */
  readonly operator: string;
  /** Of what it is compared with: a constant text, such as the pattern of a LIKE; null for anything else. */
  readonly constant: string | null;
  /** What the column stands in, as SQL: `lower(email)`; null for the plain column. */
  readonly expression: string | null;
  /** The type that the column is cast to. */
  readonly castTo: string | null;
  /** What it is compared with has a column of another alias in it: a join. */
  readonly joins: boolean;
}

const opaque: Condition = {
  column: null,
  form: 'other',
  operator: '',
  constant: null,
  expression: null,
  castTo: null,
  joins: false,
};

export function conditionsIn(text: string, parser: Parser): readonly Condition[] {
  // Postgres prints `(InitPlan 1).col1`, `(hashed SubPlan 2)`: no SQL
  const sql = `SELECT WHERE ${text
    .replace(/\((?:InitPlan|SubPlan) \S+\)\.\w+/g, '$0')
    .replace(/\((?:NOT )?(?:hashed |ANY |ALL )?SubPlan [^()]*\)/g, 'true')}`;
  const parsed = parser.parse(sql);
  if (parsed.kind !== 'tree') return [];
  const statement = parsed.stmts[0]?.stmt;
  const where = statement && 'SelectStmt' in statement ? statement.SelectStmt.whereClause : undefined;
  return conjuncts(where).map((part) => conditionOf(part, sql));
}

function conjuncts(node: Node | undefined): Node[] {
  if (!node) return [];
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR') return (node.BoolExpr.args ?? []).flatMap(conjuncts);
  return [node];
}

function conditionOf(node: Node, sql: string): Condition {
  if ('NullTest' in node) {
    const side = sideOf(node.NullTest.arg, sql);
    return { ...opaque, ...side, operator: node.NullTest.nulltesttype === 'IS_NULL' ? 'is null' : 'is not null' };
  }
  if ('ColumnRef' in node) return { ...opaque, ...sideOf(node, sql), operator: 'is true' };
  if (!('A_Expr' in node)) return opaque;
  const expression: A_Expr = node.A_Expr;
  const operator = (expression.name ?? []).flatMap((n) => ('String' in n ? (n.String.sval ?? '') : [])).at(-1) ?? '';
  const left = sideOf(expression.lexpr, sql);
  const right = sideOf(expression.rexpr, sql);
  const isAny = expression.kind === 'AEXPR_OP_ANY';
  if (left.column && !(right.column && right.column.alias === left.column.alias))
    return {
      ...opaque,
      ...left,
      operator: isAny && operator === '=' ? '= any' : operator,
      constant: constantOf(expression.rexpr),
      joins: right.column !== null,
    };
  if (right.column && !left.column)
    return { ...opaque, ...right, operator: mirrored[operator] ?? operator, constant: constantOf(expression.lexpr) };
  return opaque;
}

const mirrored: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

type Side = Pick<Condition, 'column' | 'form' | 'expression' | 'castTo'>;

const none: Side = { column: null, form: 'other', expression: null, castTo: null };

function sideOf(node: Node | undefined, sql: string): Side {
  if (!node) return none;
  const columns = columnsIn(node);
  const [column] = columns;
  if (!column || columns.some((c) => c.name !== column.name || c.alias !== column.alias)) return none;
  if ('ColumnRef' in node) return { column, form: 'plain', expression: null, castTo: null };
  if ('TypeCast' in node) {
    const inner = sideOf(node.TypeCast.arg, sql);
    const castTo = typeName(node);
    // varchar is compared as text: that is no cast in the way of an index
    if (inner.form === 'plain') return castTo === 'text' ? inner : { ...inner, form: 'cast', castTo };
    return { ...inner, castTo };
  }
  if ('FuncCall' in node) return { column, form: 'function', expression: callText(node, sql), castTo: null };
  return { column, form: 'other', expression: null, castTo: null };
}

const typeName = (node: Extract<Node, { TypeCast: unknown }>): string =>
  (node.TypeCast.typeName?.names ?? []).flatMap((n) => ('String' in n ? (n.String.sval ?? '') : [])).at(-1) ?? '';

/** From the function's name to the parenthesis that closes it. */
function callText(node: Extract<Node, { FuncCall: unknown }>, sql: string): string | null {
  const start = node.FuncCall.location ?? 0;
  let depth = 0;
  for (let i = start; i < sql.length; i++) {
    if (sql[i] === '(') depth++;
    else if (sql[i] === ')' && --depth === 0) return sql.slice(start, i + 1);
  }
  return null;
}

function columnsIn(node: Node): ComparedColumn[] {
  const found: ComparedColumn[] = [];
  walk([node], (type, inner) => {
    if (type !== 'ColumnRef') return;
    const names = ((inner as { fields?: Node[] }).fields ?? []).flatMap((f) =>
      'String' in f ? (f.String.sval ?? '') : [],
    );
    const name = names.at(-1);
    if (name !== undefined) found.push({ name, alias: names.length > 1 ? (names[0] ?? null) : null });
  });
  return found;
}

function constantOf(node: Node | undefined): string | null {
  if (!node) return null;
  if ('TypeCast' in node) return constantOf(node.TypeCast.arg);
  return 'A_Const' in node ? (node.A_Const.sval?.sval ?? null) : null;
}

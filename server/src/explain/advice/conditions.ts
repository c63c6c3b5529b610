/** The conditions that a plan prints, read back as SQL: which column is compared with what. */
import type { A_Expr, Node, TypeName } from '@pgsql/types';
import { TreePrinter } from '../../ddl/print.ts';
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
  /** `=`, `<`, `~~` (LIKE), `@>`, `= any` (of a list), `any =` (an array that is the column), `is null`, `is not null`, `is true`, `is false` …; '' where it is no comparison. */
  readonly operator: string;
  /** Of what it is compared with: a constant text, such as the pattern of a LIKE; null for anything else. */
  readonly constant: string | null;
  /** Functions in what it is compared with: constant ones have been computed, these have not. */
  readonly valueFunctions: readonly string[];
  /** The type that the constant has, as the grammar names it: `int4`, `text[]`; null where none is printed. */
  readonly constantType: string | null;
  /** What the column stands in, as SQL without aliases: `lower(email)`; null for the plain column. */
  readonly expression: string | null;
  /** Of an expression: the functions in it, and the types that it casts to. */
  readonly functions: readonly string[];
  readonly castTo: string | null;
  /** What it is compared with has a column of another alias in it: a join, or a value from outside of a subquery. */
  readonly joins: boolean;
  /** That column, where it stands by itself and the operator is `=`. */
  readonly against: ComparedColumn | null;
  /** What OR joins, each with its parts that AND joins; empty for any other condition. */
  readonly arms: readonly (readonly Condition[])[];
  /** The whole condition as SQL without aliases. */
  readonly sql: string;
}

const opaque: Omit<Condition, 'sql'> = {
  column: null,
  form: 'other',
  operator: '',
  constant: null,
  constantType: null,
  valueFunctions: [],
  expression: null,
  functions: [],
  castTo: null,
  joins: false,
  against: null,
  arms: [],
};

/** Characters; longer ones are lists of values. */
const longest = 20_000;

/** The parts that AND joins; none where the text cannot be read. */
export function conditionsIn(text: string, parser: Parser): readonly Condition[] {
  const where = text.length > longest ? null : expressionIn(text, parser);
  try {
    return where ? new Reader(parser).conjunction(where) : [];
  } catch (error) {
    // nested too deeply
    if (error instanceof RangeError) return [];
    throw error;
  }
}

/** Postgres prints `(InitPlan 1).col1`, `(hashed SubPlan 2)`, which is no SQL: they are read as a parameter and as `true`. */
export function expressionIn(text: string, parser: Parser): Node | null {
  const sql = `SELECT WHERE ${text
    .replace(/\((?:InitPlan|SubPlan) \S+\)\.\w+/g, '$0')
    .replace(/\((?:NOT )?(?:hashed |ANY |ALL )?SubPlan [^()]*\)/g, 'true')}`;
  const parsed = parser.parse(sql);
  const statement = parsed.kind === 'tree' ? parsed.stmts[0]?.stmt : undefined;
  return (statement && 'SelectStmt' in statement ? statement.SelectStmt.whereClause : null) ?? null;
}

function conjuncts(node: Node): Node[] {
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR') return (node.BoolExpr.args ?? []).flatMap(conjuncts);
  return [node];
}

const mirrored: Readonly<Record<string, string>> = {
  '<': '>',
  '>': '<',
  '<=': '>=',
  '>=': '<=',
  '@>': '<@',
  '<@': '@>',
};

type Side = Pick<Condition, 'column' | 'form' | 'expression' | 'functions' | 'castTo'>;

const none: Side = { column: null, form: 'other', expression: null, functions: [], castTo: null };

class Reader {
  readonly #printer: TreePrinter;

  constructor(parser: Parser) {
    this.#printer = new TreePrinter(parser);
  }

  conjunction(node: Node): Condition[] {
    return conjuncts(node).map((part) => ({ ...this.#read(part), sql: this.#sqlOf(part) }));
  }

  #read(node: Node): Omit<Condition, 'sql'> {
    if ('NullTest' in node) {
      const operator = node.NullTest.nulltesttype === 'IS_NULL' ? 'is null' : 'is not null';
      return { ...opaque, ...this.#side(node.NullTest.arg), operator };
    }
    if ('BooleanTest' in node) {
      const operator = booleanTests[node.BooleanTest.booltesttype ?? ''] ?? '';
      return operator === '' ? opaque : { ...opaque, ...this.#side(node.BooleanTest.arg), operator };
    }
    if ('ColumnRef' in node) return { ...opaque, ...this.#side(node), operator: 'is true' };
    if ('BoolExpr' in node) {
      const args = node.BoolExpr.args ?? [];
      if (node.BoolExpr.boolop === 'OR_EXPR') return { ...opaque, arms: args.map((arm) => this.conjunction(arm)) };
      const [negated] = args;
      return negated && 'ColumnRef' in negated ? { ...opaque, ...this.#side(negated), operator: 'is false' } : opaque;
    }
    return 'A_Expr' in node ? this.#comparison(node.A_Expr) : opaque;
  }

  #comparison(expression: A_Expr): Omit<Condition, 'sql'> {
    const operator = namesOf(expression.name).at(-1) ?? '';
    const left = this.#side(expression.lexpr);
    const right = this.#side(expression.rexpr);
    if (left.column && !(right.column && right.column.alias === left.column.alias))
      return {
        ...opaque,
        ...left,
        ...constantOf(expression.rexpr),
        valueFunctions: functionsIn(expression.rexpr),
        operator: expression.kind === 'AEXPR_OP_ANY' ? (operator === '=' ? '= any' : '') : operator,
        joins: right.column !== null,
        against: right.form === 'plain' && operator === '=' ? right.column : null,
      };
    if (right.column && !left.column && expression.kind === 'AEXPR_OP_ANY')
      return right.form === 'plain' && operator === '=' ? { ...opaque, ...right, operator: 'any =' } : opaque;
    if (right.column && !left.column && expression.kind === 'AEXPR_OP')
      return {
        ...opaque,
        ...right,
        ...constantOf(expression.lexpr),
        valueFunctions: functionsIn(expression.lexpr),
        operator: mirrored[operator] ?? operator,
      };
    return opaque;
  }

  #side(node: Node | undefined): Side {
    if (!node) return none;
    const columns = columnsIn(node);
    const [column] = columns;
    if (!column || columns.some((c) => c.name !== column.name || c.alias !== column.alias)) return none;
    if ('ColumnRef' in node) return { ...none, column, form: 'plain' };
    const made = { column, expression: this.#sqlOf(node), functions: functionsIn(node), castTo: null };
    if ('TypeCast' in node) {
      const inner = this.#side(node.TypeCast.arg);
      const castTo = typeText(node.TypeCast.typeName);
      // of varchar Postgres prints a cast to text, which it does not make: whoever knows the column's type can tell
      if (inner.form === 'plain') return { ...made, form: 'cast', castTo };
      return { ...made, form: inner.form, castTo };
    }
    return { ...made, form: 'FuncCall' in node ? 'function' : 'other' };
  }

  #sqlOf(node: Node): string {
    return this.#printer.expression(withoutAliases(node));
  }
}

const booleanTests: Readonly<Record<string, string>> = { IS_TRUE: 'is true', IS_FALSE: 'is false' };

const namesOf = (nodes: readonly Node[] | undefined): string[] =>
  (nodes ?? []).flatMap((n) => ('String' in n ? (n.String.sval ?? '') : []));

const typeText = (type: TypeName | undefined): string =>
  `${namesOf(type?.names).at(-1) ?? ''}${(type?.arrayBounds ?? []).length > 0 ? '[]' : ''}`;

/** `lower(u.email)` is an expression of the table alone. */
function withoutAliases(node: Node): Node {
  const copy = structuredClone(node);
  walk([copy], (type, inner) => {
    if (type !== 'ColumnRef') return;
    const reference = inner as { fields?: Node[] };
    reference.fields = (reference.fields ?? []).slice(-1);
  });
  return copy;
}

function columnsIn(node: Node): ComparedColumn[] {
  const found: ComparedColumn[] = [];
  walk([node], (type, inner) => {
    if (type !== 'ColumnRef') return;
    const names = namesOf((inner as { fields?: Node[] }).fields);
    const name = names.at(-1);
    if (name !== undefined) found.push({ name, alias: names.length > 1 ? (names[0] ?? null) : null });
  });
  return found;
}

function functionsIn(node: Node | undefined): string[] {
  const found: string[] = [];
  walk([node], (type, inner) => {
    if (type === 'FuncCall') found.push(namesOf((inner as { funcname?: Node[] }).funcname).at(-1) ?? '');
  });
  return found;
}

function constantOf(node: Node | undefined): Pick<Condition, 'constant' | 'constantType'> {
  if (node && 'TypeCast' in node)
    return { constant: constantOf(node.TypeCast.arg).constant, constantType: typeText(node.TypeCast.typeName) };
  const constant = node && 'A_Const' in node ? (node.A_Const.sval?.sval ?? null) : null;
  return { constant, constantType: null };
}

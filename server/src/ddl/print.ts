/** Names, types, expressions and queries of the catalog as SQL text. */
import type { Node } from '@pgsql/types';
import { Deparser } from 'pgsql-deparser';
import type { Catalog, TypeName } from '../catalog/catalog.ts';
import { withoutPositions } from '../catalog/expressions.ts';
import { sameValue } from '../catalog/sameValue.ts';
import type { Parser } from '../syntax/parser.ts';

const identifiers = new Map<string, string>();

/** Quoted where it is a keyword of any kind or no plain lower-case word. */
export function identifier(name: string): string {
  let text = identifiers.get(name);
  if (text === undefined) {
    text = Deparser.deparse({ ColumnRef: { fields: [{ String: { sval: name } }] } });
    if (identifiers.size > 10_000) identifiers.clear();
    identifiers.set(name, text);
  }
  return text;
}

export const nameList = (names: readonly string[]): string => names.map(identifier).join(', ');

/** Without the schema where that is `public`, as people write it. */
export const qualified = (schema: string, name: string): string =>
  schema === 'public' ? identifier(name) : `${identifier(schema)}.${identifier(name)}`;

/** @param key `schema.name` of a relation of the catalog */
export function relationName(catalog: Catalog, key: string): string {
  const relation = catalog.relations.get(key);
  if (relation) return qualified(relation.schema, relation.name);
  const dot = key.indexOf('.');
  return qualified(key.slice(0, dot), key.slice(dot + 1));
}

export const literal = (text: string): string =>
  `${text.includes('\\') ? 'E' : ''}'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** A string between dollars, the tag between them chosen so that the text does not hold it. */
export function dollarQuoted(text: string): string {
  let tag = '';
  for (let n = 0; text.includes(`$${tag}$`) || text.endsWith('$'); n++) {
    tag = `body${n === 0 ? '' : n}`;
    if (!text.includes(`$${tag}$`)) break;
  }
  return `$${tag}$${text}$${tag}$`;
}

/** What people write for Postgres's internal names. */
const plainNames: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  char: '"char"',
};

/** By the bit mask that the grammar makes of the words (INTERVAL_MASK of utils/timestamp.h). */
const intervalFields: Readonly<Record<number, string>> = {
  4: ' year',
  2: ' month',
  8: ' day',
  1024: ' hour',
  2048: ' minute',
  4096: ' second',
  6: ' year to month',
  1032: ' day to hour',
  3080: ' day to minute',
  7176: ' day to second',
  3072: ' hour to minute',
  7168: ' hour to second',
  6144: ' minute to second',
  32767: '',
};

/** The key of a type or a relation of the files that a type's name means; null for one of Postgres or of an extension. */
export function typeKey(catalog: Catalog, { schema, name }: TypeName): string | null {
  if (schema !== null) return has(catalog, `${schema}.${name}`) ? `${schema}.${name}` : null;
  if (has(catalog, `public.${name}`)) return `public.${name}`;
  const found = [...catalog.namespaces.keys()].filter((namespace) => has(catalog, `${namespace}.${name}`));
  return found.length === 1 ? `${found[0]}.${name}` : null;
}

const has = (catalog: Catalog, key: string): boolean => catalog.types.has(key) || catalog.relations.has(key);

export function typeText(catalog: Catalog, type: TypeName): string {
  return `${elementText(catalog, type)}${type.array ? '[]' : ''}`;
}

function elementText(catalog: Catalog, type: TypeName): string {
  const { schema, name, modifiers } = type;
  const key = typeKey(catalog, type);
  if (key !== null) return relationName(catalog, key);
  if (schema !== null) return `${qualified(schema, name)}${inParentheses(modifiers)}`;
  switch (name) {
    case 'interval': {
      const [mask = 32767, precision] = modifiers;
      return `interval${intervalFields[mask] ?? ''}${precision === undefined ? '' : `(${precision})`}`;
    }
    case 'bpchar':
      return modifiers.length > 0 ? `character${inParentheses(modifiers)}` : 'bpchar';
    case 'timestamptz':
    case 'timetz':
      return `${name.slice(0, -2)}${inParentheses(modifiers)} with time zone`;
    default: {
      const plain = /^[a-z_][a-z0-9_]*$/.test(name) ? name : identifier(name);
      return `${plainNames[name] ?? plain}${inParentheses(modifiers)}`;
    }
  }
}

const inParentheses = (modifiers: readonly number[]): string =>
  modifiers.length > 0 ? `(${modifiers.join(', ')})` : '';

/** Prints trees; what would not be read as the same tree again is told by a comment behind it. */
export class TreePrinter {
  readonly #parser: Parser;

  constructor(parser: Parser) {
    this.#parser = parser;
  }

  expression(node: Node): string {
    const text = Deparser.deparse(node, { pretty: false });
    return this.#readsAs(`SELECT ${text}`, { SelectStmt: { targetList: [{ ResTarget: { val: node } }] } })
      ? text
      : `${text} /* not exactly as written */`;
  }

  /** As an operand, an argument of DEFAULT or the like: in parentheses where it is no single thing. */
  operand(node: Node): string {
    const text = this.expression(node);
    const simple = ['A_Const', 'FuncCall', 'TypeCast', 'SQLValueFunction', 'ColumnRef', 'A_ArrayExpr', 'CoalesceExpr'];
    return simple.some((type) => type in node) ? text : `(${text})`;
  }

  query(node: Node): string {
    const text = Deparser.deparse(node, { pretty: true });
    return this.#readsAs(text, node) ? text : `/* not exactly as written */ ${text}`;
  }

  statement(node: Node): string {
    return Deparser.deparse(node, { pretty: true });
  }

  /** Compared as far as both say something: the parser adds defaults to what was built by hand. */
  #readsAs(sql: string, node: Node): boolean {
    const outcome = this.#parser.parse(sql);
    const read = outcome.kind === 'tree' ? outcome.stmts[0]?.stmt : undefined;
    if (!read) return false;
    const target = (tree: Node): unknown =>
      'SelectStmt' in tree ? (tree.SelectStmt.targetList?.[0] as { ResTarget?: { val?: Node } })?.ResTarget?.val : null;
    const isExpression = 'SelectStmt' in node && Object.keys(node.SelectStmt).length === 1;
    const [a, b] = isExpression ? [target(read), target(node)] : [read, node];
    return sameValue(withoutPositions(a as object), withoutPositions(b as object));
  }
}

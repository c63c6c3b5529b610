/** The values of an enum, where a string stands that is compared with a column of that type, assigned to one, or cast to it. */
import { relationKey, type TypeName } from '../catalog/catalog.ts';
import type { SchemaReader } from '../catalog/schema.ts';
import { nameOf } from '../symbols/collector.ts';
import type { Parser } from '../syntax/parser.ts';
import { type Token, tokenize } from '../text/lexer.ts';
import { type SqlCursor, type WordAtCursor, Words } from './cursor.ts';
import { scopeAt } from './scope.ts';

export interface EnumValues {
  /** Between the quotes, as offsets into the cursor's text. */
  readonly from: number;
  readonly to: number;
  readonly type: string;
  /** Of the type, in the catalog. */
  readonly key: string;
  readonly values: readonly string[];
}

/** Null where the cursor is in no string, or it is not known that an enum is meant. */
export function enumValuesAt(cursor: SqlCursor, schema: SchemaReader, parser: Parser): EnumValues | null {
  const { text, start, offset } = cursor;
  const tokens = tokenize(text, start).filter((t) => t.kind !== 'comment');
  const at = tokens.findIndex((t) => t.kind === 'string' && t.start < offset && (offset < t.end || t.unterminated));
  const string = tokens[at];
  if (!string || text[string.start] !== "'") return null;
  // an open quote swallows all that is behind it
  const end = string.unterminated ? offset : string.end - 1;
  if (/[\r\n]/.test(text.slice(string.start, end))) return null;
  const before = new Words(text, tokens.slice(0, at));
  const word: WordAtCursor = {
    ...cursor,
    text: string.unterminated ? text.slice(0, offset) : text,
    from: string.start,
    to: string.unterminated ? offset : string.end,
    quoted: false,
    qualifier: [],
    first: string.start,
    before,
  };
  const type =
    castType(text, tokens.slice(at + 1)) ??
    definedType(before) ??
    insertedType(before, schema) ??
    comparedType(word, schema, parser);
  const found = type && enumOf(type, schema);
  return found
    ? {
        from: string.start + 1,
        to: end,
        type: found.name,
        key: relationKey(found.schema, found.name),
        values: found.values,
      }
    : null;
}

function enumOf({ schema: namespace, name }: TypeName, schema: SchemaReader) {
  for (const own of namespace === null ? [schema.session.schema, 'public'] : [namespace]) {
    const type = schema.type(relationKey(own, name));
    if (type) return type.kind === 'enum' ? type : null;
  }
  return null;
}

const named = (schema: string | null, name: string): TypeName => ({ schema, name, modifiers: [], array: false });

/** `'…'::mood` */
function castType(text: string, behind: readonly Token[]): TypeName | null {
  const words = new Words(text, behind);
  if (words.at(0) !== '::') return null;
  const first = words.nameAt(1);
  const second = words.at(2) === '.' ? words.nameAt(3) : null;
  return first === null ? null : second === null ? named(null, first) : named(first, second);
}

/** `a mood DEFAULT '…'`, `ALTER TYPE mood ADD VALUE 'new' BEFORE '…'`, `RENAME VALUE '…'`. */
function definedType(before: Words): TypeName | null {
  const last = before.at(-1);
  if (before.at(0) === 'alter' && before.at(1) === 'type') {
    if (!/^(?:before|after|value)$/.test(last) || before.at(-2) === 'add') return null;
    const name = before.at(3) === '.' ? before.dottedName(4) : before.dottedName(2);
    return name && named(name.schema, name.name);
  }
  if (last !== 'default') return null;
  let i = before.length - 2;
  if (before.at(i) === 'null') i -= before.at(i - 1) === 'not' ? 2 : 1;
  const name = i < 0 ? null : before.dottedName(i);
  return name && named(name.schema, name.name);
}

/** `INSERT INTO t (a, b) VALUES (1, '…'`: by its place in the row. */
function insertedType(before: Words, schema: SchemaReader): TypeName | null {
  const open = before.openParenthesis;
  const values = before.indexOf('values');
  const into = before.indexOf('into');
  if (open < 0 || values < 0 || into < 0 || open < values || into > values) return null;
  const table = before.dottedName(before.at(into + 2) === '.' ? into + 3 : into + 1);
  const relation = table && schema.relation(relationKey(table.schema ?? schema.session.schema, table.name));
  if (!relation) return null;
  const listed: string[] = [];
  const list = table.first + (table.schema === null ? 1 : 3);
  for (let i = list + 1; before.at(list) === '(' && i < values && before.at(i) !== ')'; i++) {
    const name = before.nameAt(i);
    if (name !== null) listed.push(name);
  }
  let place = 0;
  let depth = 0;
  for (let i = open + 1; i < before.length; i++) {
    const word = before.at(i);
    if (word === '(') depth++;
    else if (word === ')') depth--;
    else if (word === ',' && depth === 0) place++;
  }
  const name = listed.length > 0 ? listed[place] : relation.columns[place]?.name;
  return relation.columns.find((c) => c.name === name)?.type ?? null;
}

/** `a = '…'`, `t.a IN ('x', '…'`. */
function comparedType(word: WordAtCursor, schema: SchemaReader, parser: Parser): TypeName | null {
  const { before } = word;
  let operator = before.length - 1;
  const open = before.openParenthesis;
  if (open > 0 && before.at(open - 1) === 'in' && /^[(,]$/.test(before.at(-1))) operator = open - 1;
  else if (before.at(-1) === 'from' && before.at(-2) === 'distinct') operator -= before.at(-4) === 'not' ? 3 : 2;
  else if (!/^(?:=|<>|!=|<|>|<=|>=)$/.test(before.at(-1))) return null;
  const end = operator - (before.at(operator) === 'in' && before.at(operator - 1) === 'not' ? 2 : 1);
  const column = end < 0 ? null : before.dottedName(end);
  if (!column) return null;
  const { items, outer } = scopeAt([word], schema, parser);
  for (const item of [...items, ...outer]) {
    if (column.schema !== null && item.name !== nameOf(column.schema)) continue;
    const found = item.columns.find((c) => c.name === column.name);
    if (found) return found.type;
  }
  return null;
}

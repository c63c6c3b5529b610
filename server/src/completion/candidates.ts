/** What may be typed at the cursor of a statement: tables, columns, types, functions, keywords. */
import { keyOf, type Relation, relationKey } from '../catalog/catalog.ts';
import { printType } from '../catalog/names.ts';
import type { SchemaReader } from '../catalog/schema.ts';
import { identifier } from '../ddl/print.ts';
import type { RangeItem, ScopeColumn } from '../query/scope.ts';
import type { Parser } from '../syntax/parser.ts';
import type { WordAtCursor } from './cursor.ts';
import { keywordsAfter, statementWords } from './keywords.ts';
import { type CursorScope, scopeAt } from './scope.ts';
import { commonTypes } from './types.ts';
import { wantedAt } from './wanted.ts';

export interface Candidate {
  /** What is shown. */
  readonly label: string;
  /** SQL that takes the place of the word at the cursor. */
  readonly insert: string;
  readonly kind: 'table' | 'view' | 'index' | 'column' | 'type' | 'function' | 'keyword' | 'query' | 'value';
  /** A column's type, what table it is of. */
  readonly detail: string | null;
  /** The likeliest is 0. */
  readonly rank: number;
}

/**
 * @param readings the word at the cursor; where its statement may begin otherwise, several, the likeliest first
 */
export function candidatesAt(readings: readonly WordAtCursor[], schema: SchemaReader, parser: Parser): Candidate[] {
  const [word] = readings;
  if (!word) return [];
  const wanted = wantedAt(word, schema.session.schema);
  switch (wanted.kind) {
    case 'nothing':
      return [];
    case 'statement':
      return keywords(statementWords, word);
    case 'keyword':
      return keywords(keywordsAfter(wanted.clause, word), word);
    case 'type':
      return typeNames(schema, word);
    case 'index':
      return relationNames(schema, word, ({ kind }) => kind === 'index');
    case 'sequence':
      return relationNames(schema, word, ({ kind }) => kind === 'sequence');
    case 'relation': {
      const ctes = word.qualifier.length > 0 ? [] : scopeAt(readings, schema, parser).ctes;
      return [
        ...ctes.map(({ name }): Candidate => made(name, 'query', 'WITH', 0)),
        ...relationNames(schema, word, isReadable),
      ];
    }
    case 'columnOf':
      return (schema.relation(wanted.table)?.columns ?? []).map((c) =>
        made(c.name, 'column', c.type && printType(c.type), 0),
      );
    case 'condition':
      return [
        ...joinConditions(scopeAt(readings, schema, parser).items),
        ...expressionNames(readings, word, schema, parser),
      ];
    case 'expression':
      return expressionNames(readings, word, schema, parser);
  }
}

const made = (name: string, kind: Candidate['kind'], detail: string | null, rank: number): Candidate => ({
  label: name,
  insert: identifier(name),
  kind,
  detail,
  rank,
});

const readable = new Set(['table', 'partitioned', 'view', 'materialized view', 'foreign table']);
const isReadable = ({ kind }: Relation): boolean => readable.has(kind);

function relationNames(
  schema: SchemaReader,
  { qualifier }: WordAtCursor,
  isWanted: (relation: Relation) => boolean,
): Candidate[] {
  const within = qualifier.at(-1) ?? null;
  const contents = schema.contentsOf(within).relations;
  const found = contents.flatMap((key): Candidate[] => {
    const relation = schema.relation(key);
    if (!relation || !isWanted(relation)) return [];
    const kind = relation.kind === 'index' ? 'index' : relation.kind.includes('view') ? 'view' : 'table';
    const isNear = within !== null || relation.schema === schema.session.schema;
    const insert = isNear ? identifier(relation.name) : `${identifier(relation.schema)}.${identifier(relation.name)}`;
    const detail = relation.kind === 'index' ? relation.table : columnCount(relation);
    const label = isNear ? relation.name : keyOf(relation);
    // a partition is seldom what is meant
    return [{ label, insert, kind, detail, rank: relation.partitionOf === null ? (isNear ? 1 : 2) : 3 }];
  });
  if (within !== null) return found;
  const others = new Set(contents.map((key) => key.slice(0, key.indexOf('.'))));
  return [
    ...found,
    ...[...others]
      .filter((name) => name !== schema.session.schema)
      .map((name): Candidate => ({ ...made(name, 'query', 'schema', 4) })),
  ];
}

export const columnCount = ({ columns }: Relation): string =>
  `${columns.length} column${columns.length === 1 ? '' : 's'}`;

function typeNames(schema: SchemaReader, { qualifier }: WordAtCursor): Candidate[] {
  const own = schema.contentsOf(qualifier.at(-1) ?? null).types.flatMap((key): Candidate[] => {
    const type = schema.type(key);
    if (!type) return [];
    const isNear = qualifier.length > 0 || type.schema === schema.session.schema;
    const insert = isNear ? identifier(type.name) : `${identifier(type.schema)}.${identifier(type.name)}`;
    const detail = type.kind === 'enum' ? `enum: ${type.values.join(', ')}` : type.kind;
    return [{ label: type.name, insert, kind: 'type', detail, rank: 0 }];
  });
  if (qualifier.length > 0) return own;
  return [
    ...own,
    ...commonTypes.map((name): Candidate => ({ label: name, insert: name, kind: 'type', detail: null, rank: 1 })),
  ];
}

/** `name.`: the columns of what goes by that name, or the tables of that schema. */
function expressionNames(
  readings: readonly WordAtCursor[],
  word: WordAtCursor,
  schema: SchemaReader,
  parser: Parser,
): Candidate[] {
  const scope = scopeAt(readings, schema, parser);
  const { qualifier } = word;
  const name = qualifier.at(-1);
  if (name !== undefined) {
    const item = [...scope.items, ...scope.outer].find(
      (i) => i.name === name && (qualifier.length === 1 || i.key === relationKey(qualifier.at(-2) as string, name)),
    );
    if (item) return item.columns.map((column) => columnCandidate(column, item, 0));
    return qualifiedNames(qualifier, word, schema);
  }
  return [
    ...columnsInScope(scope),
    ...(scope.items.length === 0 ? everyColumn(schema) : []),
    ...[...scope.items, ...scope.outer].flatMap((item) =>
      item.name === null || isPutIn(item, word) ? [] : [made(item.name, 'table', item.key, 3)],
    ),
    ...schema.contentsOf(null).functions.map((f) => made(f, 'function', null, 4)),
    ...keywords(keywordsAfter('expression', word), word),
  ];
}

/** A name that stands in place of a template, for parsing. */
const isPutIn = ({ name, kind }: RangeItem, { text }: WordAtCursor): boolean =>
  name !== null && kind !== 'pseudo' && !text.toLowerCase().includes(name.toLowerCase());

/** A table that FROM does not name yet, or a schema. */
function qualifiedNames(qualifier: readonly string[], word: WordAtCursor, schema: SchemaReader): Candidate[] {
  const [namespace, name] = qualifier.length > 1 ? qualifier : [schema.session.schema, qualifier[0]];
  const relation = schema.relation(relationKey(namespace ?? '', name ?? ''));
  if (relation && isReadable(relation))
    return relation.columns.map((c) => made(c.name, 'column', c.type && printType(c.type), 0));
  return qualifier.length === 1 ? relationNames(schema, word, isReadable) : [];
}

/** So many columns that somebody can still look through them. */
const mostColumns = 500;

/** SELECT is mostly typed before its FROM: what any table has. */
function everyColumn(schema: SchemaReader): Candidate[] {
  const owners = new Map<string, string[]>();
  for (const key of schema.contentsOf(schema.session.schema).relations) {
    const relation = schema.relation(key);
    if (!relation || !isReadable(relation) || relation.partitionOf !== null) continue;
    for (const { name } of relation.columns) owners.set(name, [...(owners.get(name) ?? []), relation.name]);
    if (owners.size > mostColumns) return [];
  }
  return [...owners].map(([name, tables]) =>
    made(name, 'column', tables.length > 2 ? `${tables.length} tables` : tables.join(', '), 1),
  );
}

const typeOf = ({ type }: ScopeColumn): string => (type ? printType(type) : '');

const columnCandidate = (column: ScopeColumn, item: RangeItem, rank: number): Candidate =>
  made(column.name, 'column', [typeOf(column), item.name].filter(Boolean).join(' · '), rank);

/** A column that several tables have is written with the table's name. */
function columnsInScope({ items, outer }: CursorScope): Candidate[] {
  const owners = new Map<string, number>();
  for (const item of items)
    if (item.kind !== 'pseudo') for (const { name } of item.columns) owners.set(name, (owners.get(name) ?? 0) + 1);
  const inner = items.flatMap((item) =>
    item.columns.map((column): Candidate => {
      const isClear = item.kind !== 'pseudo' && owners.get(column.name) === 1;
      return isClear || item.name === null ? columnCandidate(column, item, 1) : qualified(column, item, 1);
    }),
  );
  // an inner name hides the outer one
  return [...inner, ...outer.flatMap((item) => item.columns.map((column) => qualified(column, item, 2)))];
}

function qualified(column: ScopeColumn, item: RangeItem, rank: number): Candidate {
  const candidate = columnCandidate(column, item, rank);
  if (item.name === null) return candidate;
  return {
    ...candidate,
    label: `${item.name}.${column.name}`,
    insert: `${identifier(item.name)}.${identifier(column.name)}`,
  };
}

/** Along foreign keys between the table that was joined last and those before it. */
function joinConditions(items: readonly RangeItem[]): Candidate[] {
  const joined = items.findLast((item) => item.kind === 'relation');
  const others = items.filter((item) => item.kind === 'relation' && item !== joined);
  if (!joined) return [];
  return others.flatMap((other) => [...conditionsFrom(joined, other), ...conditionsFrom(other, joined)]);
}

function conditionsFrom(from: RangeItem, to: RangeItem): Candidate[] {
  const written = ({ name }: RangeItem, column: string): string => `${identifier(name ?? '')}.${identifier(column)}`;
  const keyOfTo = to.relation?.constraints.find((c) => c.kind === 'primary')?.columns ?? [];
  return (from.relation?.constraints ?? []).flatMap((c): Candidate[] => {
    if (c.kind !== 'foreign' || c.references === null || c.references !== to.key) return [];
    const referenced = c.referencedColumns.length > 0 ? c.referencedColumns : keyOfTo;
    if (referenced.length !== c.columns.length) return [];
    const parts = c.columns.map((column, i) => `${written(from, column)} = ${written(to, referenced[i] as string)}`);
    const text = parts.join(' AND ');
    return [{ label: text, insert: text, kind: 'column', detail: 'foreign key', rank: 0 }];
  });
}

/** In the author's own case. */
function keywords(words: readonly string[], { text, start, before, from, to, quoted }: WordAtCursor): Candidate[] {
  if (quoted) return [];
  const first = text.slice(before.all[0]?.start ?? from, before.all[0]?.end ?? to);
  const written = first === '' ? text.slice(start, start + 1) : first;
  const isUpper = !/^[a-z]/.test(written);
  return words.map((word): Candidate => {
    const cased = isUpper ? word.toUpperCase() : word;
    return { label: cased, insert: cased, kind: 'keyword', detail: null, rank: 5 };
  });
}

/** What stands around a place in a file: the names of the statement there, and the schema that it meets. */
import { type Catalog, columnOf, constraintOf, type Relation, relationKey } from './catalog/catalog.ts';
import type { UserType } from './catalog/objects.ts';
import type { SchemaReader, Trial } from './catalog/schema.ts';
import type { Piece } from './sources/piece.ts';
import type { ArgumentAt } from './sources/source.ts';
import { namesIn } from './symbols/namesIn.ts';
import { isSame, type Meeting, type NamedPlace, type SchemaSymbol } from './symbols/symbol.ts';
import { Statement } from './syntax/statement.ts';
import type { Span } from './syntax/tokens.ts';
import { tokenize } from './text/lexer.ts';
import type { FileState, Row, Workspace } from './workspace.ts';

/** A place in the row of files, and the schema there. */
export interface Point extends Meeting {
  readonly row: Row;
  /** In the row; for what undoes a file: behind that. */
  readonly place: number;
  /** Just before, or behind the statement there. */
  catalog(behind: boolean): Catalog;
}

export interface StatementThere extends Point {
  readonly piece: Piece;
  readonly statement: Statement;
  /** Offset of the statement's text in the piece's SQL. */
  readonly start: number;
}

export interface PlacedName extends Pick<NamedPlace, 'symbol' | 'alias'> {
  /** UTF-16 offsets into the file. */
  readonly range: Span;
}

export interface NameThere extends Point, PlacedName {
  /** For what the statement itself makes: where, as UTF-16 offsets into the file. */
  readonly made: Span | null;
  /** The names of the statement; of a call of another language, which may stand for several, of the one that has it. */
  names(): Iterable<PlacedName>;
}

/** SQL that was put together for one call of another language is short. */
const mostInOneCall = 50;

/** The statements at an offset of the file: one in SQL, in another language all those that one call stands for. */
export function* statementsAt(workspace: Workspace, file: FileState, offset: number): Generator<StatementThere> {
  let row: Row | null = null;
  for (const piece of file.pieces) {
    const inSql = piece.map.fromFile(offset);
    if (inSql === null || piece.sql.statements.length === 0) continue;
    row ??= workspace.rowOf(file.uri);
    if (!row) return;
    const at = piece.sql.indexAt(inSql);
    const every = piece.host !== null && piece.sql.statements.length <= mostInOneCall;
    const [first, last] = every ? [0, piece.sql.statements.length - 1] : [Math.max(0, at - 1), at];
    for (let i = first; i <= last; i++) yield statementThere(row, piece, i);
  }
}

export function statementThere(row: Row, piece: Piece, i: number): StatementThere {
  const { reviewer, file } = row;
  const place = reviewer.placeOf(file, piece, i);
  const statement = piece.sql.statements[i] as Statement;
  const there = { row, place, piece, statement, start: piece.sql.starts[i] as number };
  const undone = reviewer.trialBefore(file, piece, i);
  if (!undone)
    return {
      ...there,
      before: reviewer.schemaAt(place),
      after: reviewer.schemaAt(place + 1),
      catalog: (behind) => reviewer.catalogAt(behind ? place + 1 : place),
    };
  const after = reviewer.trialBefore(file, piece, i + 1) as Trial;
  return {
    ...there,
    before: undone,
    after,
    catalog: (behind) => (behind ? after : undone).over(reviewer.catalogAt(place)),
  };
}

/** The name at an offset of the file. */
export function nameAt(workspace: Workspace, file: FileState, offset: number): NameThere | null {
  for (const there of statementsAt(workspace, file, offset))
    for (const name of namesThere(there)) {
      if (name.range.start > offset || offset > name.range.end) continue;
      const { symbol } = name;
      const made =
        symbol.kind === 'local' && symbol.madeAt !== null
          ? placed(there.piece, there.start, { start: symbol.madeAt, end: symbol.madeAt + symbol.name.length })
          : null;
      return { ...there, ...name, made, names: () => namesThere(there) };
    }
  return argumentNameAt(workspace, file, offset);
}

/** What an argument names that its call's SQL does not have, as the table of DROP INDEX. */
function argumentNameAt(workspace: Workspace, file: FileState, offset: number): NameThere | null {
  const there = argumentThere(workspace, file, offset);
  if (!there) return null;
  const { argument, point } = there;
  const { span, names, table } = argument;
  const text = file.text.slice(span.start, span.end);
  const namespace = argument.schema ?? point.before.session.schema;
  const key = (name: string): string => relationKey(namespace, name);
  const dot = text.lastIndexOf('.');
  const found = (symbol: SchemaSymbol, range = span): NameThere => ({
    ...point,
    symbol,
    range,
    alias: false,
    made: null,
    names: () => [],
  });
  switch (names) {
    case 'table':
    case 'index':
      return found({ kind: 'relation', key: key(text) });
    case 'column':
      return table === null ? null : found({ kind: 'column', table: key(table), name: text });
    case 'constraint':
      return table === null ? null : found({ kind: 'constraint', table: key(table), name: text });
    case 'table.column': {
      if (dot < 0) return null;
      const at = span.start + dot;
      return offset <= at
        ? found({ kind: 'relation', key: key(text.slice(0, dot)) }, { start: span.start, end: at })
        : found(
            { kind: 'column', table: key(text.slice(0, dot)), name: text.slice(dot + 1) },
            { start: at + 1, end: span.end },
          );
    }
  }
}

export interface ArgumentThere {
  readonly argument: ArgumentAt;
  readonly point: Point;
}

/** The argument of a migration call at an offset, and the schema that the call meets. */
export function argumentThere(workspace: Workspace, file: FileState, offset: number): ArgumentThere | null {
  const argument = file.source.argumentAt?.(file.text.toString(), offset) ?? null;
  const row = argument && workspace.rowOf(file.uri);
  if (!argument || !row) return null;
  const own = file.pieces.find(
    ({ map, sql, host }) => host && sql.length > 0 && map.fromFile(argument.call.start) !== null,
  );
  // the call itself may stand for no SQL, while it is typed or where something in it is not known
  const piece =
    own ??
    file.pieces.find(
      ({ map, downFrom, sql }) =>
        downFrom < sql.length === argument.backward && sql.length > 0 && map.toFile(0) >= argument.call.start,
    );
  if (piece) return { argument, point: statementThere(row, piece, 0) };
  const last = argument.backward
    ? file.pieces.findLast(({ sql, downFrom, wrapping }) => downFrom < sql.length && wrapping !== 'unknown')
    : undefined;
  const { reviewer } = row;
  const place = reviewer.placeBehind(row.file);
  const undone = last ? reviewer.trialBefore(row.file, last, last.sql.statements.length) : null;
  const schema = undone ?? reviewer.schemaAt(place);
  const catalog = (): Catalog => (undone ? undone.over(reviewer.catalogAt(place)) : reviewer.catalogAt(place));
  return { argument, point: { row, place, before: schema, after: schema, catalog } };
}

/** All names of a statement, placed in its file. */
export function* namesThere(there: StatementThere): Generator<PlacedName> {
  const { piece, statement, start } = there;
  for (const { symbol, span, alias } of namesIn(statement, there))
    yield { symbol, alias, range: placed(piece, start, span) };
}

const placed = ({ map }: Piece, start: number, span: Span): Span => map.toRange(start + span.start, start + span.end);

export interface Making {
  readonly uri: string;
  /** UTF-16 offsets into that file. */
  readonly range: Span;
  /** `renamed`: it was there before under another name. */
  readonly how: 'created' | 'renamed';
}

/** What the schema holds, and a statement can have made. */
type Made = Exclude<SchemaSymbol, { kind: 'local' }>;

/** Where it came to be; null where the files do not tell. */
export function makingOf({ row, place, symbol, made }: NameThere): Making | null {
  if (symbol.kind === 'local')
    return made && { uri: row.reviewer.files[row.file]?.uri ?? '', range: made, how: 'created' };
  // a statement may itself make what it names
  return makingIn(row, symbol, place + 1);
}

/**
 * Where something came to be that the row leaves at its end.
 * @param value of an enum: where the type got it
 */
export const makingAtEnd = (row: Row, symbol: Made, value?: string): Making | null =>
  makingIn(row, symbol, undefined, value);

/** Where a type got a value, as it is behind that place. */
export const makingOfValue = ({ row, place }: Point, type: string, value: string): Making | null =>
  makingIn(row, { kind: 'type', key: type }, place + 1, value);

function makingIn({ reviewer, before }: Row, symbol: Made, place?: number, value?: string): Making | null {
  const isIn = (written: { readonly value: unknown } | undefined): boolean => isThere(written?.value, symbol, value);
  const own = reviewer.writersOf(keyOf(symbol), place);
  const earlier = before?.writersOf(keyOf(symbol)) ?? [];
  // what was dropped since: who had made it before that
  const last = own.findIndex(isIn);
  let first = last;
  while (first >= 0 && isIn(own[first + 1])) first++;
  const isOlder = first === own.length - 1 && isIn(earlier[0]);
  if (first >= 0 && !isOlder) return placeOfName(reviewer, own[first]?.statement, symbol, value);
  if (!before) return null;
  const from = earlier.findIndex(isIn);
  let made = from;
  while (made >= 0 && isIn(earlier[made + 1])) made++;
  return made < 0 ? null : placeOfName(before, earlier[made]?.statement, symbol, value);
}

/** As the replay names it. */
function keyOf(symbol: Made): string {
  switch (symbol.kind) {
    case 'relation':
      return `r ${symbol.key}`;
    case 'column':
    case 'constraint':
      return `r ${symbol.table}`;
    case 'type':
      return `t ${symbol.key}`;
    case 'function':
      return `f ${symbol.name}`;
  }
}

/** Of a relation that no file creates it is not known where it came to be. */
function isThere(value: unknown, symbol: SchemaSymbol, label?: string): boolean {
  if (value === undefined) return false;
  if (label !== undefined && symbol.kind === 'type') {
    const type = value as UserType;
    return type.kind === 'enum' && type.values.includes(label);
  }
  if (symbol.kind === 'relation') return (value as Relation).complete;
  if (symbol.kind === 'constraint') return constraintOf(value as Relation, symbol.name) !== undefined;
  return symbol.kind !== 'column' || columnOf(value as Relation, symbol.name) !== undefined;
}

const keyOfName = (symbol: Made): string => (symbol.kind === 'relation' ? symbol.key : '');

/** The name in the statement that made it; null where that only speaks of what no file has made. */
function placeOfName(
  reviewer: Row['reviewer'],
  maker: object | undefined,
  symbol: Made,
  value?: string,
): Making | null {
  if (!(maker instanceof Statement) || maker.parsed.kind !== 'tree') return null;
  const isRenamed = 'RenameStmt' in maker.parsed.node;
  const label = value === undefined ? null : labelIn(maker, value);
  const labelled = label && reviewer.find(maker, label);
  if (labelled) return { uri: labelled.uri, range: labelled.range, how: 'created' };
  if (!isRenamed && !/^(?:create|select)\b|\badd\b|\brename\b/i.test(maker.body)) return null;
  const meeting = meetingOf(reviewer, maker);
  const names = meeting ? namesIn(maker, meeting) : [];
  // what Postgres has named by itself is found by its table
  const table = symbol.kind === 'constraint' ? symbol.table : meeting?.after.relation(keyOfName(symbol))?.table;
  const name =
    names.find((place) => isSame(place.symbol, symbol)) ??
    names.find((place) => place.symbol.kind === 'relation' && place.symbol.key === table);
  const found = reviewer.find(maker, name?.span ?? { start: maker.bodyStart, end: maker.bodyEnd });
  return found && { uri: found.uri, range: found.range, how: isRenamed ? 'renamed' : 'created' };
}

/** The last of its kind: `RENAME VALUE 'old' TO 'new'`. */
function labelIn({ text, bodyStart, bodyEnd }: Statement, value: string): Span | undefined {
  const written = `'${value.replaceAll("'", "''")}'`;
  return tokenize(text, bodyStart, bodyEnd).findLast(
    ({ kind, start, end }) => kind === 'string' && text.slice(start, end) === written,
  );
}

function meetingOf(reviewer: Row['reviewer'], statement: Statement): Meeting | null {
  for (const [file, { pieces }] of reviewer.files.entries())
    for (const piece of pieces) {
      const i = piece.sql.statements.indexOf(statement);
      if (i < 0) continue;
      const place = reviewer.placeOf(file, piece, i);
      return { before: reviewer.schemaAt(place), after: reviewer.schemaAt(place + 1) };
    }
  return null;
}

/** The schema at the name: behind the statement for what it creates. */
export const catalogOf = ({ before, catalog, symbol }: NameThere): Catalog => catalog(!isIn(before, symbol));

function isIn(schema: SchemaReader, symbol: SchemaSymbol): boolean {
  switch (symbol.kind) {
    case 'relation':
      return schema.relation(symbol.key) !== undefined;
    case 'column':
      return columnOf(schema.relation(symbol.table), symbol.name) !== undefined;
    case 'constraint':
      return constraintOf(schema.relation(symbol.table), symbol.name) !== undefined;
    case 'type':
      return schema.type(symbol.key) !== undefined;
    case 'function':
      return schema.functions(symbol.name).length > 0;
    case 'local':
      return true;
  }
}

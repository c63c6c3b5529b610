/** What stands around a place in a file: the names of the statement there, and the schema that it meets. */
import { type Catalog, columnOf, type Relation } from './catalog/catalog.ts';
import type { SchemaReader } from './catalog/schema.ts';
import type { Piece } from './sources/piece.ts';
import { namesIn } from './symbols/namesIn.ts';
import { isSame, type Meeting, type NamedPlace, type SchemaSymbol } from './symbols/symbol.ts';
import { Statement } from './syntax/statement.ts';
import type { Span } from './syntax/tokens.ts';
import type { FileState, Row, Workspace } from './workspace.ts';

export interface StatementThere extends Meeting {
  readonly row: Row;
  /** Its place in the row. */
  readonly place: number;
  readonly piece: Piece;
  readonly statement: Statement;
  /** Offset of the statement's text in the piece's SQL. */
  readonly start: number;
}

export interface PlacedName extends Pick<NamedPlace, 'symbol' | 'alias'> {
  /** UTF-16 offsets into the file. */
  readonly range: Span;
}

export type NameThere = StatementThere & PlacedName;

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
  const place = row.reviewer.placeOf(row.file, piece, i);
  return {
    row,
    place,
    piece,
    statement: piece.sql.statements[i] as Statement,
    start: piece.sql.starts[i] as number,
    before: row.reviewer.schemaAt(place),
    after: row.reviewer.schemaAt(place + 1),
  };
}

/** The name at an offset of the file. */
export function nameAt(workspace: Workspace, file: FileState, offset: number): NameThere | null {
  for (const there of statementsAt(workspace, file, offset))
    for (const name of namesThere(there))
      if (name.range.start <= offset && offset <= name.range.end) return { ...there, ...name };
  return null;
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

/** Where something came to be that a statement names; null where the files do not tell. */
export function makingOf(there: StatementThere, symbol: SchemaSymbol): Making | null {
  const { row, piece, start } = there;
  if (symbol.kind === 'local') {
    if (symbol.madeAt === null) return null;
    const span = { start: symbol.madeAt, end: symbol.madeAt + symbol.name.length };
    return { uri: row.reviewer.files[row.file]?.uri ?? '', range: placed(piece, start, span), how: 'created' };
  }
  // a statement may itself make what it names
  return makingIn(row, symbol, there.place + 1);
}

/** Where something came to be that the row leaves at its end. */
export const makingAtEnd = (row: Row, symbol: Made): Making | null => makingIn(row, symbol);

function makingIn({ reviewer, before }: Row, symbol: Made, place?: number): Making | null {
  const own = reviewer.writersOf(keyOf(symbol), place);
  const earlier = before?.writersOf(keyOf(symbol)) ?? [];
  // what was dropped since: who had made it before that
  const last = own.findIndex(({ value }) => isThere(value, symbol));
  let first = last;
  while (first >= 0 && isThere(own[first + 1]?.value, symbol)) first++;
  const isOlder = first === own.length - 1 && isThere(earlier[0]?.value, symbol);
  if (first >= 0 && !isOlder) return placeOfName(reviewer, own[first]?.statement, symbol);
  if (!before) return null;
  const from = earlier.findIndex(({ value }) => isThere(value, symbol));
  let made = from;
  while (made >= 0 && isThere(earlier[made + 1]?.value, symbol)) made++;
  return made < 0 ? null : placeOfName(before, earlier[made]?.statement, symbol);
}

/** As the replay names it. */
function keyOf(symbol: Made): string {
  switch (symbol.kind) {
    case 'relation':
      return `r ${symbol.key}`;
    case 'column':
      return `r ${symbol.table}`;
    case 'type':
      return `t ${symbol.key}`;
    case 'function':
      return `f ${symbol.name}`;
  }
}

/** Of a relation that no file creates it is not known where it came to be. */
function isThere(value: unknown, symbol: SchemaSymbol): boolean {
  if (value === undefined) return false;
  if (symbol.kind === 'relation') return (value as Relation).complete;
  return symbol.kind !== 'column' || columnOf(value as Relation, symbol.name) !== undefined;
}

/** The name in the statement that made it; null where that only speaks of what no file has made. */
function placeOfName(reviewer: Row['reviewer'], maker: object | undefined, symbol: Made): Making | null {
  if (!(maker instanceof Statement) || maker.parsed.kind !== 'tree') return null;
  const isRenamed = 'RenameStmt' in maker.parsed.node;
  if (!isRenamed && !/^(?:create|select)\b|\badd\b|\brename\b/i.test(maker.body)) return null;
  const meeting = meetingOf(reviewer, maker);
  const name = meeting && namesIn(maker, meeting).find((place) => isSame(place.symbol, symbol));
  const found = reviewer.find(maker, name?.span ?? { start: maker.bodyStart, end: maker.bodyEnd });
  return found && { uri: found.uri, range: found.range, how: isRenamed ? 'renamed' : 'created' };
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

/** The schema at the statement: behind it for what it creates. */
export function catalogOf({ before, row, place }: StatementThere, symbol: SchemaSymbol): Catalog {
  return row.reviewer.catalogAt(isIn(before, symbol) ? place : place + 1);
}

function isIn(schema: SchemaReader, symbol: SchemaSymbol): boolean {
  switch (symbol.kind) {
    case 'relation':
      return schema.relation(symbol.key) !== undefined;
    case 'column':
      return columnOf(schema.relation(symbol.table), symbol.name) !== undefined;
    case 'type':
      return schema.type(symbol.key) !== undefined;
    case 'function':
      return schema.functions(symbol.name).length > 0;
    case 'local':
      return true;
  }
}

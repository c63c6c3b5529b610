/** Where a name came to be, and where else in the files it is used. */
import type { Location, Position } from 'vscode-languageserver-types';
import { makingOf, makingOfValue, type NameThere, nameAt, namesThere, statementThere } from '../surroundings.ts';
import { bareName, isSame, type SchemaSymbol } from '../symbols/symbol.ts';
import type { Parser } from '../syntax/parser.ts';
import { type LineDocument, SourceDocument } from '../text/text.ts';
import type { FileState, Row, Workspace } from '../workspace.ts';
import { type EnumLiteral, enumLiteralAt } from './enumLiteral.ts';
import { rangeOf } from './place.ts';
import { declaredPlaces, usedPlaces, valuePlaces } from './prismaDeclarations.ts';

export type DocumentOf = (uri: string) => LineDocument | null;

/** In a migration, and in the schema of Prisma's that the migrations are made of. */
export function definitionAt(
  document: LineDocument,
  file: FileState,
  workspace: Workspace,
  documentOf: DocumentOf,
  parser: Parser,
  position: Position,
): Location[] {
  const offset = document.offsetAt(position);
  const found = nameAt(workspace, file, offset);
  const literal = found ? null : enumLiteralAt(workspace, file, parser, offset);
  if (!found && !literal) return [];
  const made = found ? makingOf(found) : literal && makingOfValue(literal.there, literal.type, literal.value);
  const other = made && documentOf(made.uri);
  const schema = workspace.prismaSchemaBehind(file.uri);
  const declared = !schema
    ? []
    : found
      ? declaredPlaces(found.symbol, schema, documentOf)
      : valuePlaces(literal as EnumLiteral, schema, documentOf);
  const isHere = made?.uri === file.uri && made.range.start <= offset && offset <= made.range.end;
  // who stands where it is made wants to go on from there
  if (!made || !other || (isHere && declared.length > 0)) return declared;
  return [{ uri: made.uri, range: rangeOf(other, made.range) }, ...declared];
}

/** More than anybody looks through. */
const mostReferences = 2000;

/** What is looked through besides the history and the files that are open. */
export type ClosedFiles = readonly FileState[];

/**
 * Every place that means the same table, column, type or function: in the file's row, in the history before it, and in
 * the files beside that history.
 */
export function referencesAt(
  document: LineDocument,
  file: FileState,
  workspace: Workspace,
  documentOf: DocumentOf,
  position: Position,
  closed: ClosedFiles,
): Location[] {
  const found = nameAt(workspace, file, document.offsetAt(position));
  if (!found) return [];
  const { symbol } = found;
  if (symbol.kind === 'local') return localPlaces(found, document, file.uri);
  const schema = workspace.prismaSchemaBehind(file.uri);
  return [
    ...(schema ? usedPlaces(symbol, schema, documentOf) : []),
    ...placesOf(symbol, found.row.before ?? found.row.reviewer, workspace, documentOf, closed),
  ];
}

/** The name that is looked for in other files; null where none would be found. */
export function referencedWord(workspace: Workspace, file: FileState, offset: number): string | null {
  const symbol = nameAt(workspace, file, offset)?.symbol;
  return !symbol || symbol.kind === 'local' ? null : bareName(symbol);
}

/** Where the SQL of a history, and of files beside it, names something. */
export function placesOf(
  symbol: SchemaSymbol,
  history: Row['reviewer'],
  workspace: Workspace,
  documentOf: DocumentOf,
  closed: ClosedFiles,
): Location[] {
  const locations: Location[] = [];
  const besides = closed.flatMap((state) => workspace.rowBeside(state, history) ?? []);
  const closedDocuments = new Map(closed.map(({ uri, text }) => [uri, new SourceDocument(uri, 0, text)]));
  const rows = [...rowsOf(history), ...besideRows(workspace, history), ...besides];
  const pattern = new RegExp(bareName(symbol).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
  for (const row of rows) {
    const of = row.reviewer.files[row.file];
    const other = of && (documentOf(of.uri) ?? closedDocuments.get(of.uri));
    if (!of || !other) continue;
    for (const piece of of.pieces)
      for (const [i, statement] of piece.sql.statements.entries()) {
        if (!pattern.test(statement.text)) continue;
        for (const { range, symbol: named, alias } of namesThere(statementThere(row, piece, i))) {
          if (alias || !isSame(named, symbol)) continue;
          locations.push({ uri: of.uri, range: rangeOf(other, range) });
          if (locations.length >= mostReferences) return unique(locations);
        }
      }
  }
  return unique(locations);
}

const rowsOf = (reviewer: Row['reviewer']): Row[] =>
  reviewer.files.map((_, file) => ({ reviewer, file, before: null }));

/** The open files that begin where the history ends. */
const besideRows = (workspace: Workspace, history: Row['reviewer']): Row[] =>
  workspace.openUris().flatMap((uri) => {
    const row = workspace.rowOf(uri);
    return row && row.reviewer !== history && row.before === history ? [row] : [];
  });

/** What the statement itself makes is used in it only. */
const localPlaces = ({ names, symbol }: NameThere, document: LineDocument, uri: string): Location[] =>
  [...names()].flatMap(({ symbol: named, range, alias }) =>
    !alias && JSON.stringify(named) === JSON.stringify(symbol) ? [{ uri, range: rangeOf(document, range) }] : [],
  );

/** A loop of a host language says the same thing several times. */
function unique(locations: readonly Location[]): Location[] {
  const seen = new Set<string>();
  return locations.filter(({ uri, range: { start } }) => {
    const key = `${uri} ${start.line}:${start.character}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Names in Prisma's schemas: what the migrations have made of a model or a field, where, and what uses it. */
import type { Hover, Location, Position } from 'vscode-languageserver-types';
import { printType } from '../catalog/names.ts';
import { symbolDdl } from '../ddl/symbolDdl.ts';
import { columnTypeOf } from '../sources/prisma/columnTypes.ts';
import { hasColumn, type ModelField } from '../sources/prisma/model.ts';
import { declarationOf, type PrismaName, prismaNameAt, usesOf } from '../sources/prisma/names.ts';
import { makingAtEnd } from '../surroundings.ts';
import { bareName, type SchemaSymbol } from '../symbols/symbol.ts';
import type { Parser } from '../syntax/parser.ts';
import type { LineDocument } from '../text/text.ts';
import type { FileState, PrismaEnd, Workspace } from '../workspace.ts';
import { type ClosedFiles, type DocumentOf, placesOf } from './definition.ts';
import { fence } from './markdown.ts';
import { madeWords } from './nameHover.ts';
import { rangeOf } from './place.ts';
import { placeOf, tableKey, typeKey } from './prismaDeclarations.ts';

/** Of a column. */
const mostIndexes = 8;

export function prismaHoverAt(
  document: LineDocument,
  file: FileState,
  workspace: Workspace,
  parser: Parser,
  position: Position,
): Hover | null {
  const name = nameAt(document, file, workspace, position);
  const end = workspace.prismaEnd(file.uri);
  const symbol = name && symbolOf(name);
  if (!name || !symbol) return null;
  const text = end && symbolDdl(end.catalog, parser, symbol);
  const value = text
    ? [fence([text, ...indexesOf(symbol, end, parser)].join('\n')), ...madeIn(symbol, end, workspace)].join('\n\n')
    : notMade(name, end !== null);
  return value === null ? null : { contents: { kind: 'markdown', value }, range: rangeOf(document, name) };
}

/** From a use to where the schema declares it; from a declaration to what has made it in the migrations. */
export function prismaDefinitionAt(
  document: LineDocument,
  file: FileState,
  workspace: Workspace,
  documentOf: DocumentOf,
  position: Position,
): Location | null {
  const name = nameAt(document, file, workspace, position);
  if (!name) return null;
  const declaration = declarationOf(name);
  const { at, span } = declaration;
  if (at.uri !== file.uri || at.file.startOf(at.block) + span.start !== name.start)
    return placeOf(declaration, documentOf);
  const end = workspace.prismaEnd(file.uri);
  const symbol = symbolOf(name);
  const made = end && symbol && makingAtEnd(end.row, symbol, name.kind === 'value' ? name.value.stored : undefined);
  const other = made && documentOf(made.uri);
  return made && other ? { uri: made.uri, range: rangeOf(other, made.range) } : null;
}

/** Every place that means it: in the schema's files, in its migrations, and in the files beside those. */
export function prismaReferencesAt(
  document: LineDocument,
  file: FileState,
  workspace: Workspace,
  documentOf: DocumentOf,
  position: Position,
  closed: ClosedFiles,
): Location[] {
  const name = nameAt(document, file, workspace, position);
  const schema = workspace.prismaFiles(file.uri)?.schema;
  if (!name || !schema) return [];
  const uses = usesOf(schema, name).flatMap((use) => placeOf(use, documentOf) ?? []);
  const end = workspace.prismaEnd(file.uri);
  const symbol = usedSymbol(name);
  return [...uses, ...(end && symbol ? placesOf(symbol, end.row.reviewer, workspace, documentOf, closed) : [])];
}

/** What SQL calls the name at a place; null where none names it. */
export function prismaWordAt(
  document: LineDocument,
  file: FileState,
  workspace: Workspace,
  position: Position,
): string | null {
  const name = nameAt(document, file, workspace, position);
  const symbol = name && usedSymbol(name);
  return symbol && bareName(symbol);
}

/** A value stands in strings, which are not looked through. */
const usedSymbol = (name: PrismaName): ReturnType<typeof symbolOf> => (name.kind === 'value' ? null : symbolOf(name));

function nameAt(document: LineDocument, file: FileState, workspace: Workspace, position: Position): PrismaName | null {
  const schema = workspace.prismaFiles(file.uri)?.schema;
  const read = workspace.prismaFile(file.uri);
  return schema && read ? prismaNameAt(schema, read, document.offsetAt(position)) : null;
}

/** Null for a field without a column. */
function symbolOf(name: PrismaName): Exclude<SchemaSymbol, { kind: 'local' }> | null {
  if (name.kind === 'enum' || name.kind === 'value') return { kind: 'type', key: typeKey(name.type) };
  if (name.kind === 'model') return { kind: 'relation', key: tableKey(name.model) };
  return hasColumn(name.field) ? { kind: 'column', table: tableKey(name.model), name: name.field.column } : null;
}

/** The indexes that hold a column. */
function indexesOf(symbol: SchemaSymbol, { catalog }: PrismaEnd, parser: Parser): string[] {
  if (symbol.kind !== 'column') return [];
  const table = catalog.relations.get(symbol.table);
  return (table?.indexes ?? [])
    .filter((key) => {
      const index = catalog.relations.get(key)?.index;
      return index?.constraint === null && index.keys.some(({ column }) => column === symbol.name);
    })
    .slice(0, mostIndexes)
    .flatMap((key) => symbolDdl(catalog, parser, { kind: 'relation', key }) ?? []);
}

function madeIn(symbol: Exclude<SchemaSymbol, { kind: 'local' }>, end: PrismaEnd, workspace: Workspace): string[] {
  const made = makingAtEnd(end.row, symbol);
  return made ? [madeWords(made, workspace)] : [];
}

/** What Prisma will make of a field; null where there is nothing to tell. */
function notMade(name: PrismaName, hasMigrations: boolean): string | null {
  if (name.kind !== 'field') return hasMigrations ? 'No migration has made it yet.' : null;
  const type = columnText(name.field);
  if (type === null) return null;
  const text = `${name.model.table}.${name.field.column} ${type}${name.field.arity === 'required' ? ' NOT NULL' : ''}`;
  return `${fence(text)}${hasMigrations ? '\n\nNo migration has made it yet.' : ''}`;
}

function columnText(field: ModelField): string | null {
  if (field.kind === 'unsupported') return field.type;
  const type = columnTypeOf(field);
  return type && printType(type);
}

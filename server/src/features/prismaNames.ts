/** Hover and definition in Prisma's schemas: what the migrations have made of a model or a field, and where. */
import type { Hover, Location, Position } from 'vscode-languageserver-types';
import { relationKey } from '../catalog/catalog.ts';
import { printType } from '../catalog/names.ts';
import { symbolDdl } from '../ddl/symbolDdl.ts';
import { columnTypeOf } from '../sources/prisma/columnTypes.ts';
import { hasColumn, type Model, type ModelField } from '../sources/prisma/model.ts';
import { type PrismaName, prismaNameAt } from '../sources/prisma/nameAt.ts';
import { makingAtEnd } from '../surroundings.ts';
import type { SchemaSymbol } from '../symbols/symbol.ts';
import type { Parser } from '../syntax/parser.ts';
import type { LineDocument } from '../text/text.ts';
import type { FileState, PrismaEnd, Workspace } from '../workspace.ts';
import type { DocumentOf } from './definition.ts';
import { fence } from './markdown.ts';
import { madeWords } from './nameHover.ts';
import { rangeOf } from './place.ts';

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

/** From a type to its model or enum; from a name that is declared there to what has made it in the migrations. */
export function prismaDefinitionAt(
  document: LineDocument,
  file: FileState,
  workspace: Workspace,
  documentOf: DocumentOf,
  position: Position,
): Location | null {
  const name = nameAt(document, file, workspace, position);
  if (!name) return null;
  const declared = name.kind === 'enum' ? name.type : name.model;
  const written = name.kind === 'field' ? name.field.member.name : declared.block.name;
  const start = declared.file.startOf(declared.block) + (written?.start ?? 0);
  if (declared.uri !== file.uri || start !== name.start) {
    const other = documentOf(declared.uri);
    const length = written ? written.end - written.start : 0;
    return other && { uri: declared.uri, range: rangeOf(other, { start, end: start + length }) };
  }
  const end = workspace.prismaEnd(file.uri);
  const symbol = symbolOf(name);
  const made = end && symbol && makingAtEnd(end.row, symbol);
  const other = made && documentOf(made.uri);
  return made && other ? { uri: made.uri, range: rangeOf(other, made.range) } : null;
}

function nameAt(document: LineDocument, file: FileState, workspace: Workspace, position: Position): PrismaName | null {
  const schema = workspace.prismaFiles(file.uri)?.schema;
  const read = workspace.prismaFile(file.uri);
  return schema && read ? prismaNameAt(schema, read, document.offsetAt(position)) : null;
}

const tableKey = ({ databaseSchema, table }: Model): string => relationKey(databaseSchema ?? 'public', table);

/** Null for a field without a column. */
function symbolOf(name: PrismaName): Exclude<SchemaSymbol, { kind: 'local' }> | null {
  if (name.kind === 'enum')
    return { kind: 'type', key: relationKey(name.type.databaseSchema ?? 'public', name.type.type) };
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

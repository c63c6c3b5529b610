/** The outline of a SQL file: its statements by their first words, the columns of a new table below it. */
import type { CreateStmt, Node } from '@pgsql/types';
import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver-types';
import type { Statement } from '../syntax/statement.ts';
import type { Span } from '../syntax/tokens.ts';
import type { LineDocument } from '../text/text.ts';
import type { FileState } from '../workspace.ts';
import { rangeOf } from './place.ts';

/** Nobody looks for a statement among more; editors ask again after each edit. */
const maxSymbols = 2000;

/** Characters of a statement that are shown at most. */
const shown = 60;

/** Spans are offsets into the statement's text. */
interface Entry extends Span {
  readonly name: string;
  readonly kind: SymbolKind;
  readonly columns: readonly (Span & { readonly name: string })[];
}

/** Empty for files of other languages, whose own extensions show an outline. */
export function documentSymbolsOf(document: LineDocument, file: FileState): DocumentSymbol[] {
  const symbols: DocumentSymbol[] = [];
  if (file.source.id !== 'sql') return symbols;
  for (const piece of file.pieces) {
    for (let i = 0; i < piece.sql.statements.length; i++) {
      const entry = entryOf(piece.sql.statements[i] as Statement);
      if (!entry) continue;
      if (symbols.length >= maxSymbols) return symbols;
      const at = piece.sql.starts[i] as number;
      const rangeAt = ({ start, end }: Span) => rangeOf(document, piece.map.toRange(at + start, at + end));
      const { name, kind, columns } = entry;
      const range = rangeAt(entry);
      symbols.push({
        name,
        kind,
        range,
        selectionRange: { start: range.start, end: range.start },
        children: columns.map((column) => {
          const place = rangeAt(column);
          return { name: column.name, kind: SymbolKind.Field, range: place, selectionRange: place };
        }),
      });
    }
  }
  return symbols;
}

const entries = new WeakMap<Statement, Entry | null>();

/** Null for a statement that is none, such as the comment at the end of a file. */
function entryOf(statement: Statement): Entry | null {
  let entry = entries.get(statement);
  if (entry === undefined) {
    entry = readEntry(statement);
    entries.set(statement, entry);
  }
  return entry;
}

function readEntry({ parsed, body, bodyStart, bodyEnd, text }: Statement): Entry | null {
  const name = firstWords(body);
  if (name === '') return null;
  const node = parsed.kind === 'tree' ? parsed.node : null;
  const columns = node && 'CreateStmt' in node ? columnsOf(node.CreateStmt, text) : [];
  return { name, kind: node ? kindOf(node) : SymbolKind.Object, columns, start: bodyStart, end: bodyEnd };
}

/** Of what is created, as far as its name; of others as much as fits. */
function firstWords(body: string): string {
  const start = body.slice(0, 400).replace(/\s*(?:--[^\n]*|\/\*.*?\*\/)\s*/gs, ' ');
  const created = /^create\b[^('$]*?(?=\s*(?:\(|'|\$|\b(?:as|on|returns|before|after|for|language)\b))/i.exec(
    start,
  )?.[0];
  const words = (created ?? start).replace(/\s+/g, ' ').trim();
  return words.length > shown ? `${words.slice(0, shown - 1).trimEnd()}…` : words;
}

function columnsOf({ tableElts = [] }: CreateStmt, text: string): (Span & { name: string })[] {
  return tableElts.flatMap((element) => {
    if (!('ColumnDef' in element)) return [];
    const { colname = '', location: start = 0 } = element.ColumnDef;
    const end = start + (text[start] === '"' ? `"${colname.replaceAll('"', '""')}"` : colname).length;
    return colname === '' ? [] : [{ name: colname, start, end }];
  });
}

const kinds: Readonly<Record<string, SymbolKind>> = {
  CreateStmt: SymbolKind.Struct,
  CreateTableAsStmt: SymbolKind.Struct,
  CreateForeignTableStmt: SymbolKind.Struct,
  ViewStmt: SymbolKind.Interface,
  IndexStmt: SymbolKind.Key,
  CreateFunctionStmt: SymbolKind.Function,
  DoStmt: SymbolKind.Function,
  CreateTrigStmt: SymbolKind.Event,
  CreateEnumStmt: SymbolKind.Enum,
  CompositeTypeStmt: SymbolKind.TypeParameter,
  CreateDomainStmt: SymbolKind.TypeParameter,
  CreateSchemaStmt: SymbolKind.Namespace,
  AlterTableStmt: SymbolKind.Property,
  RenameStmt: SymbolKind.Property,
};

const kindOf = (node: Node): SymbolKind => kinds[Object.keys(node)[0] as string] ?? SymbolKind.Object;

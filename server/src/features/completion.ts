/** Names where they are typed: in files of SQL, in SQL strings of other languages, in the arguments of migration calls. */
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  type Position,
  type Range,
} from 'vscode-languageserver-types';
import { type Candidate, candidatesAt } from '../completion/candidates.ts';
import { insideBody, type SqlCursor, wordAt } from '../completion/cursor.ts';
import { type EnumValues, enumValuesAt } from '../completion/enumValues.ts';
import type { Piece } from '../sources/piece.ts';
import { statementThere } from '../surroundings.ts';
import type { Parser } from '../syntax/parser.ts';
import type { Statement } from '../syntax/statement.ts';
import type { LineDocument } from '../text/text.ts';
import type { FileState, Workspace } from '../workspace.ts';
import { argumentCandidatesAt } from './argumentCompletion.ts';
import { rangeOf } from './place.ts';
import { typedSqlCompletionAt } from './typedSqlCompletion.ts';

export function completionAt(
  document: LineDocument,
  file: FileState,
  workspace: Workspace,
  parser: Parser,
  position: Position,
): CompletionList | null {
  const offset = document.offsetAt(position);
  const typedSql = typedSqlCompletionAt(document, file, workspace, parser, position);
  if (typedSql) return typedSql;
  const argument = argumentCandidatesAt(file, workspace, offset);
  if (argument)
    return listOf(
      argument.candidates,
      rangeOf(document, argument.span),
      document.getText(rangeOf(document, { start: argument.span.start, end: offset })),
      (name) => name,
      (label) => label,
    );
  for (const piece of file.pieces) {
    const at = piece.map.fromFile(offset);
    // what was put together of arguments cannot be typed into
    if (at === null || piece.map.encode('') === null) continue;
    const row = workspace.rowOf(file.uri);
    if (!row) return null;
    const { before } = statementThere(row, piece, Math.max(0, piece.sql.indexAt(at)));
    const cursors = cursorsIn(piece, at).map(insideBody);
    const readings = cursors.flatMap((cursor) => wordAt(cursor) ?? []);
    const [word] = readings;
    if (!word) return valuesAt(document, piece, at, cursors, (cursor) => enumValuesAt(cursor, before, parser));
    const start = at - word.offset;
    const candidates = candidatesAt(readings, before, parser);
    const range = rangeOf(document, piece.map.toRange(start + word.from, start + word.to));
    return listOf(
      candidates,
      range,
      word.text.slice(word.from, word.offset),
      (name) => piece.map.encode(word.quoted && !name.startsWith('"') && /^[\w$]+$/.test(name) ? `"${name}"` : name),
      // `u.id` is found by `id`, `"User"` by `us` and by `"U`
      (label, newText) => (word.quoted ? newText : label.slice(label.lastIndexOf('.') + 1)),
    );
  }
  return null;
}

/** In a string: the values of the enum that it is compared with. */
function valuesAt(
  document: LineDocument,
  piece: Piece,
  at: number,
  cursors: readonly SqlCursor[],
  valuesOf: (cursor: SqlCursor) => EnumValues | null,
): CompletionList | null {
  for (const cursor of cursors) {
    const found = valuesOf(cursor);
    if (!found) continue;
    const { from, to, type, values } = found;
    const start = at - cursor.offset;
    const candidates = values.map(
      (value): Candidate => ({
        label: value,
        insert: value.replaceAll("'", "''"),
        kind: 'value',
        detail: type,
        rank: 0,
      }),
    );
    const range = rangeOf(document, piece.map.toRange(start + from, start + to));
    const typed = cursor.text.slice(from, cursor.offset);
    return listOf(
      candidates,
      range,
      typed,
      (value) => piece.map.encode(value),
      (_label, newText) => newText,
    );
  }
  return null;
}

/** Broken statements before and behind that may belong to the one at the cursor. */
const mostJoined = 3;

/**
 * The statement at the cursor. While one is typed it may seem to end where a line begins with a word that statements
 * begin with, so it is read with its neighbours first.
 */
function cursorsIn({ sql }: Piece, at: number): SqlCursor[] {
  const i = Math.max(0, sql.indexAt(at));
  const statement = sql.statements[i];
  if (!statement) return [{ text: '', start: 0, offset: 0 }];
  let [first, last] = [i, i];
  const isOpen = (s: Statement | undefined): boolean => s !== undefined && !s.terminated && s.parsed.kind === 'error';
  while (first > 0 && i - first < mostJoined && isOpen(sql.statements[first - 1])) first--;
  while (last - i < mostJoined && isOpen(sql.statements[last]) && sql.statements[last + 1]) last++;
  const own = cursorAt(sql, i, i, at);
  return first === i && last === i ? [own] : [cursorAt(sql, first, last, at), own];
}

function cursorAt(sql: Piece['sql'], first: number, last: number, at: number): SqlCursor {
  const from = sql.starts[first] as number;
  const text = sql.slice(from, sql.starts[last + 1] as number);
  const start = (sql.statements[first] as Statement).bodyStart;
  // what is typed in front of a statement begins one of its own
  return at - from <= start
    ? { text: text.slice(0, at - from), start: 0, offset: at - from }
    : { text, start, offset: at - from };
}

const kinds: Readonly<Record<Candidate['kind'], CompletionItemKind>> = {
  table: CompletionItemKind.Class,
  view: CompletionItemKind.Interface,
  index: CompletionItemKind.Reference,
  column: CompletionItemKind.Field,
  type: CompletionItemKind.Enum,
  function: CompletionItemKind.Function,
  keyword: CompletionItemKind.Keyword,
  query: CompletionItemKind.Module,
  value: CompletionItemKind.EnumMember,
};

/** Of more, those that are like what is typed so far; editors then ask again at the next key. */
const mostItems = 1000;

const isLike = (label: string, typed: string): boolean =>
  label.toLowerCase().includes(typed.replaceAll('"', '').toLowerCase());

/**
 * @param typed so far, of the word that is replaced
 * @param encode how a name is written there; null where it cannot be
 */
function listOf(
  candidates: readonly Candidate[],
  range: Range,
  typed: string,
  encode: (name: string) => string | null,
  filterOf: (label: string, newText: string) => string,
): CompletionList {
  const items: CompletionItem[] = [];
  const seen = new Set<string>();
  const isIncomplete = candidates.length > mostItems;
  const alike = isIncomplete ? candidates.filter(({ label }) => isLike(label, typed)) : candidates;
  const some = isIncomplete ? [...alike].sort((a, b) => a.rank - b.rank).slice(0, mostItems) : alike;
  for (const [i, { label, insert, kind, detail, rank }] of some.entries()) {
    const newText = encode(insert);
    if (newText === null || seen.has(newText)) continue;
    seen.add(newText);
    items.push({
      label,
      kind: kinds[kind],
      ...(detail ? { detail } : {}),
      sortText: `${rank}${String(i).padStart(5, '0')}`,
      // editors compare it with what stands in the range
      filterText: filterOf(label, newText),
      textEdit: { range, newText },
    });
  }
  return { isIncomplete, items };
}

/** Fixes of SQL that stands inside another language: edits of its strings, or its own code written anew. */
import type { TextEdit } from 'vscode-languageserver-types';
import type { PlacedFinding } from '../document.ts';
import type { Fix } from '../rules/rule.ts';
import { sourceFor } from '../sources/index.ts';
import type { Piece } from '../sources/piece.ts';
import type { Rewriter, TextEdit as SourceEdit } from '../sources/source.ts';
import type { Parser } from '../syntax/parser.ts';
import { SqlText } from '../syntax/sqlText.ts';
import type { LineDocument } from '../text/text.ts';
import { editsOf, rangeOf, withLineEnds } from './place.ts';

export const titleOf = (uri: string, { title, apart }: Fix): string =>
  apart ? `${title}, ${sourceFor(uri)?.rewriter?.outsideWords}` : title;

/** Null when the language cannot hold the fix. */
export function editsInHost(document: LineDocument, placed: PlacedFinding, fix: Fix): TextEdit[] | null {
  const { piece, statementStart } = placed;
  const host = rewriterOf(document.uri, piece);
  const inStrings = (): TextEdit[] | null => (fix.apart ? null : editsOf(document, placed, fix));
  if (!host) return inStrings();
  const before = piece.sql.slice(0, piece.sql.length);
  const sql = editedSql(before, fix, statementStart);
  const anew = (): TextEdit[] | null => {
    const wanted = { sql, outside: fix.apart ?? false };
    const edits = host.rewriter.rewrite(document.getText(), piece, wanted, host.parser);
    return edits && inDocument(document, edits);
  };
  const count = statementCount(sql, host.parser);
  // a string of nothing but comments is no statement for a driver, and few take several in one
  if (count === 0) return anew();
  return count === statementCount(before, host.parser) ? (inStrings() ?? anew()) : (anew() ?? inStrings());
}

/** What undoes a file of another language: it no longer undoes what has moved. Null when that cannot be written. */
export function undoneInHost(
  document: LineDocument,
  piece: Piece,
  { undo = [], moves }: Fix,
): { readonly edits: readonly TextEdit[]; readonly elsewhere: []; readonly ownMove: false } | null {
  if (undo.length === 0 && moves === undefined) return { edits: [], elsewhere: [], ownMove: false };
  const host = rewriterOf(document.uri, piece);
  if (!host) return null;
  const change = { undo, moved: moves ?? null };
  const edits = host.rewriter.rewriteBackward(document.getText(), piece, change, host.parser);
  return edits && { edits: inDocument(document, edits), elsewhere: [], ownMove: false };
}

/** What else can be done about the finding in the other language. */
export function ownFixes(
  document: LineDocument,
  { piece, finding }: PlacedFinding,
): { readonly title: string; readonly edits: TextEdit[] }[] {
  const host = piece.host && rewriterOf(document.uri, piece);
  if (!host) return [];
  const fixes = host.rewriter.ownFixes(finding.rule, document.getText(), piece, host.parser);
  return fixes.map(({ title, edits }) => ({ title, edits: inDocument(document, edits) }));
}

function rewriterOf(uri: string, { sql }: Piece): { readonly rewriter: Rewriter; readonly parser: Parser } | null {
  const rewriter = sourceFor(uri)?.rewriter;
  const parser = sql.statements[0]?.parser;
  return rewriter && parser ? { rewriter, parser } : null;
}

const statementCount = (sql: string, parser: Parser): number =>
  SqlText.of(sql, parser).statements.filter(({ parsed }) => parsed.kind !== 'none').length;

/** Of several insertions at one place, the first stays first. */
function editedSql(sql: string, { edits }: Fix, at: number): string {
  const ordered = edits.map((edit, order) => ({ ...edit, order }));
  ordered.sort((a, b) => b.start - a.start || b.order - a.order);
  return ordered.reduce((t, { start, end, newText }) => t.slice(0, at + start) + newText + t.slice(at + end), sql);
}

const inDocument = (document: LineDocument, edits: readonly SourceEdit[]): TextEdit[] =>
  edits.map(({ from, to, inserted }) => ({
    range: rangeOf(document, { start: from, end: to }),
    newText: withLineEnds(document, inserted),
  }));

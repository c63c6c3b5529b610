/** What a fix changes: edits of its file, new migrations behind it, and what undoes both. */
import type { TextEdit } from 'vscode-languageserver-types';
import type { PlacedFinding } from '../document.ts';
import { type FollowUpPlace, fileName, writeFollowUps } from '../history/followUps.ts';
import type { Fix } from '../rules/rule.ts';
import type { Piece } from '../sources/piece.ts';
import { forwardPart } from '../sources/piece.ts';
import type { LineDocument } from '../text/text.ts';
import { script } from '../tools/script.ts';
import type { NewFile, NewMigration } from '../tools/tool.ts';
import { editsInHost, undoneInHost } from './hostFix.ts';
import { editsOf, rangeOf, withLineEnds } from './place.ts';

export interface FixChanges {
  readonly edits: readonly TextEdit[];
  /** In the order in which they are to be written. */
  readonly created: readonly NewFile[];
  /** Text that goes to the beginning of other files. */
  readonly elsewhere: readonly { readonly uri: string; readonly text: string }[];
}

/** A DO block or a function with statements of its own. */
const hasBody = ({ newText }: Fix['edits'][number]): boolean => /\$(\w*)\$[^$]*;[^$]*\$\1\$/.test(newText);

const nothing: FixChanges = { edits: [], created: [], elsewhere: [] };

/**
 * Null when the file's own language, or its migration tool, cannot hold it.
 * @param place behind the file's history; null where nothing new can be written
 */
export function changesOf(
  document: LineDocument,
  placed: PlacedFinding,
  fix: Fix,
  place: FollowUpPlace | null,
): FixChanges | null {
  const { piece } = placed;
  // goose cuts a file at its semicolons
  if (!piece.host && fix.edits.some(hasBody) && /^--[ \t]*\+goose\b/m.test(document.getText())) return null;
  const edits = piece.host ? editsInHost(document, placed, fix) : editsOf(document, placed, fix);
  if (!edits) return null;
  if (fix.created) return { ...nothing, edits, created: fix.created };
  if (!fix.followUps && !fix.outside) return { ...nothing, edits };
  // a statement of a host language that must run outside is taken out in its place
  if (!place || (piece.host && (fix.outside || fix.forwardOnly))) return null;
  if (fix.forwardOnly && hasBackwardPart(document, piece, place)) return null;
  const alone = forwardPart(piece).filter((s) => s.parsed.kind !== 'none').length === 1;
  if (fix.outside) {
    const told =
      alone && piece.wrapping === 'tool' ? place.tool.runOutside?.(piece.sql.slice(0, piece.sql.length)) : null;
    return told ? { ...nothing, edits: [insertion(document, piece, told.at, told.inserted), ...edits] } : null;
  }
  // a file with nothing left in it is no migration
  if (alone && fix.moves !== undefined && !piece.host) return null;
  const undone = piece.host ? undoneInHost(document, piece, fix) : undoOf(document, piece, fix, place);
  if (!undone) return null;
  const migrations = (fix.followUps ?? []).map((f) => ({ ...f, undo: undone.ownMove ? [] : (f.undo ?? []) }));
  const written = writtenBehind(document, migrations, place);
  return (
    written && {
      edits: [...edits.map((edit) => closed(document, edit)), ...undone.edits, ...written.edits],
      created: written.created,
      elsewhere: undone.elsewhere,
    }
  );
}

/** New files; or, where a file of the tool holds several migrations, new ones at the end of this one. */
function writtenBehind(
  document: LineDocument,
  migrations: readonly NewMigration[],
  place: FollowUpPlace,
): Pick<FixChanges, 'edits' | 'created'> | null {
  const { append } = place.tool;
  if (!append) {
    const created = writeFollowUps(migrations, place);
    return created && { edits: [], created };
  }
  const text = document.getText();
  let added = '';
  for (const migration of migrations) {
    const more = append({ ...migration, name: fileName(migration.name) }, text + added);
    if (more === null) return null;
    added += more;
  }
  const end = { start: text.length, end: text.length };
  const newText = text.endsWith('\n') ? added : `\n${added}`;
  return { edits: [{ range: rangeOf(document, end), newText: withLineEnds(document, newText) }], created: [] };
}

/**
 * The backward part of the file, or the file that is its backward part: it undoes first what the fix leaves behind, and no
 * longer counts on what the fix has moved. `ownMove`: it undoes that itself, which the new migration then must not.
 */
function undoOf(
  document: LineDocument,
  piece: Piece,
  fix: Fix,
  place: FollowUpPlace,
): Pick<FixChanges, 'edits' | 'elsewhere'> & { readonly ownMove: boolean } {
  const undo = fix.undo ?? [];
  const { sql, downFrom } = piece;
  if (downFrom > 0 && downFrom < sql.length) {
    const mark = sql.slice(downFrom, sql.length);
    const line = mark.indexOf('\n');
    const at = line < 0 ? sql.length : downFrom + line + 1;
    const first = line < 0 ? `\n${script(undo)}` : script(undo);
    const edits = undo.length > 0 ? [insertion(document, piece, at, first)] : [];
    if (fix.moves !== undefined) edits.push(...ifExists(document, piece, fix.moves));
    return { edits, elsewhere: [], ownMove: false };
  }
  const backward = place.tool.backwardOf?.(document.uri);
  if (backward === undefined || !place.exists(backward)) return { edits: [], elsewhere: [], ownMove: false };
  const elsewhere = undo.length > 0 ? [{ uri: backward, text: script(undo) }] : [];
  return { edits: [], elsewhere, ownMove: fix.moves !== undefined };
}

function hasBackwardPart(document: LineDocument, { sql, downFrom }: Piece, place: FollowUpPlace): boolean {
  const backward = place.tool.backwardOf?.(document.uri);
  return (downFrom > 0 && downFrom < sql.length) || (backward !== undefined && place.exists(backward));
}

/** IF EXISTS for what the backward part drops of that name. */
function ifExists(document: LineDocument, { sql, downFrom, map }: Piece, name: string): TextEdit[] {
  const edits: TextEdit[] = [];
  sql.statements.forEach((statement, i) => {
    const start = (sql.starts[i] as number) + statement.bodyStart;
    if (start < downFrom) return;
    const drop = /\bdrop\s+(?:index(?:\s+concurrently)?|constraint)(?=\s+(?!if\b))/i.exec(statement.body);
    if (!drop || !statement.body.includes(name)) return;
    const at = map.toFile(start + drop.index + drop[0].length);
    edits.push({ range: rangeOf(document, { start: at, end: at }), newText: ' IF EXISTS' });
  });
  return edits;
}

/** A comment that an edit ends with must not swallow what stands behind it on the line. */
function closed(document: LineDocument, edit: TextEdit): TextEdit {
  if (!/--[^\n]*$/.test(edit.newText)) return edit;
  const { end } = edit.range;
  const rest = document.getText({ start: end, end: { line: end.line + 1, character: 0 } });
  return rest.trim() === '' ? edit : { ...edit, newText: withLineEnds(document, `${edit.newText}\n`) };
}

/** @param at offset in the piece's SQL */
function insertion(document: LineDocument, { map }: Piece, at: number, newText: string): TextEdit {
  const offset = map.toFile(at);
  return { range: rangeOf(document, { start: offset, end: offset }), newText: withLineEnds(document, newText) };
}

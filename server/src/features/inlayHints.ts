/** Behind a statement that makes others wait: its strongest lock, whom that blocks, and whether it rewrites or scans. */
import { type InlayHint, MarkupKind, type Range } from 'vscode-languageserver-types';
import { blocks, sqlName } from '../facts/blocking.ts';
import { lockModes } from '../facts/effects.ts';
import type { FileEffects, StatementEffects } from '../review/statementEffects.ts';
import type { LineDocument } from '../text/text.ts';
import { inWords } from './hover.ts';

/** A screen shows some dozens; a client that asks for a whole dump gets no more. */
const maxHints = 500;

export function inlayHintsIn(document: LineDocument, effects: FileEffects, range: Range): InlayHint[] {
  const [from, to] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  const hints: InlayHint[] = [];
  for (const found of effects.between(from, to)) {
    const label = inShort(found);
    if (label === null) continue;
    const { piece, statement, start } = found;
    const terminated = statement.text[statement.bodyEnd] === ';' ? 1 : 0;
    // by the last character, which is surely in the file; behind a call that the SQL was put together of
    const end =
      piece.map.encode('') === null
        ? piece.map.toFile(piece.sql.length)
        : piece.map.toFile(start + statement.bodyEnd + terminated - 1) + 1;
    if (end < from || end > to) continue;
    hints.push({
      position: document.positionAt(end),
      label,
      paddingLeft: true,
      tooltip: { kind: MarkupKind.Markdown, value: inWords(found.effects, effects.targetVersion) },
    });
    if (hints.length === maxHints) break;
  }
  return hints;
}

/** `ACCESS EXCLUSIVE · blocks reads and writes · rewrites`; null where nobody who uses a table has to wait. */
function inShort({ strong, effects }: StatementEffects): string | null {
  const mode = lockModes.findLast((m) => strong.some((lock) => lock.mode === m));
  if (!mode) return null;
  const held = new Set(strong.map((lock) => lock.relation));
  const blocked = blocks(mode).reads ? 'blocks reads and writes' : 'blocks writes';
  const work = effects.rewrites.some((key) => held.has(key))
    ? [' · rewrites']
    : effects.scans.some((key) => held.has(key))
      ? [' · scans']
      : [];
  return [`${sqlName(mode)} · ${blocked}`, ...work].join('');
}

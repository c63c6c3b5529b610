/** Hover on a name: what it stands for there, as SQL, and where it came to be. */
import type { Hover, Position } from 'vscode-languageserver-types';
import { symbolDdl } from '../ddl/symbolDdl.ts';
import { catalogOf, type Making, makingOf, nameAt } from '../surroundings.ts';
import type { Parser } from '../syntax/parser.ts';
import type { LineDocument } from '../text/text.ts';
import { baseName, parent } from '../tools/paths.ts';
import type { FileState, Workspace } from '../workspace.ts';
import { fence } from './markdown.ts';
import { rangeOf } from './place.ts';

export function nameHoverAt(
  document: LineDocument,
  file: FileState,
  workspace: Workspace,
  parser: Parser,
  position: Position,
): Hover | null {
  const found = nameAt(workspace, file, document.offsetAt(position));
  if (!found) return null;
  const { symbol } = found;
  const text = symbolDdl(catalogOf(found), parser, symbol);
  if (text === null) return null;
  const made = symbol.kind === 'local' ? null : makingOf(found);
  const isHere = made?.uri === file.uri && made.range.start === found.range.start;
  const words = made && !isHere ? `\n\n${madeWords(made, workspace)}` : '';
  return { contents: { kind: 'markdown', value: `${fence(text)}${words}` }, range: rangeOf(document, found.range) };
}

/** Where it came to be, as Markdown. */
export function madeWords({ uri, range, how }: Making, workspace: Workspace): string {
  const line = (workspace.get(uri)?.text.positionAt(range.start).line ?? 0) + 1;
  return `${how === 'created' ? 'Created in' : 'Got its name in'} [${fileName(uri)}:${line}](${uri}#L${line})`;
}

/** The folder's name where all files are called the same. */
const fileName = (uri: string): string =>
  decodeURIComponent(baseName(uri) === 'migration.sql' ? `${baseName(parent(uri))}/migration.sql` : baseName(uri));

/** Hover on a name: what it stands for there, as SQL, and where it came to be. */
import type { Hover, Position } from 'vscode-languageserver-types';
import { symbolDdl } from '../ddl/symbolDdl.ts';
import { catalogOf, makingOf, nameAt } from '../surroundings.ts';
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
  const text = symbolDdl(catalogOf(found, symbol), parser, symbol);
  if (text === null) return null;
  const made = symbol.kind === 'local' ? null : makingOf(found, symbol);
  const line = made ? (workspace.get(made.uri)?.text.positionAt(made.range.start).line ?? 0) + 1 : 0;
  const isHere = made?.uri === file.uri && made.range.start === found.range.start;
  const words =
    made && !isHere ? `\n\n${madeWords[made.how]} [${fileName(made.uri)}:${line}](${made.uri}#L${line})` : '';
  return { contents: { kind: 'markdown', value: `${fence(text)}${words}` }, range: rangeOf(document, found.range) };
}

const madeWords = { created: 'Created in', renamed: 'Got its name in' } as const;

/** The folder's name where all files are called the same. */
const fileName = (uri: string): string =>
  decodeURIComponent(baseName(uri) === 'migration.sql' ? `${baseName(parent(uri))}/migration.sql` : baseName(uri));

/** From a revision's id in `down_revision` or `depends_on` to the revision that has it. */
import type { Location, Position } from 'vscode-languageserver-types';
import type { Span } from '../syntax/tokens.ts';
import type { LineDocument } from '../text/text.ts';
import { isRevision, readRevision } from '../tools/alembic.ts';
import type { FileState, Workspace } from '../workspace.ts';
import type { DocumentOf } from './definition.ts';
import { rangeOf } from './place.ts';

export function revisionDefinitionAt(
  document: LineDocument,
  file: FileState,
  workspace: Workspace,
  documentOf: DocumentOf,
  position: Position,
): Location | null {
  const text = file.source.id === 'alembic' ? file.text.toString() : '';
  const id = isRevision(text) ? followedAt(text, document.offsetAt(position)) : null;
  if (id === null) return null;
  for (const { tool, files } of workspace.histories) {
    if (tool.id !== 'alembic' || !files.includes(file.uri)) continue;
    for (const uri of files) {
      const other = workspace.get(uri)?.text.toString();
      const there = other !== undefined && readRevision({ uri, text: other })?.id === id ? documentOf(uri) : null;
      if (other !== undefined && there) return { uri, range: rangeOf(there, ownId(other)) };
    }
  }
  return null;
}

/** The id at the offset, of those that the revision follows; null where there is none. */
function followedAt(text: string, offset: number): string | null {
  for (const assigned of text.matchAll(/^(?:down_revision|depends_on)\b[^=\n]*=\s*(?:\([^)]*\)|\[[^\]]*\]|[^\n]*)/gm)) {
    if (offset < assigned.index || offset > assigned.index + assigned[0].length) continue;
    for (const quoted of assigned[0].matchAll(/["']([^"']+)["']/g)) {
      const start = assigned.index + quoted.index;
      if (start <= offset && offset <= start + quoted[0].length) return quoted[1] as string;
    }
  }
  return null;
}

function ownId(text: string): Span {
  const found = /^revision\b[^=\n]*=\s*[uU]?["']([^"']+)["']/m.exec(text);
  const end = found ? found.index + found[0].length - 1 : 0;
  return { start: end - (found?.[1]?.length ?? 0), end };
}

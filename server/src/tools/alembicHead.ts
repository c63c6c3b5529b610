/** What a revision says of itself: its id, and which ones it follows. */
import type { ToolFile } from './tool.ts';

export interface Revision {
  readonly uri: string;
  readonly id: string;
  /** Ids of the revisions that it follows. */
  readonly down: readonly string[];
  /** Ids or labels of revisions of other branches that have to run before it. */
  readonly dependsOn: readonly string[];
  /** Names of the branch that it opens. */
  readonly labels: readonly string[];
}

/** Null for a file that is no revision. */
export function readRevision({ uri, text }: ToolFile): Revision | null {
  const id = /^revision\b[^=\n]*=\s*[uU]?["']([^"']+)["']/m.exec(text)?.[1];
  if (id === undefined) return null;
  return {
    uri,
    id,
    down: namesIn('down_revision', text),
    dependsOn: namesIn('depends_on', text),
    labels: namesIn('branch_labels', text),
  };
}

/** The strings that are assigned to that name at the top of the file: one, a tuple or a list. */
function namesIn(name: string, text: string): string[] {
  const written = new RegExp(`^${name}\\b[^=\\n]*=\\s*(\\([^)]*\\)|\\[[^\\]]*\\]|[^\\n]*)`, 'm').exec(text)?.[1] ?? '';
  return [...written.replace(/#[^\n]*/g, '').matchAll(/["']([^"']+)["']/g)].map((m) => m[1] as string);
}

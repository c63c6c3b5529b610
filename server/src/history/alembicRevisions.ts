/** The order of Alembic revisions: from the first to the heads, along down_revision. */
import type { HistoryFile } from './fileSystem.ts';

interface Revision {
  readonly uri: string;
  readonly id: string;
  readonly down: readonly string[];
}

export function orderRevisions(files: readonly HistoryFile[]): string[] {
  const revisions = files.flatMap((f) => readRevision(f) ?? []).sort((a, b) => (a.uri < b.uri ? -1 : 1));
  const byId = new Map(revisions.map((r) => [r.id, r]));
  const ordered: string[] = [];
  const done = new Set<string>();
  // depth first with a stack of its own: a chain of revisions is as deep as the history is long
  for (const root of revisions) {
    const stack: { revision: Revision; next: number }[] = [{ revision: root, next: 0 }];
    const open = new Set<string>();
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const { revision } = top;
      if (done.has(revision.id)) {
        stack.pop();
        continue;
      }
      open.add(revision.id);
      const down = revision.down[top.next++];
      if (down === undefined) {
        done.add(revision.id);
        ordered.push(revision.uri);
        stack.pop();
        continue;
      }
      const below = byId.get(down);
      // a cycle or a missing file ends the way down; what is there is still ordered
      if (below && !open.has(below.id)) stack.push({ revision: below, next: 0 });
    }
  }
  return ordered;
}

export function readRevision({ uri, text }: HistoryFile): Revision | null {
  const id = /^revision\b[^=\n]*=\s*["']([^"']+)["']/m.exec(text)?.[1];
  if (id === undefined) return null;
  const written = /^down_revision\b[^=\n]*=\s*(\([^)]*\)|\[[^\]]*\]|[^\n]*)/m.exec(text)?.[1] ?? '';
  return { uri, id, down: [...written.matchAll(/["']([^"']+)["']/g)].map((m) => m[1] as string) };
}

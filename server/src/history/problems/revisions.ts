/** The graph of Alembic's revisions, as far as their files tell it. */

import { type Revision, readRevision } from '../../tools/alembic.ts';
import type { HistoryFile } from '../fileSystem.ts';
import type { HistoryFiles } from './problem.ts';

export interface RevisionGraph {
  readonly revisions: readonly Revision[];
  readonly byId: ReadonlyMap<string, Revision>;
  /** Ids of revisions in other folders of the workspace: Alembic may be set to read several. */
  readonly elsewhere: ReadonlySet<string>;
  /** Ids that a revision in another folder follows or depends on. */
  readonly usedElsewhere: ReadonlySet<string>;
  /** Whether a revision opens a branch with a name, depends on another branch, or is written in a way that is not read. */
  readonly hasBranches: boolean;
}

export function revisionGraph({ members, all }: HistoryFiles): RevisionGraph {
  const own = new Set(members.map((m) => m.uri));
  const read = (files: readonly HistoryFile[]): Revision[] => files.flatMap((file) => readRevision(file) ?? []);
  const revisions = read(members);
  const others = read(all.filter(({ uri }) => uri.endsWith('.py') && !own.has(uri)));
  return {
    revisions,
    byId: new Map(revisions.map((r) => [r.id, r])),
    elsewhere: new Set(others.map((r) => r.id)),
    usedElsewhere: new Set(others.flatMap((r) => r.down)),
    hasBranches: members.some(({ text }) => labelled.test(text) || !/^down_revision\b/m.test(text)),
  };
}

/** `branch_labels` or `depends_on` that is something else than None or empty. */
const labelled = /^(?:branch_labels|depends_on)\b[^=\n]*=[ \t]*(?!None\b|\(\s*\)|\[\s*\])\S/m;

export const downRevisionLine = /^down_revision\b[^\n]*/m;

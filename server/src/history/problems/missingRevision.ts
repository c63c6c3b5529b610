/** Alembic: a revision follows, or depends on, one that is in no file. */
import type { FoundProblem, HistoryProblem } from './problem.ts';
import { type RevisionGraph, revisionGraph } from './revisions.ts';

export const missingRevision: HistoryProblem = {
  id: 'revision-not-found',
  severity: 'error',
  docs: {
    summary: 'An Alembic revision follows, or depends on, another one that no file of the workspace has.',
    why: 'Alembic reads all revisions into one graph before it does anything, by their whole ids. With an edge that leads nowhere it stops at every command.',
    fine: 'Where the other revision comes from a package that is installed beside the project.',
    source: 'https://alembic.sqlalchemy.org/en/latest/branches.html',
  },
  find(history) {
    if (history.tool.id !== 'alembic') return [];
    const { revisions, byId, elsewhere } = revisionGraph(history);
    // these are names as well, perhaps of other folders
    const hasLabels = revisions.some((r) => r.labels.length > 0);
    const isThere = (id: string): boolean => byId.has(id) || elsewhere.has(id);
    return revisions.flatMap(({ uri, id: own, down, dependsOn }) => {
      const found = (id: string, name: string, help: string): FoundProblem => {
        const meant = idsLike(id, [...byId.keys()]).filter((known) => !leadsTo(known, own, byId));
        return {
          uri,
          at: new RegExp(`^${name}\\b[^\\n]*`, 'm'),
          message: `No file has the revision ${id}.`,
          help: `${meant.length > 0 ? `Do you mean ${meant.join(' or ')}? ` : ''}${help}`,
          fixes: () =>
            meant.map((known) => ({
              title: `Replace it by ${known}`,
              edits: [{ at: stringIn(name, id), newText: known }],
            })),
        };
      };
      return [
        ...down.filter((id) => !isThere(id)).map((id) => found(id, 'down_revision', helpOfDown)),
        ...dependsOn.filter((id) => !isThere(id) && !hasLabels).map((id) => found(id, 'depends_on', helpOfDependency)),
      ];
    });
  },
};

const helpOfDown =
  'Alembic stops at every command while a revision follows one that is not there. Name the revision before this one, or bring its file back.';
const helpOfDependency =
  'Alembic stops at every command while a revision depends on one that is not there. Name the other revision, or bring its file back.';

/** The id among the strings that are assigned there; nothing behind the next assignment. */
const stringIn = (name: string, id: string): RegExp =>
  new RegExp(`(?<=^${name}\\b[^=]*=[^=]*["'])${escaped(id)}(?=["'])`, 'm');

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Known ids that it may be meant for: it is the beginning of one, or the other way round, or differs in two places at most. */
const idsLike = (id: string, known: readonly string[]): string[] =>
  known
    .filter((other) => {
      if (id.length >= 4 && other.length >= 4 && (other.startsWith(id) || id.startsWith(other))) return true;
      if (other.length !== id.length || id.length < 8) return false;
      return [...id].filter((character, i) => character !== other[i]).length <= 2;
    })
    .slice(0, 3);

/** Whether one revision follows the other, however far behind. */
function leadsTo(from: string, to: string, byId: RevisionGraph['byId']): boolean {
  const waiting = [from];
  const seen = new Set<string>();
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    waiting.push(...(byId.get(id)?.down ?? []));
  }
  return false;
}

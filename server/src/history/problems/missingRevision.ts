/** Alembic: a revision follows one that is in no file. */
import type { HistoryProblem } from './problem.ts';
import { downRevisionLine, revisionGraph } from './revisions.ts';

export const missingRevision: HistoryProblem = {
  id: 'revision-not-found',
  severity: 'error',
  docs: {
    summary: 'An Alembic revision follows another one that no file of the workspace has.',
    why: 'Alembic reads all revisions into one graph before it does anything. With an edge that leads nowhere it stops at every command.',
    fine: 'Where the other revision comes from a package that is installed beside the project.',
    source: 'https://alembic.sqlalchemy.org/en/latest/branches.html',
  },
  find(history) {
    if (history.tool.id !== 'alembic') return [];
    const { revisions, byId, elsewhere } = revisionGraph(history);
    return revisions.flatMap(({ uri, down }) =>
      down
        .filter((id) => !byId.has(id) && !elsewhere.has(id) && ![...byId.keys()].some((known) => known.startsWith(id)))
        .map((id) => ({
          uri,
          at: downRevisionLine,
          message: `No file has the revision ${id}.`,
          help: 'Alembic stops at every command while a revision follows one that is not there. Name the revision before this one, or bring its file back.',
        })),
    );
  },
};

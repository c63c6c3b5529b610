/** Alembic: revisions that follow each other in a circle. */
import type { HistoryProblem } from './problem.ts';
import { downRevisionLine, revisionGraph } from './revisions.ts';

export const revisionCycle: HistoryProblem = {
  id: 'revision-cycle',
  severity: 'error',
  docs: {
    summary: 'Alembic revisions follow each other in a circle.',
    why: 'Alembic sorts the revisions before it does anything and stops with "Cycle is detected in revisions".',
    fine: 'Never: no order leads through a circle.',
    source: 'https://alembic.sqlalchemy.org/en/latest/branches.html',
  },
  find(history) {
    if (history.tool.id !== 'alembic') return [];
    const { revisions, byId } = revisionGraph(history);
    // what is left when revisions that follow nothing are taken away, again and again, in both directions
    let circle = [...new Set(revisions.map((r) => r.id))];
    for (let size = -1; size !== circle.length; ) {
      size = circle.length;
      const there = new Set(circle);
      const followed = new Set(circle.flatMap((id) => byId.get(id)?.down ?? []));
      circle = circle.filter((id) => followed.has(id) && byId.get(id)?.down.some((d) => there.has(d)));
    }
    return circle.map((id) => ({
      uri: byId.get(id)?.uri as string,
      at: downRevisionLine,
      message: `The revision ${id} follows itself, through ${byId.get(id)?.down.join(', ')}.`,
      help: 'Alembic finds no order in which these revisions could run and stops at every command. Name the revision that really comes before this one.',
    }));
  },
};

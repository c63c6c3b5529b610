/** Alembic: more than one revision that nothing follows. */
import { mergeRevision } from '../../tools/alembic.ts';
import { baseName } from '../../tools/paths.ts';
import type { Place } from '../../tools/tool.ts';
import type { HistoryFiles, HistoryProblem } from './problem.ts';
import { revisionGraph } from './revisions.ts';

export const severalHeads: HistoryProblem = {
  id: 'several-heads',
  severity: 'warning',
  docs: {
    summary: 'An Alembic history has more than one head.',
    why: '`alembic upgrade head` fails with "Multiple head revisions are present" until they are merged. It happens when two branches that each added a revision are merged: git sees no conflict.',
    fine: 'Where branches are kept apart on purpose and upgraded with `heads`. Of histories with branch labels, or with dependencies between branches, nothing is said.',
    source: 'https://alembic.sqlalchemy.org/en/latest/branches.html',
  },
  find(history) {
    if (history.tool.id !== 'alembic') return [];
    const { revisions, byId, elsewhere, usedElsewhere, hasBranches } = revisionGraph(history);
    const followed = new Set(revisions.flatMap((r) => r.down));
    const heads = [...byId.values()].filter((r) => !followed.has(r.id) && !usedElsewhere.has(r.id));
    // independent histories in one folder are branches as well
    const roots = revisions.filter((r) => r.down.length === 0);
    const astray = revisions.some((r) => r.down.some((id) => !byId.has(id) && !elsewhere.has(id)));
    if (heads.length < 2 || hasBranches || roots.length > 1 || astray) return [];
    return heads.map((head) => {
      const others = heads.filter((h) => h !== head);
      return {
        uri: head.uri,
        at: /^revision\b[^\n]*/m,
        message: `The history has ${heads.length} heads: this revision and ${others.map((o) => baseName(o.uri)).join(', ')}.`,
        help: '"alembic upgrade head" fails until one of them follows the other (down_revision), or "alembic merge" joins them.',
        fixes: (now) => {
          const merge = mergeRevision(heads, placeOf(history, now));
          return merge ? [{ title: 'Create a revision that merges the heads', created: [merge] }] : [];
        },
      };
    });
  },
};

function placeOf({ folder, files, members }: HistoryFiles, now: Date): Place {
  const texts = new Map(members.map(({ uri, text }) => [uri, text]));
  return { folder, files, now, read: (uri) => texts.get(uri) ?? '' };
}

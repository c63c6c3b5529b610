/** Revisions that branch and merge, drawn beside their list. */
import type { Revision } from '../tools/alembic.ts';

export interface RevisionPlace {
  /** What connects it with the rows above and below, two characters a lane: `●─╮`; '' where the history is one line. */
  readonly lanes: string;
  /** `head`, `merges a1b2 and c3d4`, `2 branches begin`. */
  readonly notes: readonly string[];
}

/**
 * @param revisions in the order of the rows, each behind those that it follows
 * @returns by URI
 */
export function revisionGraph(revisions: readonly Revision[]): ReadonlyMap<string, RevisionPlace> {
  const known = new Set(revisions.map((r) => r.id));
  const children = new Map<string, string[]>();
  for (const { id, down } of revisions)
    for (const parent of down) if (known.has(parent)) children.set(parent, [...(children.get(parent) ?? []), id]);
  const rows = drawn(revisions, children);
  const isOneLine = rows.every((row) => row.trimEnd().length <= 1);
  return new Map(
    revisions.map((revision, i) => [
      revision.uri,
      { lanes: isOneLine ? '' : (rows[i] as string), notes: notesOf(revision, children.get(revision.id) ?? []) },
    ]),
  );
}

function notesOf({ down }: Revision, children: readonly string[]): string[] {
  return [
    ...(children.length === 0 ? ['head'] : []),
    ...(down.length > 1 ? [`merges ${down.slice(0, -1).join(', ')} and ${down.at(-1)}`] : []),
    ...(children.length > 1 ? [`${children.length} branches begin`] : []),
  ];
}

/** A lane holds the edge to a revision that comes further down; a lane that is free may be taken again. */
function drawn(revisions: readonly Revision[], children: ReadonlyMap<string, readonly string[]>): string[] {
  const lanes: (string | null)[] = [];
  const free = (): number => {
    const at = lanes.indexOf(null);
    return at < 0 ? lanes.length : at;
  };
  return revisions.map(({ id }) => {
    const arriving = lanes.flatMap((to, lane) => (to === id ? [lane] : []));
    const own = arriving[0] ?? free();
    const passing = new Set(lanes.flatMap((to, lane) => (to !== null && to !== id ? [lane] : [])));
    for (const lane of arriving) lanes[lane] = null;
    const [first, ...others] = children.get(id) ?? [];
    lanes[own] = first ?? null;
    const leaving = others.map((child) => {
      // an edge that has just arrived leaves its lane free, but both would be drawn in one place
      let lane = lanes.findIndex((to, i) => to === null && !arriving.includes(i));
      if (lane < 0) lane = lanes.length;
      lanes[lane] = child;
      return lane;
    });
    return row(own, passing, new Set(arriving.slice(1)), new Set(leaving));
  });
}

function row(
  own: number,
  passing: ReadonlySet<number>,
  arriving: ReadonlySet<number>,
  leaving: ReadonlySet<number>,
): string {
  const joined = [own, ...arriving, ...leaving];
  const [from, to] = [Math.min(...joined), Math.max(...joined)];
  const width = Math.max(to, ...passing) + 1;
  let text = '';
  for (let lane = 0; lane < width; lane++) {
    const within = lane > from && lane < to;
    if (lane === own) text += '●';
    else if (arriving.has(lane)) text += lane > own ? (lane < to ? '┴' : '╯') : lane > from ? '┴' : '╰';
    else if (leaving.has(lane)) text += lane > own ? (lane < to ? '┬' : '╮') : lane > from ? '┬' : '╭';
    else if (passing.has(lane)) text += within ? '┼' : '│';
    else text += within ? '─' : ' ';
    text += lane >= from && lane < to ? '─' : ' ';
  }
  return text.trimEnd();
}

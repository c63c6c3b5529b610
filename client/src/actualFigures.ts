// What a plan that ran has measured at the tables and joins of its statement, in few words. Knows nothing of VS Code.
import type { Position } from 'vscode-languageserver-types';
import { formatCount, formatExact, formatMs } from '../../server/src/explain/shown/format.ts';
import { roundingError } from '../../server/src/explain/shown/measures.ts';
import { nodeName } from '../../server/src/explain/shown/nodeText.ts';
import type { PlanNode, PlanReport } from '../../server/src/protocol.ts';

export interface ActualFigures {
  /** The end of the text that the figures are of, where it stood when it was explained. */
  readonly position: Position;
  /** `71,989 rows · 979 ms`. */
  readonly label: string;
  /** A line for each node, and where it was measured. */
  readonly tooltip: string;
}

/** A subquery's own scan only passes on what was found inside. */
const tableOrJoin = /^(?!Subquery ).* Scan$|^(Nested Loop|Hash Join|Merge Join)$/;
const mostNodesTold = 10;

/** In the order of the plan; none for a plan that never ran. */
export function actualFigures({ analyzed, nodes, target }: PlanReport): ActualFigures[] {
  if (!analyzed) return [];
  const byText = new Map<string, PlanNode[]>();
  for (const node of nodes) {
    if (!node.range || !tableOrJoin.test(node.type)) continue;
    const key = textKey(node);
    byText.set(key, [...(byText.get(key) ?? []), node]);
  }
  const where = target ? [`on ${target.name}, PostgreSQL ${target.version}`] : [];
  return [...byText.values()].flatMap((found) => {
    const [first] = found;
    if (!first?.range) return [];
    const label = labelOf(found, nodes);
    if (label === '') return [];
    const lines = found.slice(0, mostNodesTold).map(inWords);
    const more = found.length > mostNodesTold ? [`and ${found.length - mostNodesTold} more`] : [];
    return [{ position: first.range.end, label, tooltip: [...lines, ...more, ...where].join('\n') }];
  });
}

const textKey = ({ range }: PlanNode): string => JSON.stringify(range);

function labelOf(found: readonly PlanNode[], nodes: readonly PlanNode[]): string {
  if (found.every(({ loops }) => loops === 0)) return 'never ran';
  const rows = rowsOf(found.filter((node) => !isBelowItsOwnText(node, nodes)));
  const times = found.map(({ exclusive }) => exclusive);
  const ms = times.every((each) => each.ms === null) ? null : times.reduce((sum, each) => sum + (each.ms ?? 0), 0);
  const msError = times.reduce((sum, each) => sum + each.msError, 0);
  const error = roundingError({ ms, msError });
  const time = ms === null ? null : `${formatMs(ms)}${error === null ? '' : ` ±${formatMs(error)}`}`;
  return [rows, time].filter((part) => part !== null).join(' · ');
}

/** An index scan of a bitmap has the text of the scan above it, which tells how many rows came of both. */
function isBelowItsOwnText(node: PlanNode, nodes: readonly PlanNode[]): boolean {
  const key = textKey(node);
  for (let at = above(node, nodes); at; at = above(at, nodes))
    if (tableOrJoin.test(at.type) && textKey(at) === key) return true;
  return false;
}

const above = ({ parent }: PlanNode, nodes: readonly PlanNode[]): PlanNode | undefined =>
  parent === null ? undefined : nodes[parent];

/**
 * Postgres prints the rows of one loop, rounded: they are not multiplied. Partitions add up where each was read once at most, or
 * all as often; null where they do not.
 */
function rowsOf(parts: readonly PlanNode[]): string | null {
  const ran = parts.filter(({ loops }) => loops !== 0);
  const loops = ran[0]?.loops ?? 1;
  if (ran.some((part) => part.loops !== loops || part.rows.actual === null)) return null;
  const rows = ran.reduce((sum, part) => sum + (part.rows.actual ?? 0), 0);
  return `${count(rows)}${loops > 1 ? ` × ${formatCount(loops)}` : ''}`;
}

const count = (rows: number): string => `${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}`;

/** `Seq Scan on orders o: 71,989 rows, 979 ms by itself`. */
function inWords(node: PlanNode): string {
  const { loops, rows, exclusive, inclusive } = node;
  if (loops === 0) return `${nodeName(node)}: never ran`;
  const parts = [];
  if (rows.actual !== null) {
    const exact = `${formatExact(rows.actual)} ${rows.actual === 1 ? 'row' : 'rows'}`;
    parts.push(loops !== null && loops > 1 ? `${exact} in each of ${formatExact(loops)} loops` : exact);
  }
  if (exclusive.ms !== null) parts.push(`${formatMs(exclusive.ms)} by itself`);
  if (inclusive.ms !== null && exclusive.ms !== null && inclusive.ms > exclusive.ms * 1.01)
    parts.push(`${formatMs(inclusive.ms)} with what ran inside it`);
  return `${nodeName(node)}: ${parts.join(', ')}`;
}

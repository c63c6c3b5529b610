/** What is certain from a plan alone: each finding is counted by Postgres, not guessed. */
import type { PlanFinding } from '../protocol.ts';
import type { PlacedNode } from './plan.ts';

/** Rows below which a wrong estimate changes no plan worth the name. */
const estimateMatters = 1_000;
const estimateOff = 100;
const manyRemoved = 10_000;
const fewKept = 0.01;

/** Only analysed plans have findings: they are about what happened, and each names the node where it did. */
export function adviseOn(placed: readonly PlacedNode[]): PlanFinding[] {
  const findings = placed.flatMap((node) => {
    if (!((node.json['Actual Loops'] ?? 0) > 0)) return [];
    return [spill(node), misestimate(node, placed), wastefulScan(node)].filter((finding) => finding !== null);
  });
  // a wrong estimate makes those above it wrong: tell the cause only
  const off = new Set(findings.filter(({ code }) => code === estimateCode).map(({ node }) => node));
  return findings.filter(
    ({ code, node }) => code !== estimateCode || !placed[node]?.children.some((id) => off.has(id)),
  );
}

const estimateCode = 'row-estimate-off';

function number(node: PlacedNode, key: string): number | null {
  const value = node.json[key];
  return typeof value === 'number' ? value : null;
}

function spill(node: PlacedNode): PlanFinding | null {
  const found = (message: string): PlanFinding => ({
    code: 'spilled-to-disk',
    node: node.id,
    message,
    severity: 'warning',
    proof: 'verified',
  });
  switch (node.json['Node Type']) {
    case 'Sort': {
      const onDisk = processesOf(node).filter((process) => process['Sort Space Type'] === 'Disk');
      if (onDisk.length === 0) return null;
      const kb = sum(onDisk, 'Sort Space Used');
      return found(
        `This sort did not fit in work_mem and wrote ${kb} kB to disk (${onDisk[0]?.['Sort Method']}${amongWorkers(onDisk)}).`,
      );
    }
    case 'Hash': {
      const batches = number(node, 'Hash Batches') ?? 1;
      if (batches <= 1) return null;
      const memory = number(node, 'Peak Memory Usage');
      return found(
        `This hash table did not fit in memory (${memory} kB were used) and the join went through disk in ${batches} batches.`,
      );
    }
    case 'Aggregate': {
      const onDisk = processesOf(node).filter((process) => Number(process['Disk Usage'] ?? 0) > 0);
      if (onDisk.length === 0) return null;
      const kb = sum(onDisk, 'Disk Usage');
      return found(`This aggregate did not fit in work_mem and wrote ${kb} kB to disk${amongWorkers(onDisk)}.`);
    }
    default:
      return null;
  }
}

type Counters = Readonly<Record<string, unknown>>;

/** The leader's counters, and those of each parallel worker. */
function processesOf({ json }: PlacedNode): Counters[] {
  return [json, ...(Array.isArray(json.Workers) ? (json.Workers as Counters[]) : [])];
}

function sum(processes: readonly Counters[], key: string): number {
  return processes.reduce((total, process) => total + Number(process[key] ?? 0), 0);
}

function amongWorkers(processes: readonly Counters[]): string {
  return processes.length > 1 ? `, in ${processes.length} parallel processes` : '';
}

function misestimate(node: PlacedNode, placed: readonly PlacedNode[]): PlanFinding | null {
  const actual = node.json['Actual Rows'];
  const planned = node.json['Plan Rows'];
  if (actual === undefined || planned === undefined) return null;
  if (Math.max(actual, planned) < estimateMatters) return null;
  // a merge join reads equal rows of its inner side again and again, and each time counts
  if (isInnerOfMergeJoin(node, placed)) return null;
  // a bitmap's rows are not counted when it is combined, and a writing node returns none
  if (['BitmapAnd', 'BitmapOr', 'ModifyTable'].includes(node.json['Node Type'])) return null;
  // from 18 on rows are averaged with decimals; before, rounded to whole rows: an average below one can be printed as 0
  const factor = Math.max(actual, planned, 1) / Math.max(1, Math.min(actual, planned));
  if (factor < estimateOff || (actual < planned && mayStopEarly(node, placed))) return null;
  return {
    code: estimateCode,
    node: node.id,
    message: `Postgres expected ${count(planned)} here and got ${count(actual)}${
      (node.json['Actual Loops'] ?? 1) > 1 ? ' per loop' : ''
    }: its statistics do not describe this data or condition.`,
    severity: 'warning',
    proof: 'verified',
  };
}

function isInnerOfMergeJoin(node: PlacedNode, placed: readonly PlacedNode[]): boolean {
  if (node.json['Parent Relationship'] !== 'Inner' || node.parent === null) return false;
  return placed[node.parent]?.json['Node Type'] === 'Merge Join';
}

/**
 * Whether something above may have stopped asking for rows: LIMIT, a semi- or anti-join or unique inner side that needs the
 * first match only, a merge join whose other side ended, a hash join with nothing in its hash table, a window that has its
 * first rows, EXISTS. Fewer rows than planned say nothing there.
 */
function mayStopEarly(node: PlacedNode, placed: readonly PlacedNode[]): boolean {
  for (let at: PlacedNode | undefined = node; at; at = at.parent === null ? undefined : placed[at.parent]) {
    if (['SubPlan', 'InitPlan'].includes(at.json['Parent Relationship'] ?? '')) return true;
    const above: PlacedNode | undefined = at.parent === null ? undefined : placed[at.parent];
    const type = above?.json['Node Type'];
    if (type === 'Limit' || type === 'Merge Join') return true;
    if (above?.json['Run Condition'] !== undefined) return true;
    if (type === 'Hash Join' && at.json['Parent Relationship'] === 'Outer') {
      const hash = above?.children.map((id) => placed[id]?.json).find((child) => child?.['Node Type'] === 'Hash');
      if ((hash?.['Actual Rows'] ?? 0) === 0) return true;
    }
    if (type === 'Nested Loop' && at.json['Parent Relationship'] === 'Inner') {
      if (above?.json['Inner Unique'] === true || above?.json['Join Type'] !== 'Inner') return true;
    }
  }
  return false;
}

function wastefulScan(node: PlacedNode): PlanFinding | null {
  if (node.json['Node Type'] !== 'Seq Scan') return null;
  const loops = node.json['Actual Loops'] ?? 1;
  const removed = (number(node, 'Rows Removed by Filter') ?? 0) * loops;
  const kept = (node.json['Actual Rows'] ?? 0) * loops;
  if (removed < manyRemoved || kept >= fewKept * (kept + removed)) return null;
  return {
    code: 'scan-discards-most-rows',
    node: node.id,
    message: `This scan read ${count(kept + removed)} of ${node.json['Relation Name'] ?? 'the table'} and kept ${count(kept)}: ${node.json.Filter ?? 'its condition'}.`,
    severity: 'information',
    proof: 'verified',
  };
}

function count(rows: number): string {
  return `${Math.round(rows).toLocaleString('en')} ${Math.round(rows) === 1 ? 'row' : 'rows'}`;
}

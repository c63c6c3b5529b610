/**
 * EXPLAIN (FORMAT TEXT), read into what FORMAT JSON would have said. The tree is in the indentation
 * (src/backend/commands/explain.c: ExplainNode).
 */
import type { JsonNode, JsonPlan } from '../plan.ts';
import { figures, readHeading } from './textHeading.ts';
import { addJit, isJitLine } from './textJit.ts';
import { addProperty, type Counters, isProperty, propertyOf } from './textProperties.ts';
import { readSummary } from './textSummary.ts';

export interface Line {
  readonly indent: number;
  readonly text: string;
}

/** A node that is still being read. */
interface OpenNode {
  readonly kind: 'node';
  readonly column: number;
  readonly json: Counters & { Plans?: Counters[] };
}

/** `InitPlan 1 (returns $0)`, `SubPlan 2`, `CTE name`: the node below it is that. */
interface Label {
  readonly kind: 'label';
  readonly column: number;
  readonly name: string;
}

/** @throws {Error} when there is no node in it, or the indentation is lost */
export function readTextPlans(text: string): JsonPlan[] {
  const lines = text.split('\n').map((line) => ({ indent: line.length - line.trimStart().length, text: line.trim() }));
  const plans: JsonPlan[] = [];
  for (let at = 0; at < lines.length; ) {
    const end = endOfPlan(lines, at);
    plans.push(readPlan(lines.slice(at, end)));
    at = end;
  }
  return plans;
}

/** Index of the next node that stands as far left as the first, with no arrow: the top of another plan. */
function endOfPlan(lines: readonly Line[], from: number): number {
  const { indent } = lines[from] as Line;
  for (let i = from + 1; i < lines.length; i++) {
    const line = lines[i] as Line;
    if (line.indent <= indent && !line.text.startsWith('->') && figures.test(line.text)) return i;
  }
  return lines.length;
}

function readPlan(lines: readonly Line[]): JsonPlan {
  const [first, ...rest] = lines as [Line, ...Line[]];
  const left = first.indent;
  // all arrows are below a top without one, however a mail has moved them
  const root = openNode(readHeading(first.text.replace(/^->\s+/, '')), first.text.startsWith('->') ? left : -1);
  const open: (OpenNode | Label)[] = [root];
  let node = root;
  /** The last property, which a string of several lines goes on in. */
  let last: { json: Counters; key: string } | null = null;
  let worker: { json: Counters; indent: number } | null = null;
  for (const [i, line] of rest.entries()) {
    if (line.text === '') continue;
    // what is told of the plan as a whole stands below the tree; its first line may have lost psql's blank
    const summary = line.indent <= left + 1 ? readSummary(rest.slice(i), line.indent) : null;
    if (summary) return { ...summary, Plan: root.json as unknown as JsonNode };
    const arrow = /^->\s+(.*)$/.exec(line.text)?.[1];
    if (arrow !== undefined) {
      while (open.length > 0 && (open.at(-1) as OpenNode).column >= line.indent) open.pop();
      const above = open.at(-1);
      if (!above) throw new Error('The indentation of this plan is lost, and with it what runs inside what.');
      node = openNode(readHeading(arrow), line.indent);
      adopt(open, above, node);
      open.push(node);
      last = worker = null;
    } else if (isLabel(line.text)) {
      while (open.length > 1 && (open.at(-1) as OpenNode).column >= line.indent) open.pop();
      open.push({ kind: 'label', column: line.indent, name: line.text });
      last = worker = null;
    } else {
      // Citus tells of a node behind what is below it
      if (line.indent <= node.column && isProperty(line.text)) {
        while (open.length > 1 && (open.at(-1) as OpenNode).column >= line.indent) open.pop();
        const owner = open.findLast((entry) => entry.kind === 'node');
        if (owner?.kind === 'node') node = owner;
        last = worker = null;
      }
      const ofWorker = /^Worker (\d+):\s*(.*)$/.exec(line.text);
      if (ofWorker) {
        worker = { json: workerOf(node.json, Number(ofWorker[1])), indent: line.indent };
        addOfWorker(worker.json, ofWorker[2] as string);
        last = null;
      } else if (worker && line.indent > worker.indent) addOfWorker(worker.json, line.text);
      else if (addJitLine(node.json, line.text)) last = worker = null;
      else if (isProperty(line.text) || !last) {
        worker = null;
        const property = propertyOf(line.text);
        if (!property) continue;
        addProperty(node.json, line.text);
        last = { json: node.json, key: property.key };
      } else if (typeof last.json[last.key] === 'string') last.json[last.key] = `${last.json[last.key]}\n${line.text}`;
    }
  }
  return { Plan: root.json as unknown as JsonNode };
}

const openNode = (json: Counters, column: number): OpenNode => ({ kind: 'node', column, json });

/** Before Postgres 8.4 they had no numbers. */
const isLabel = (text: string): boolean =>
  /^(?:InitPlan|SubPlan)$|^(?:InitPlan|SubPlan|CTE) \S/.test(text) && !figures.test(text);

/** Hangs a node below the one that it belongs to. */
function adopt(open: readonly (OpenNode | Label)[], above: OpenNode | Label, node: OpenNode): void {
  const owner = open.findLast((entry) => entry.kind === 'node') as OpenNode;
  owner.json.Plans ??= [];
  const { json } = node;
  if (above.kind === 'label') {
    // a subquery in an expression; those of WITH are InitPlans too
    json['Parent Relationship'] = above.name.startsWith('SubPlan') ? 'SubPlan' : 'InitPlan';
    json['Subplan Name'] = above.name;
  } else json['Parent Relationship'] = relationshipIn(owner.json);
  owner.json.Plans.push(json);
}

const members = new Set(['Append', 'Merge Append', 'BitmapAnd', 'BitmapOr']);

function relationshipIn(owner: Counters & { Plans?: Counters[] }): string {
  const type = String(owner['Node Type']);
  if (members.has(type)) return 'Member';
  if (type === 'Subquery Scan') return 'Subquery';
  const before = (owner.Plans ?? []).filter((plan) => plan['Subplan Name'] === undefined);
  return before.length === 0 ? 'Outer' : 'Inner';
}

function workerOf(json: Counters, number: number): Counters {
  json.Workers ??= [];
  const workers = json.Workers as Counters[];
  let worker = workers.find((w) => w['Worker Number'] === number);
  if (!worker) {
    worker = { 'Worker Number': number };
    workers.push(worker);
  }
  return worker;
}

function addOfWorker(json: Counters, text: string): void {
  if (!addJitLine(json, text)) addProperty(json, text);
}

/** Of a worker, or of what a node of Citus ran elsewhere. @returns false for any other line */
function addJitLine(json: Counters, text: string): boolean {
  if (text === 'JIT:') json.JIT = {};
  else if (json.JIT && isJitLine(text)) addJit(json.JIT as Counters, text);
  else return false;
  return true;
}

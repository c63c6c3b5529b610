/**
 * Reads EXPLAIN (FORMAT JSON) into a flat list of nodes with what each of them took by itself.
 * Facts on the format: Postgres's src/backend/commands/explain.c (postgresql.org/docs/current/using-explain.html).
 */
import type { PlanNode } from '../protocol.ts';
import { exclusiveCosts, exclusiveCounts, exclusiveTimes } from './exclusive.ts';
import { readJsonPlans } from './formats/json.ts';
import { processesOf } from './processes.ts';

/** One node as Postgres writes it. Times and rows are averages of its loops; costs and rows are those of one loop. */
export interface JsonNode {
  readonly 'Node Type': string;
  readonly Plans?: readonly JsonNode[];
  readonly 'Parent Relationship'?: string;
  readonly 'Subplan Name'?: string;
  readonly 'Relation Name'?: string;
  readonly Schema?: string;
  readonly Alias?: string;
  readonly 'Index Name'?: string;
  readonly 'CTE Name'?: string;
  readonly 'Total Cost': number;
  readonly 'Plan Rows': number;
  readonly 'Actual Total Time'?: number;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly [key: string]: unknown;
}

/** One element of the array that EXPLAIN (FORMAT JSON) answers with. */
export interface JsonPlan {
  readonly Plan: JsonNode;
  readonly 'Planning Time'?: number;
  readonly 'Execution Time'?: number;
  readonly Triggers?: readonly JsonTrigger[];
  /** Memory in kB, from 17 on. */
  readonly Planning?: { readonly 'Memory Used'?: number; readonly 'Memory Allocated'?: number };
  /** Of the rows for the client, which is not sent them; from 17 on. The volume in kB. */
  readonly Serialization?: { readonly Time?: number; readonly 'Output Volume'?: number; readonly Format?: string };
  readonly [key: string]: unknown;
}

export interface JsonTrigger {
  readonly 'Trigger Name'?: string;
  readonly 'Constraint Name'?: string;
  readonly Relation?: string;
  readonly Time?: number;
  readonly Calls?: number;
}

/** A node in its place; `id` is its index in the depth-first list. */
export interface PlacedNode {
  readonly id: number;
  readonly parent: number | null;
  readonly json: JsonNode;
  readonly children: number[];
}

/**
 * @param text what EXPLAIN (FORMAT JSON) answered, or a file with it
 * @throws {Error} a sentence for the user when it is no such plan
 */
export function parsePlan(text: string): JsonPlan {
  return readJsonPlans(text)[0] as JsonPlan;
}

/** Depth first, the root first. */
export function placeNodes(root: JsonNode): PlacedNode[] {
  const placed: PlacedNode[] = [];
  const stack: { json: JsonNode; parent: number | null }[] = [{ json: root, parent: null }];
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const { json, parent } = entry;
    const id = placed.length;
    placed.push({ id, parent, json, children: [] });
    if (parent !== null) placed[parent]?.children.push(id);
    for (const child of [...(json.Plans ?? [])].reverse()) stack.push({ json: child, parent: id });
  }
  return placed;
}

/** The nodes without their ranges: those need the statement's text. Rows are per loop, as Postgres prints them. */
export function readNodes(placed: readonly PlacedNode[]): PlanNode[] {
  const times = exclusiveTimes(placed);
  const counts = [
    ...Object.entries(countedAs).map(([name, key]) => ({ name, of: exclusiveCounts(placed, key) })),
    ...Object.entries(timedAs).map(([name, keys]) => ({ name, of: exclusiveSums(placed, keys) })),
  ];
  const costs = exclusiveCosts(placed);
  return placed.map(({ id, parent, json }) => ({
    id,
    parent,
    type: json['Node Type'],
    relation: relationOf(json),
    alias: json.Alias ?? null,
    index: json['Index Name'] ?? null,
    subplan: json['Subplan Name'] ?? null,
    details: detailsOf(json),
    rows: { planned: json['Plan Rows'] ?? 0, actual: json['Actual Rows'] ?? null },
    loops: json['Actual Loops'] ?? null,
    inclusive: { ms: times[id]?.inclusive ?? null, cost: json['Total Cost'] ?? 0 },
    exclusive: {
      ms: times[id]?.exclusive ?? null,
      msError: times[id]?.error ?? 0,
      cost: costs[id] ?? 0,
      ...(Object.fromEntries(counts.map(({ name, of }) => [name, of[id] ?? null])) as Record<
        keyof typeof countedAs | keyof typeof timedAs,
        number | null
      >),
    },
    ...toldOf(json),
    range: null,
  }));
}

function toldOf(json: JsonNode): Pick<PlanNode, 'processes'> {
  const processes = processesOf(json);
  return processes.length === 0 ? {} : { processes };
}

/** Fields of FORMAT JSON (from 12 on) that count a node with all that ran inside it. */
const countedAs = {
  sharedHit: 'Shared Hit Blocks',
  sharedRead: 'Shared Read Blocks',
  sharedDirtied: 'Shared Dirtied Blocks',
  sharedWritten: 'Shared Written Blocks',
  localHit: 'Local Hit Blocks',
  localRead: 'Local Read Blocks',
  localWritten: 'Local Written Blocks',
  tempRead: 'Temp Read Blocks',
  tempWritten: 'Temp Written Blocks',
  walBytes: 'WAL Bytes',
  walRecords: 'WAL Records',
  walImages: 'WAL FPI',
} as const;

/** Milliseconds; one name up to 16, one for each kind of page from 17 on (temporary files' from 15 on). */
const timedAs = {
  ioReadMs: ['I/O Read Time', 'Shared I/O Read Time', 'Local I/O Read Time', 'Temp I/O Read Time'],
  ioWriteMs: ['I/O Write Time', 'Shared I/O Write Time', 'Local I/O Write Time', 'Temp I/O Write Time'],
} as const;

/** Null where none of the keys is counted. */
function exclusiveSums(placed: readonly PlacedNode[], keys: readonly string[]): (number | null)[] {
  const counts = keys.map((key) => exclusiveCounts(placed, key));
  return placed.map(({ id }) => {
    const told = counts.flatMap((of) => of[id] ?? []);
    return told.length === 0 ? null : told.reduce((sum, ms) => sum + ms, 0);
  });
}

function relationOf(json: JsonNode): string | null {
  const name = json['Relation Name'];
  if (!name) return null;
  return json.Schema ? `${json.Schema}.${name}` : name;
}

/** Told in fields of their own, or of no use to a reader. */
const notDetails = new Set([
  'Node Type',
  'Plans',
  'Parent Relationship',
  'Subplan Name',
  'Relation Name',
  'Schema',
  'Alias',
  'Index Name',
  'Startup Cost',
  'Total Cost',
  'Plan Rows',
  'Plan Width',
  'Shared Hit Blocks',
  'Shared Read Blocks',
  'Output',
  'Workers',
]);

/** What only says that nothing is out of the ordinary. */
const ordinary: Readonly<Record<string, unknown>> = {
  'Partial Mode': 'Simple',
  'Scan Direction': 'Forward',
  'Join Type': 'Inner',
  'Planned Partitions': 0,
};

function detailsOf(json: JsonNode): [string, string][] {
  const details: [string, string][] = [];
  for (const [label, value] of Object.entries(json)) {
    if (notDetails.has(label) || label.startsWith('Actual ') || ordinary[label] === value) continue;
    // counters that nothing was counted in, and switches that are off
    if (value === false || (value === 0 && /(Blocks|Time|Removed by .*|Recheck|Fetches)$/.test(label))) continue;
    const text = textOf(value);
    if (text !== null) details.push([label, text]);
  }
  return details;
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (value === true) return 'yes';
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ');
  return null;
}

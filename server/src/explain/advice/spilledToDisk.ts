import { type Advice, count, memorySetting, type Told } from './advice.ts';
import type { AnalysedNode } from './analysedPlan.ts';

export const spilledToDisk: Advice = {
  code: 'spilled-to-disk',
  summary: 'Sorts, hash tables and aggregates that did not fit in work_mem.',
  at(node) {
    switch (node.type) {
      case 'Sort':
        return sort(node);
      case 'Hash':
        return hash(node);
      case 'Aggregate':
        return aggregate(node);
      default:
        return temporaryFile(node);
    }
  },
};

const told = (node: AnalysedNode, message: string, help: string): Told => ({
  message,
  help,
  severity: 'warning',
  saves: node.ms,
});

/** What a sort keeps of a row besides its columns: the tuple's head, its entry in the array, and the allocator's rounding. Bytes. */
const sortOverhead = 64;
/** The array of a sort doubles when it is full. */
const slack = 1.5;

/** What a hash table keeps of a group besides its columns: the tuple's head, its entry, the states of its aggregates. Bytes. */
const groupOverhead = 160;

/** kB for so many rows as the node makes them. */
const inMemory = (rows: number, node: AnalysedNode, overhead: number): number =>
  (rows * ((node.number('Plan Width') ?? 0) + overhead) * slack) / 1024;

/** kB. More than that is nothing to give a session. */
const mostMemory = 2 * 1024 * 1024;

/** @param instead what to do where it is too much */
const enough = (kb: number, instead: string): string =>
  kb <= mostMemory
    ? `About work_mem = '${memorySetting(kb)}' would do; set it for this query alone: every sort and hash of every session may take as much.`
    : `It would take some ${memorySetting(kb)} of work_mem, more than a session should have: ${instead}.`;

function sort(node: AnalysedNode): Told | null {
  const onDisk = processesOf(node).filter((process) => process['Sort Space Type'] === 'Disk');
  if (onDisk.length === 0) return null;
  const kb = sum(onDisk, 'Sort Space Used');
  // what came out of it may be less than what was sorted
  const rows = Math.max(node.rows, node.children[0]?.rows ?? 0);
  const largest = Math.max(...onDisk.map((process) => Number(process['Sort Space Used'] ?? 0)));
  const needed = Math.max(inMemory(rows, node, sortOverhead), largest * slack);
  return told(
    node,
    `This sort did not fit in work_mem and wrote ${kb} kB to disk (${onDisk[0]?.['Sort Method']}${amongWorkers(onDisk)}).`,
    enough(needed, 'sort fewer rows or columns, or let an index give them in order'),
  );
}

function hash(node: AnalysedNode): Told | null {
  const batches = node.number('Hash Batches') ?? 1;
  if (batches <= 1) return null;
  const memory = node.number('Peak Memory Usage') ?? 0;
  // hash tables get hash_mem_multiplier times work_mem: 1 before Postgres 15, 2 since; one that is too large does no harm
  return told(
    node,
    `This hash table did not fit in memory (${memory} kB were used) and the join went through disk in ${batches} batches.`,
    enough(memory * batches, 'join fewer rows or columns'),
  );
}

function aggregate(node: AnalysedNode): Told | null {
  const onDisk = processesOf(node).filter((process) => Number(process['Disk Usage'] ?? 0) > 0);
  if (onDisk.length === 0) return null;
  const kb = sum(onDisk, 'Disk Usage');
  return told(
    node,
    `This aggregate did not fit in work_mem and wrote ${kb} kB to disk${amongWorkers(onDisk)}.`,
    enough(inMemory(node.rows, node, groupOverhead), 'make fewer groups, or group what an index gives in order'),
  );
}

/** Blocks of 8 kB: below, it is the small change of a temporary file. */
const fewBlocks = 128;

/** What is kept to be read again: a CTE, Materialize, a window. */
function temporaryFile(node: AnalysedNode): Told | null {
  if (!['CTE Scan', 'Materialize', 'WindowAgg', 'Function Scan', 'Recursive Union'].includes(node.type)) return null;
  const written = node.own.exclusive.tempWritten ?? 0;
  if (written < fewBlocks) return null;
  const source = sourceOf(node);
  const needed = source ? inMemory(source.rows, source, sortOverhead) : null;
  return told(
    node,
    `The ${count(source?.rows ?? node.rows)} that are kept here to be read again did not fit in work_mem: ${count(written, 'page')} went to a temporary file.`,
    needed === null
      ? 'Keep fewer rows or columns. More work_mem would hold them; set it for this query alone: every sort and hash of every session may take as much.'
      : `Keep fewer rows or columns. ${enough(needed, 'it is not for memory')}`,
  );
}

/** Where the rows come from that are kept; null where it is not known how many are kept at a time. */
function sourceOf(node: AnalysedNode): AnalysedNode | null {
  if (node.type === 'Materialize') return node.children[0] ?? null;
  if (node.type !== 'CTE Scan') return null;
  return node.plan.nodes.find((other) => other.own.subplan === `CTE ${node.text('CTE Name')}`) ?? null;
}

type Counters = Readonly<Record<string, unknown>>;

/** The leader's counters, and those of each parallel worker. */
function processesOf({ placed: { json } }: AnalysedNode): Counters[] {
  return [json, ...(Array.isArray(json.Workers) ? (json.Workers as Counters[]) : [])];
}

const sum = (processes: readonly Counters[], key: string): number =>
  processes.reduce((total, process) => total + Number(process[key] ?? 0), 0);

const amongWorkers = (processes: readonly Counters[]): string =>
  processes.length > 1 ? `, in ${processes.length} parallel processes` : '';

/** A plan as the panel and the command line show it. */
import type { Range } from 'vscode-languageserver-types';
import type { ReplayedSchema, RestoredStatistics } from '../database/database.ts';
import type { ExplainOption, PlanReport } from '../protocol.ts';
import type { Parser } from '../syntax/parser.ts';
import type { Span } from '../syntax/tokens.ts';
import { adviseOn } from './advice/index.ts';
import { type JsonPlan, type PlacedNode, placeNodes, readNodes } from './plan.ts';
import type { PlanFacts } from './planFacts.ts';

/** What is known of a plan besides what Postgres wrote. */
export interface Origin {
  readonly source: PlanReport['source'];
  readonly sql: string;
  readonly target: PlanReport['target'];
  readonly generic: boolean;
  /** That were chosen for it. */
  readonly options?: readonly ExplainOption[] | undefined;
  /** What the embedded Postgres planned on; null where the plan is another server's. */
  readonly schema: ReplayedSchema | null;
  /** What is known of its tables; absent or null where nobody could be asked. */
  readonly facts?: PlanFacts | null;
  /** On how it was asked for. */
  readonly notes?: readonly string[];
  /** Reads the conditions that a plan prints. */
  readonly parser: Parser;
  /** Where in the statement each node comes from; undefined where that cannot be known. */
  rangesOf(placed: readonly PlacedNode[]): readonly (Span | null | undefined)[];
  /** From the statement to its file. */
  toRange(start: number, end: number): Range | null;
}

export function reportOn(plan: JsonPlan, origin: Origin): PlanReport {
  const placed = placeNodes(plan.Plan);
  const ranges = origin.rangesOf(placed);
  const read = readNodes(placed);
  const nodes = read.map((node) => {
    const range = ranges[node.id];
    return range ? { ...node, range: origin.toRange(range.start, range.end) } : node;
  });
  return {
    source: origin.source,
    sql: origin.sql,
    target: origin.target,
    analyzed: plan.Plan['Actual Loops'] !== undefined,
    ...(origin.options ? { options: origin.options } : {}),
    generic: origin.generic,
    planningMs: plan['Planning Time'] ?? null,
    executionMs: plan['Execution Time'] ?? null,
    plan,
    nodes,
    // in the embedded Postgres no table was ever analysed
    findings: adviseOn(plan, placed, read, origin.parser, {
      hasStatistics: origin.schema === null,
      facts: origin.facts ?? null,
      sql: origin.sql,
    }),
    notes: [
      ...(origin.notes ?? []),
      ...schemaNotes(origin.schema),
      ...resourceNotes(plan),
      ...jitNotes(plan),
      ...triggerNotes(plan),
    ],
  };
}

const mostFailuresTold = 20;

function schemaNotes(schema: ReplayedSchema | null): string[] {
  if (!schema) return [];
  const where = `Planned in the embedded Postgres on the schema of ${schema.steps} statements before it`;
  const data = schema.statistics
    ? statisticsNotes(where, schema.statistics)
    : [`${where}, with only the rows that those insert: costs and row counts are not those of your data.`];
  const failed = schema.failures.map(({ origin, message }) => `Not replayed: ${origin}: ${sentence(message)}`);
  const more = failed.length - mostFailuresTold;
  return [
    ...data,
    ...failed.slice(0, mostFailuresTold),
    ...(more > 0 ? [`Not replayed: ${more} more statements.`] : []),
  ];
}

function statisticsNotes(where: string, { tables, leftOut }: RestoredStatistics): string[] {
  return [
    `${where}, with the statistics of ${tables === 1 ? '1 table' : `${tables} tables`}: rows and costs are what they lead to, with the settings that Postgres has by default and no parallel workers.`,
    ...leftOut
      .slice(0, mostFailuresTold)
      .map(({ name, message }) => `Statistics of ${name} were left out: ${sentence(message)}`),
    ...(leftOut.length > mostFailuresTold
      ? [`Statistics of ${leftOut.length - mostFailuresTold} more were left out.`]
      : []),
  ];
}

/** What EXPLAIN's MEMORY and SERIALIZE count, which is in no node either. */
function resourceNotes({ Planning: planning, Serialization: serialization }: JsonPlan): string[] {
  const notes: string[] = [];
  if (planning?.['Memory Used'] !== undefined)
    notes.push(
      `Planning used ${planning['Memory Used']} kB of the ${planning['Memory Allocated']} kB of memory it took.`,
    );
  if (serialization?.['Output Volume'] !== undefined) {
    const time = serialization.Time === undefined ? '' : ` in ${serialization.Time} ms`;
    notes.push(
      `Serialization: the rows became ${serialization['Output Volume']} kB of ${serialization.Format}${time}.`,
    );
  }
  return notes;
}

/** Postgres counts what it takes to compile in the node that first needs something of it. */
function jitNotes({ JIT }: JsonPlan): string[] {
  const jit = JIT as { Functions?: number; Timing?: { Total?: number } } | undefined;
  if (jit?.Functions === undefined) return [];
  if (jit.Timing?.Total === undefined) return [`JIT: ${jit.Functions} functions are compiled for this statement.`];
  return [
    `JIT: ${jit.Functions} functions compiled in ${jit.Timing.Total} ms (all processes), part of the time of nodes.`,
  ];
}

/** The time of AFTER triggers is in no node. */
function triggerNotes(plan: JsonPlan): string[] {
  return (plan.Triggers ?? []).map((trigger) => {
    const name = trigger['Constraint Name'] ?? trigger['Trigger Name'] ?? 'A trigger';
    const time = trigger.Time === undefined ? '' : `${trigger.Time} ms in `;
    return `Trigger ${name} on ${trigger.Relation ?? 'its table'}: ${time}${trigger.Calls ?? 0} calls, in no node of the plan.`;
  });
}

export function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/**
 * What each process did at a node that parallel workers ran. Postgres prints the workers' shares with VERBOSE, and the whole at the
 * node: what is left is the leader's (src/backend/commands/explain.c: ExplainNode).
 */
import type { PlanProcess } from '../protocol.ts';
import type { JsonNode } from './plan.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The leader first, where it ran the node; empty for a node of which no worker tells. */
export function processesOf(json: JsonNode): readonly PlanProcess[] {
  const listed: readonly unknown[] = Array.isArray(json.Workers) ? json.Workers : [];
  const workers = listed.filter((entry): entry is Fields => typeof entry === 'object' && entry !== null);
  if (workers.length === 0) return [];
  const told = workers.map((fields, i) => processOf(fields, numberOf(fields, 'Worker Number') ?? i));
  const whole = processOf(json, null);
  const left = (key: 'loops' | 'rows' | 'ms' | 'sharedHit' | 'sharedRead'): number | null => {
    const parts = told.map((worker) => worker[key]);
    const all = whole[key];
    if (all === null || parts.some((part) => part === null)) return null;
    return Math.max(
      0,
      parts.reduce<number>((rest, part) => rest - (part ?? 0), all),
    );
  };
  const loops = left('loops');
  // without VERBOSE workers tell of their memory only
  if (loops === 0 || (loops === null && whole.memoryKb === null && whole.diskKb === null)) return told;
  const rows = left('rows');
  const leader = {
    ...whole,
    loops,
    // the node's rows are an average of its loops, rounded to whole rows before 18
    rows: rows === null ? null : Math.round(rows),
    ms: left('ms'),
    sharedHit: left('sharedHit'),
    sharedRead: left('sharedRead'),
  };
  return [leader, ...told];
}

function processOf(fields: Fields, worker: number | null): PlanProcess {
  const loops = numberOf(fields, 'Actual Loops');
  const all = (each: number | null): number | null => (each === null || loops === null ? null : each * loops);
  const isOnDisk = fields['Sort Space Type'] === 'Disk';
  const sorted = numberOf(fields, 'Sort Space Used');
  const jit = fields.JIT as { readonly Timing?: Fields } | undefined;
  return {
    worker,
    loops,
    rows: all(numberOf(fields, 'Actual Rows')),
    ms: all(numberOf(fields, 'Actual Total Time')),
    sharedHit: numberOf(fields, 'Shared Hit Blocks'),
    sharedRead: numberOf(fields, 'Shared Read Blocks'),
    memoryKb: numberOf(fields, 'Peak Memory Usage') ?? (isOnDisk ? null : sorted),
    diskKb: isOnDisk ? sorted : numberOf(fields, 'Disk Usage') || null,
    jitMs: numberOf(jit?.Timing ?? {}, 'Total'),
  };
}

const numberOf = (fields: Fields, key: string): number | null =>
  typeof fields[key] === 'number' ? (fields[key] as number) : null;

/** What FORMAT TEXT tells of a plan as a whole, below its tree. */
import type { JsonPlan, JsonTrigger } from '../plan.ts';
import type { Line } from './text.ts';
import { addJit, isJitLine } from './textJit.ts';
import { addProperty, atCommas, type Counters } from './textProperties.ts';

/**
 * @param lines the rest of the plan
 * @param left how far its first line is indented
 * @returns null when the first line begins no such part
 */
export function readSummary(lines: readonly Line[], left: number): Omit<JsonPlan, 'Plan'> | null {
  if (!beginsSummary(lines[0]?.text ?? '')) return null;
  const plan: Counters = {};
  const triggers: JsonTrigger[] = [];
  let block: { name: string; json: Counters } | null = null;
  for (const { indent, text } of lines) {
    if (text === '') continue;
    // some have lost the indentation here
    if (block && (indent > left || (block.name === 'JIT' && isJitLine(text)))) {
      readInBlock(block, text);
      continue;
    }
    block = null;
    const trigger = triggerOf(text);
    if (trigger) triggers.push(trigger);
    else if (/^(?:Planning|JIT):\s*$/.test(text)) {
      block = { name: text.slice(0, text.indexOf(':')), json: {} };
      plan[block.name] = block.json;
    } else if (/^Serialization: /.test(text)) {
      block = { name: 'Serialization', json: serialization(text) };
      plan.Serialization = block.json;
    } else readLine(plan, text);
  }
  if (triggers.length > 0) plan.Triggers = triggers;
  return plan;
}

export const beginsSummary = (text: string): boolean =>
  /^(?:Planning|JIT|Settings|Query Identifier|Serialization|Total runtime|(?:Planning|Execution) time)\b.*:|^Trigger /i.test(
    text,
  );

function readLine(plan: Counters, text: string): void {
  const time = /^(Planning|Execution) time: ([\d.]+) ms/i.exec(text) ?? /^(Total) runtime: ([\d.]+) ms/.exec(text);
  if (time) plan[`${time[1] === 'Planning' ? 'Planning' : 'Execution'} Time`] = Number(time[2]);
  const settings = /^Settings: (.*)$/.exec(text)?.[1];
  if (settings !== undefined)
    plan.Settings = Object.fromEntries(
      atCommas(settings).flatMap((part) => {
        const found = /^(\S+) = '(.*)'$/s.exec(part);
        return found ? [[found[1], (found[2] as string).replaceAll("''", "'")]] : [];
      }),
    );
  const id = /^Query Identifier: (-?\d+)/.exec(text)?.[1];
  // beyond what a number holds exactly
  if (id !== undefined) plan['Query Identifier'] = id;
}

function readInBlock({ name, json }: { name: string; json: Counters }, text: string): void {
  const memory = /^Memory: used=(\d+)kB\s+allocated=(\d+)kB/.exec(text);
  if (memory) Object.assign(json, { 'Memory Used': Number(memory[1]), 'Memory Allocated': Number(memory[2]) });
  else if (name !== 'JIT') addProperty(json, text);
  else addJit(json, text);
}

/** `Trigger name: time=1.2 calls=3`, `Trigger for constraint name on table: calls=3`, with VERBOSE also `Trigger name for constraint …`. */
function triggerOf(text: string): JsonTrigger | null {
  const found = /^Trigger ((?:\S+ )?for constraint )?(.*?)(?: on ([^:]+))?: (?:time=([\d.]+) )?calls=(\d+)$/.exec(text);
  if (!found) return null;
  return {
    [found[1] ? 'Constraint Name' : 'Trigger Name']: found[2],
    ...(found[3] ? { Relation: found[3] } : {}),
    ...(found[4] ? { Time: Number(found[4]) } : {}),
    Calls: Number(found[5]),
  };
}

/** `Serialization: time=0.1 ms  output=2kB  format=text`. */
function serialization(text: string): Counters {
  const time = /time=([\d.]+) ms/.exec(text)?.[1];
  const output = /output=(\d+)kB/.exec(text)?.[1];
  const format = /format=(\w+)/.exec(text)?.[1];
  return {
    ...(time ? { Time: Number(time) } : {}),
    ...(output ? { 'Output Volume': Number(output) } : {}),
    ...(format ? { Format: format } : {}),
  };
}

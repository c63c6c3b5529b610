/** EXPLAIN (FORMAT JSON), also as drivers, auto_explain and scripts wrap it. */
import type { JsonPlan } from '../plan.ts';
import { withTasks } from './citus.ts';

/** @throws {Error} when it is no JSON, or none with a plan in it */
export function readJsonPlans(text: string): JsonPlan[] {
  const plans: JsonPlan[] = [];
  for (const value of valuesIn(text)) collect(value, plans, 0);
  if (plans.length === 0)
    throw new Error('This is no plan as EXPLAIN (FORMAT JSON) writes it: it has no "Plan" with a "Node Type".');
  return plans;
}

/** One value, or several one after another with anything between them. */
function valuesIn(text: string): unknown[] {
  try {
    return [parse(text)];
  } catch (error) {
    const values: unknown[] = [];
    for (const part of balancedParts(text)) {
      try {
        values.push(parse(part));
      } catch {
        // of other making
      }
    }
    if (values.length > 0) return values;
    const { message } = error as Error;
    if (/end of JSON|Unterminated string/.test(message))
      throw new Error('This plan in JSON was cut off: its end is missing.');
    throw new Error(`This is no plan in JSON, as EXPLAIN (FORMAT JSON) writes it: ${message}.`);
  }
}

/** A terminal breaks lines in the middle of strings, where JSON has no line ends. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/control character/.test((error as Error).message)) throw error;
    return JSON.parse(text.replace(/[\r\n]/g, ''));
  }
}

/** The parts of a text from an opening bracket to the one that closes it. */
function* balancedParts(text: string): Generator<string> {
  let depth = 0;
  let start = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '\\') i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = depth > 0;
    else if (c === '[' || c === '{') {
      if (depth++ === 0) start = i;
    } else if ((c === ']' || c === '}') && depth > 0 && --depth === 0) yield text.slice(start, i + 1);
  }
}

/** How many rows, arrays and columns a plan may be wrapped in. */
const deepestWrapping = 5;

function collect(value: unknown, plans: JsonPlan[], depth: number): void {
  if (depth > deepestWrapping) return;
  if (typeof value === 'string') {
    // a driver's row with the plan as text
    if (/^\s*[[{]/.test(value)) for (const inner of valuesIn(value)) collect(inner, plans, depth + 1);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  const { Plan: plan, 'Node Type': type } = value as Record<string, unknown>;
  if (typeof (plan as Record<string, unknown> | undefined)?.['Node Type'] === 'string')
    plans.push(withTasks(value as JsonPlan));
  else if (typeof type === 'string') plans.push(withTasks({ Plan: value as JsonPlan['Plan'] }));
  else for (const inner of Object.values(value)) collect(inner, plans, depth + 1);
}

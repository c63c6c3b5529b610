/** What FORMAT TEXT tells of JIT, of a plan or of one of its workers (src/backend/commands/explain.c: ExplainPrintJIT). */
import type { Counters } from './textProperties.ts';

export const isJitLine = (text: string): boolean => /^(?:Functions|Options|Timing): /.test(text);

/** A line below `JIT:`. */
export function addJit(json: Counters, text: string): void {
  if (text.startsWith('Functions: ')) json.Functions = Number.parseInt(text.slice(11), 10);
  else if (text.startsWith('Options: '))
    json.Options = Object.fromEntries(
      text
        .slice(9)
        .split(', ')
        .map((part) => [part.slice(0, part.lastIndexOf(' ')), part.endsWith(' true')]),
    );
  else if (text.startsWith('Timing: ')) json.Timing = jitTiming(text);
}

/** `Timing: Generation 0.5 ms (Deform 0.1 ms), Inlining 8.3 ms, …`; the parenthesis from 17 on. */
function jitTiming(text: string): Counters {
  const { Deform, ...parts } = Object.fromEntries(
    [...text.matchAll(/(Generation|Deform|Inlining|Optimization|Emission|Total) ([\d.]+) ms/g)].map(([, part, ms]) => [
      part as string,
      Number(ms),
    ]),
  );
  return Deform === undefined ? parts : { ...parts, Generation: { Deform, Total: parts.Generation } };
}

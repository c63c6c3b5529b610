import { type Advice, percent } from './advice.ts';
import type { AnalysedPlan } from './analysedPlan.ts';

/**
 * Of the time. Compiled code was at most 2.4 times as fast on all kinds of expressions (test/postgres/jit.test.ts has some): above the
 * first part it has not gained as much. Between them only a run without it tells.
 */
const surelyTooMuch = 0.6;
const muchOfIt = 0.25;
/** Milliseconds below which nobody cares. */
const least = 20;

interface Jit {
  readonly Functions?: number;
  readonly Timing?: Readonly<Record<string, unknown>>;
}

export const jitCost: Advice = {
  code: 'jit-takes-long',
  summary: 'Compiling expressions took a good part of the time: it may have gained less.',
  of(plan) {
    const jit = plan.json.JIT as Jit | undefined;
    const total = jit?.Timing?.Total;
    const whole = plan.ms;
    if (!jit || typeof total !== 'number' || whole === null) return null;
    // that of parallel workers is added to the leader's, beside which they compile
    const processes = processesOf(plan);
    const ms = total / processes;
    if (ms < least || ms < muchOfIt * whole) return null;
    const isSure = ms >= surelyTooMuch * whole;
    const each = processes > 1 ? `, some ${Math.round(ms)} ms in each of ${processes} processes` : '';
    const atLeast = (whole / Math.max(whole - ms, whole / 100)).toFixed(1);
    const dear = dearSteps(jit, total);
    return {
      node: plan.root,
      message: `Compiling the query (JIT, ${jit.Functions ?? 0} functions) took ${Math.round(total)} ms${each}: ${percent(ms, whole)} of its time.`,
      help: `That pays only if it made the rest at least ${atLeast} times as fast. ${isSure ? 'SET jit = off for this query' : 'Run it with SET jit = off as well, and compare'}${dear}.`,
      severity: isSure ? 'warning' : 'information',
      saves: ms,
    };
  },
};

/** All that may have compiled: the leader, and the workers of each Gather, new ones each time that it began again. */
function processesOf({ nodes }: AnalysedPlan): number {
  return nodes.reduce((all, node) => all + (node.number('Workers Launched') ?? 0) * Math.max(1, node.loops), 1);
}

/** Where inlining and optimizing took most of it, which have bounds of their own. */
function dearSteps({ Timing = {} }: Jit, total: number): string {
  const ms = (step: string): number => (typeof Timing[step] === 'number' ? (Timing[step] as number) : 0);
  const both = ms('Inlining') + ms('Optimization');
  if (both < total / 2) return '';
  return `; or raise jit_inline_above_cost and jit_optimize_above_cost (inlining and optimizing took ${Math.round(both)} ms)`;
}

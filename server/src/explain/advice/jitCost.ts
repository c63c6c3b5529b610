import { type Advice, percent } from './advice.ts';

const part = 0.25;
/** Milliseconds below which nobody cares. */
const least = 20;

export const jitCost: Advice = {
  code: 'jit-takes-long',
  summary: 'Compiling expressions took longer than it can have gained.',
  of(plan) {
    const jit = plan.json.JIT as { Timing?: { Total?: unknown }; Functions?: number } | undefined;
    const total = jit?.Timing?.Total;
    // from 17 on the figures may be grouped
    // that of parallel workers is added to the leader's, beside which they compile
    const workers = Math.max(0, ...plan.nodes.map((node) => node.number('Workers Launched') ?? 0));
    const ms = typeof total === 'number' ? total / (workers + 1) : null;
    const whole = plan.ms;
    if (ms === null || whole === null || ms < least || ms < part * whole) return null;
    return {
      node: plan.root,
      message: `Compiling the query (JIT, ${jit?.Functions ?? 0} functions) took ${Math.round(ms)} ms${workers > 0 ? ` in each of ${workers + 1} processes` : ''}, ${percent(ms, whole)} of its time.`,
      help: 'SET jit = off for this query, or raise jit_above_cost: its cost is estimated higher than its time is worth.',
      severity: 'warning',
      saves: ms,
    };
  },
};

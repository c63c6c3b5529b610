import { type Advice, count } from './advice.ts';

export const workersNotLaunched: Advice = {
  code: 'workers-not-launched',
  summary: 'Parallel workers that were planned for and were not to be had.',
  at(node) {
    if (node.type !== 'Gather' && node.type !== 'Gather Merge') return null;
    const planned = node.number('Workers Planned');
    const launched = node.number('Workers Launched');
    if (planned === null || launched === null || launched >= planned) return null;
    return {
      message: `Planned for ${count(planned, 'worker')}, it ran with ${launched}: the others were not to be had.`,
      help: 'max_parallel_workers is shared by all sessions: raise it, or expect this plan to be slower when the server is busy.',
      severity: 'information',
      saves: (node.msWithin * (planned - launched)) / (planned + 1),
    };
  },
};

import { type Advice, count, memorySetting } from './advice.ts';

const many = 1_000;
const part = 0.2;

export const memoizeEvicts: Advice = {
  code: 'memoize-evicts',
  summary: 'A Memoize that did not fit in work_mem and forgot what was looked up again.',
  at(node) {
    const whole = node.plan.ms;
    if (node.type !== 'Memoize' || whole === null || node.msWithin < part * whole) return null;
    const evicted = node.number('Cache Evictions') ?? 0;
    const misses = node.number('Cache Misses') ?? 0;
    const hits = node.number('Cache Hits') ?? 0;
    // what is kept longest is what is asked for most: with most look-ups answered there is little to gain
    if (evicted < many || hits > misses || evicted >= misses) return null;
    const needed = ((node.number('Peak Memory Usage') ?? 0) * misses) / (misses - evicted);
    return {
      message: `It looked up ${count(misses, 'value')} and forgot ${count(evicted, 'of them', 'of them')} for want of memory; ${count(hits, 'look-up')} found theirs kept.`,
      help: `As far as values come again, about work_mem = '${memorySetting(needed)}' would keep them; set it for this query alone.`,
      severity: 'information',
      saves: node.msWithin * (evicted / misses),
    };
  },
};

import { type Advice, count, percent } from './advice.ts';

const manyPages = 1_000;
const part = 0.5;

export const readsFromDisk: Advice = {
  code: 'pages-not-in-memory',
  summary: 'A node that found most of its pages outside of shared buffers.',
  at(node) {
    const { sharedHit, sharedRead } = node.own.exclusive;
    const whole = node.plan.ms;
    if (sharedHit === null || sharedRead === null || whole === null) return null;
    if (sharedRead < manyPages || sharedRead < part * (sharedHit + sharedRead) || node.ms < 0.2 * whole) return null;
    return {
      message: `${count(sharedRead, 'page')} (${Math.round(sharedRead / 128)} MB), ${percent(sharedRead, sharedHit + sharedRead)} of what it used, were not in shared buffers.`,
      help: 'Run it again to see whether it was only cold; if not, read fewer pages (an index, fewer columns in a covering one), or give Postgres more shared_buffers.',
      severity: 'hint',
      saves: node.ms,
    };
  },
};

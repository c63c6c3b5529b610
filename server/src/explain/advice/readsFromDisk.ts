import { type Advice, count, percent } from './advice.ts';
import type { AnalysedNode } from './analysedPlan.ts';

const manyPages = 1_000;
const part = 0.5;
const fastPart = 0.4;

export const readsFromDisk: Advice = {
  code: 'pages-not-in-memory',
  summary: 'A node that found most of its pages outside of shared buffers.',
  at(node) {
    const { sharedHit, sharedRead } = node.own.exclusive;
    const whole = node.plan.ms;
    if (sharedHit === null || sharedRead === null || whole === null) return null;
    if (sharedRead < manyPages || sharedRead < part * (sharedHit + sharedRead) || node.ms < 0.2 * whole) return null;
    // measured with track_io_timing only; what the system has in its memory is read in next to no time
    const io = readingTime(node);
    if (io !== null && io < fastPart * node.ms) return null;
    // workers read side by side
    const of = io !== null && io <= node.ms ? ` of its ${Math.round(node.ms)}` : ', all processes together';
    const took = io === null ? '' : ` Reading them took ${Math.round(io)} ms${of}.`;
    return {
      message: `${count(sharedRead, 'page')} (${Math.round(sharedRead / 128)} MB), ${percent(sharedRead, sharedHit + sharedRead)} of what it used, were not in shared buffers.${took}`,
      help: 'Run it again to see whether it was only cold; if not, read fewer pages (an index, fewer columns in a covering one), or give Postgres more shared_buffers.',
      severity: 'hint',
      saves: Math.min(io ?? node.ms, node.ms),
    };
  },
};

/** Milliseconds, of the node itself, all processes together; null where it was not measured. From 17 on under another name. */
function readingTime(node: AnalysedNode): number | null {
  const within = (of: AnalysedNode): number | null => of.number('Shared I/O Read Time') ?? of.number('I/O Read Time');
  const all = within(node);
  return all === null ? null : node.children.reduce((rest, child) => rest - (within(child) ?? 0), all);
}

import { type Advice, count, memorySetting } from './advice.ts';
import type { AnalysedNode } from './analysedPlan.ts';

/** Of a page's rows in the bitmap, with its place in the hash table that is half full. */
const bytesOfPage = 128;

export const lossyBitmap: Advice = {
  code: 'bitmap-lossy',
  summary:
    'A bitmap that did not fit in work_mem: of some pages it holds no rows, and all of theirs are checked again.',
  at(node) {
    if (node.type !== 'Bitmap Heap Scan') return null;
    const workers = (node.placed.json.Workers ?? []) as Readonly<Record<string, unknown>>[];
    const sum = (key: string): number =>
      (node.number(key) ?? 0) + workers.reduce((total, worker) => total + Number(worker[key] ?? 0), 0);
    const lossy = sum('Lossy Heap Blocks');
    const exact = sum('Exact Heap Blocks');
    const rechecked = node.removed('Index Recheck');
    // an index of BRIN knows pages only, and all of them are so
    if (lossy === 0 || exact === 0 || rechecked < 1_000 || isOfBrin(node)) return null;
    return {
      message: `The bitmap did not fit in work_mem: of ${count(lossy, 'page')} (of ${(lossy + exact).toLocaleString('en')}) every row was checked again, and ${count(rechecked)} did not belong.`,
      help: `About work_mem = '${memorySetting(((lossy + exact) * bytesOfPage) / 1024)}' would hold it; set it for this query alone.`,
      severity: 'information',
      saves: node.ms,
    };
  },
};

const isOfBrin = (node: AnalysedNode): boolean =>
  node.known?.indexes.some(({ name, method }) => method === 'brin' && namesBelow(node).includes(name)) ?? false;

const namesBelow = (node: AnalysedNode): (string | null)[] => [node.own.index, ...node.children.flatMap(namesBelow)];

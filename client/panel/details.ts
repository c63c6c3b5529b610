// Everything known of the chosen node.

import {
  describeFactor,
  formatCost,
  formatExact,
  formatFactor,
  formatMs,
  formatShare,
} from '../../server/src/explain/shown/format.ts';
import { roundingError } from '../../server/src/explain/shown/measures.ts';
import { nodeName } from '../../server/src/explain/shown/nodeText.ts';
import type { TreeNode } from '../../server/src/explain/shown/planTree.ts';
import type { Exclusive } from '../../server/src/protocol.ts';
import { element } from './dom.ts';
import { processesElement } from './processes.ts';

export function fillDetails(pane: HTMLElement, entry: TreeNode): void {
  const { node } = entry;
  const list = element('dl');
  const add = (label: string, text: string, kind?: string) =>
    list.append(element('dt', {}, label), element('dd', kind === undefined ? {} : { class: kind }, text));
  for (const [label, text] of node.details) add(label, text, 'sql');
  add('Rows', describeRows(entry));
  if (node.loops === 0) add('Loops', 'never ran');
  else if (node.loops !== null) add('Loops', formatExact(node.loops));
  const { ms, cost, sharedHit, sharedRead } = node.exclusive;
  if (ms !== null && node.inclusive.ms !== null) {
    const part = entry.timeShare === null ? '' : `, ${formatShare(entry.timeShare)} of the plan`;
    const error = roundingError(node.exclusive);
    const off = error === null ? '' : ` ± ${formatMs(error)} (rounded by Postgres, loop by loop)`;
    add('Time', `${formatMs(ms)} itself${off}${part}${withChildren(entry, formatMs(node.inclusive.ms))}`);
  }
  add('Cost', `${formatCost(cost)} itself${withChildren(entry, formatCost(node.inclusive.cost))}`);
  if (sharedHit !== null || sharedRead !== null)
    add(
      'Buffers',
      `${formatExact(sharedHit ?? 0)} pages found in shared buffers, ${formatExact(sharedRead ?? 0)} read`,
    );
  for (const [label, text] of furtherCounts(node.exclusive)) add(label, text);
  const findings = entry.findings.map((finding) =>
    element(
      'p',
      { class: 'finding' },
      element('span', { class: `mark ${finding.severity}`, role: 'img', aria: { label: finding.severity } }),
      element('span', {}, finding.message, ' ', element('span', { class: 'muted' }, finding.help)),
    ),
  );
  const subplan = node.subplan === null ? [] : [element('span', { class: 'subplan' }, node.subplan)];
  const processes = node.processes ? [processesElement(node.processes)] : [];
  pane.replaceChildren(element('h2', {}, ...subplan, nodeName(node)), ...findings, ...processes, list);
  pane.scrollTop = 0;
}

/** What was counted besides, where anything was. */
function furtherCounts(own: Exclusive): [label: string, text: string][] {
  const groups: [label: string, parts: [count: number | null, what: string][]][] = [
    [
      'Written',
      [
        [own.sharedDirtied, 'pages made dirty'],
        [own.sharedWritten, 'written out'],
      ],
    ],
    [
      'Temporary tables',
      [
        [own.localHit, 'pages found in memory'],
        [own.localRead, 'read'],
        [own.localWritten, 'written'],
      ],
    ],
    [
      'Temporary files',
      [
        [own.tempRead, 'pages read'],
        [own.tempWritten, 'written'],
      ],
    ],
    ['WAL', [[own.walBytes, 'bytes']]],
  ];
  return groups.flatMap(([label, parts]): [string, string][] => {
    const told = parts.filter(([count]) => (count ?? 0) > 0);
    return told.length === 0
      ? []
      : [[label, told.map(([count, what]) => `${formatExact(count ?? 0)} ${what}`).join(', ')]];
  });
}

function withChildren(entry: TreeNode, text: string): string {
  return entry.children.length === 0 ? '' : `; ${text} with its children`;
}

function describeRows(entry: TreeNode): string {
  const { planned, actual } = entry.node.rows;
  if (actual === null || entry.node.loops === 0) return `${formatExact(planned)} planned`;
  const loops = entry.node.loops ?? 1;
  const each = loops > 1 ? ` a loop, about ${formatExact(actual * loops)} in all` : '';
  const text = `${formatExact(actual)} came, ${formatExact(planned)} planned${each}`;
  if (entry.factor === null && entry.stoppable && actual < planned)
    return `${text}; the reader may have stopped before the last row, so the two cannot be compared`;
  return entry.factor === null || formatFactor(entry.factor) === null
    ? text
    : `${text}: ${describeFactor(entry.factor)}${entry.factorFromBelow ? ', which begins below' : ''}`;
}

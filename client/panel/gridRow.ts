// One row of the tree grid.
import { nodeName, nodeObject, nodeType } from '../../server/src/explain/shown/nodeText.ts';
import type { TreeNode } from '../../server/src/explain/shown/planTree.ts';
import type { Column } from './columns.ts';
import { element } from './dom.ts';

export const rowHeight = 24;
/** Deeper than this, rows are not moved further right; `aria-level` and the details still tell the level. */
export const maxIndent = 30;

export const rowId = ({ node }: TreeNode): string => `node-${node.id}`;

export interface RowLook {
  readonly columns: readonly Column[];
  readonly isFolded: boolean;
  /** In a list, nothing is above or below anything. */
  readonly inList: boolean;
  readonly isFound: boolean;
}

/** @param index its place among the rows */
export function makeRow(entry: TreeNode, index: number, look: RowLook): HTMLElement {
  const { node } = entry;
  const row = element('div', {
    class: `row${node.loops === 0 ? ' never-ran' : ''}${look.isFound ? ' found' : ''}`,
    role: 'row',
    aria: { level: entry.level, posinset: entry.place, setsize: entry.siblings, rowindex: index + 2 },
  });
  row.id = rowId(entry);
  row.dataset.index = String(index);
  row.style.top = `${index * rowHeight}px`;
  const indent = element('span', { class: 'indent' });
  indent.style.setProperty('--level', String(look.inList ? 0 : Math.min(entry.level - 1, maxIndent)));
  const twisty = element('span', { class: 'twisty', aria: { hidden: true } });
  if (entry.children.length > 0 && !look.inList) {
    row.setAttribute('aria-expanded', String(!look.isFolded));
    twisty.classList.add('foldable');
  }
  const name = element('div', { class: 'cell node', role: 'gridcell', title: nodeName(node) }, indent, twisty);
  for (const finding of entry.findings) {
    const mark = element('span', { class: `mark ${finding.severity}`, title: finding.message, role: 'img' });
    mark.setAttribute('aria-label', finding.severity);
    name.append(mark);
  }
  if (node.subplan !== null) name.append(element('span', { class: 'subplan' }, node.subplan));
  name.append(element('span', { class: 'type' }, nodeType(node)));
  const object = nodeObject(node);
  if (object !== '') name.append(element('span', { class: 'object' }, object));
  row.append(name);
  for (const column of look.columns) {
    const cell = element('div', { class: `cell ${column.id}`, role: 'gridcell' });
    column.fill(cell, entry);
    row.append(cell);
  }
  return row;
}

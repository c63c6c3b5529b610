// Tables of what the plan took, by table, index and kind of node.
import { formatCost, formatCount, formatMs, formatShare, heat } from '../../server/src/explain/shown/format.ts';
import type { TreeNode } from '../../server/src/explain/shown/planTree.ts';
import { type Statistics, type StatisticsRow, statisticsOf } from '../../server/src/explain/shown/statistics.ts';
import { element } from './dom.ts';

interface Figure {
  readonly title: string;
  of(row: StatisticsRow): string;
}

export function makeStatistics(tree: readonly TreeNode[]): HTMLElement {
  const analyzed = tree.some(({ timeShare }) => timeShare !== null);
  const counted = tree.some(({ node }) => node.exclusive.sharedHit !== null);
  const figures: Figure[] = [
    { title: 'Nodes', of: ({ nodes }) => formatCount(nodes) },
    ...(analyzed ? [{ title: 'Time', of: ({ ms }: StatisticsRow) => formatMs(ms ?? 0) }] : []),
    ...(analyzed ? [{ title: 'Rows', of: ({ rows }: StatisticsRow) => formatCount(rows ?? 0) }] : []),
    ...(counted ? [{ title: 'Pages', of: ({ buffers }: StatisticsRow) => formatCount(buffers ?? 0) }] : []),
    { title: 'Cost', of: ({ cost }) => formatCost(cost) },
  ];
  const made = element('div', { class: 'statistics', role: 'region', aria: { label: 'Statistics' } });
  made.tabIndex = 0;
  for (const table of statisticsOf(tree)) made.append(makeTable(table, figures));
  return made;
}

function makeTable({ title, column, rows }: Statistics, figures: readonly Figure[]): HTMLElement {
  const head = element('tr', {}, header(column), header('Share'), ...figures.map((figure) => header(figure.title)));
  const body = rows.map((row) => {
    const fill = element('span', { class: `fill ${heat(row.share)}` });
    fill.style.width = row.share > 0 ? `max(1px, ${row.share * 100}%)` : '0';
    const name = element('th', { title: row.name }, row.name);
    name.scope = 'row';
    return element(
      'tr',
      {},
      name,
      element(
        'td',
        {},
        element('span', { class: 'bar', aria: { hidden: true } }, fill),
        element('span', {}, formatShare(row.share)),
      ),
      ...figures.map((figure) => element('td', {}, figure.of(row))),
    );
  });
  return element('table', {}, element('caption', {}, title), element('thead', {}, head), element('tbody', {}, ...body));
}

function header(text: string): HTMLElement {
  const made = element('th', {}, text);
  made.scope = 'col';
  return made;
}

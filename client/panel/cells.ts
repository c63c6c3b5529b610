// What stands in the cells of the tree grid.
import { formatCount, formatExact, formatShare, heat } from '../../server/src/explain/shown/format.ts';
import { element } from './dom.ts';

/** A bar of the share, with the figure beside it; its unit is in the tooltip where it is a word. */
export function fillBar(cell: HTMLElement, text: string, share: number): void {
  const fill = element('span', { class: `fill ${heat(share)}` });
  // What took any at all shows as a pixel at least.
  fill.style.width = share > 0 ? `max(1px, ${share * 100}%)` : '0';
  cell.title = `${text}, ${formatShare(share)} of the plan`;
  const figure = text.replace(/ (?:rows?|pages?)$/, '');
  cell.append(element('span', { class: 'bar', aria: { hidden: true } }, fill), element('span', {}, figure));
}

/** A count, all its digits in the tooltip when the cell shows fewer. */
export function fillCount(cell: HTMLElement, value: number): void {
  if (value === 0) {
    fillMuted(cell, '0');
    return;
  }
  const text = formatCount(value);
  const exact = formatExact(value);
  if (text !== exact && cell.title === '') cell.title = exact;
  cell.append(text);
}

export function fillMuted(cell: HTMLElement, text: string): void {
  cell.append(element('span', { class: 'muted' }, text));
}

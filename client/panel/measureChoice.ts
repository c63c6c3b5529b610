// The choice of what the icicle is cut by.
import type { Measure } from '../../server/src/explain/shown/measures.ts';
import { element } from './dom.ts';

export function makeMeasureChoice(
  measures: readonly Measure[],
  chosen: Measure | undefined,
  onChoose: (measure: Measure) => void,
): HTMLElement {
  const select = element('select', { title: 'What the widths and colours tell', aria: { label: 'Measure' } });
  for (const { id, title, help } of measures) {
    const option = element('option', { title: help }, title);
    option.value = id;
    option.selected = id === chosen?.id;
    select.append(option);
  }
  select.addEventListener('change', () => {
    const measure = measures.find(({ id }) => id === select.value);
    if (measure) onChoose(measure);
  });
  return select;
}

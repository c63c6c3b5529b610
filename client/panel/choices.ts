// Choices in the toolbar: what the plan is coloured by, which columns there are.
import { element } from './dom.ts';

interface Choice {
  readonly id: string;
  readonly title: string;
  readonly help?: string;
}

/** @param onChoose told the id of what was chosen */
export function makeChoice(
  label: string,
  help: string,
  choices: readonly Choice[],
  chosen: string | undefined,
  onChoose: (id: string) => void,
): HTMLElement {
  const select = element('select', { title: help, aria: { label } });
  for (const { id, title, help: more } of choices) {
    const option = element('option', more === undefined ? {} : { title: more }, title);
    option.value = id;
    option.selected = id === chosen;
    select.append(option);
  }
  select.addEventListener('change', () => onChoose(select.value));
  return element(
    'label',
    { class: 'choice' },
    element('span', { class: 'muted', aria: { hidden: true } }, label),
    select,
  );
}

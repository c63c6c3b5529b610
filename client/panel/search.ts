// The search field: marks what it finds; Enter goes from one to the next.

import type { TreeNode } from '../../server/src/explain/shown/planTree.ts';
import { search } from '../../server/src/explain/shown/search.ts';
import { element } from './dom.ts';

/** @param onFind told what is found, and the one to go to, if it is to be gone to */
export function makeSearch(
  tree: readonly TreeNode[],
  onFind: (found: readonly TreeNode[], current: TreeNode | null) => void,
): HTMLElement {
  const input = element('input', { title: 'Words in a node: a table, a condition, a finding. Enter goes to the next' });
  input.type = 'search';
  input.placeholder = 'Find in the plan';
  input.setAttribute('aria-label', 'Find in the plan');
  const count = element('span', { class: 'muted', role: 'status' });
  let found: readonly TreeNode[] = [];
  let place = -1;
  const tell = (): void => {
    const at = place < 0 ? '' : `${place + 1} of `;
    count.textContent = input.value.trim() === '' ? '' : found.length === 0 ? 'nothing' : `${at}${found.length}`;
  };
  input.addEventListener('input', () => {
    found = search(tree, input.value);
    place = -1;
    tell();
    onFind(found, null);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      input.value = '';
      input.dispatchEvent(new Event('input'));
    } else if (event.key === 'Enter' && found.length > 0) {
      place = (place + (event.shiftKey ? found.length - 1 : 1)) % found.length;
      if (place < 0) place = found.length - 1;
      tell();
      onFind(found, found[place] ?? null);
    } else return;
    event.preventDefault();
  });
  return element('span', { class: 'search' }, input, count);
}

/** Utility options, `(FULL, ANALYZE off)`, by name: false when written as off, false, no or 0. */
import type { Node } from '@pgsql/types';
import { integerOf, stringOf } from '../catalog/names.ts';

export function nodeOptions(nodes: readonly Node[] | undefined): Map<string, boolean> {
  const options = new Map<string, boolean>();
  for (const node of nodes ?? []) {
    if (!('DefElem' in node)) continue;
    const value = stringOf(node.DefElem.arg)?.toLowerCase() ?? integerOf(node.DefElem.arg);
    options.set(
      node.DefElem.defname ?? '',
      !(value === 'off' || value === 'false' || value === 'no' || value === 0 || value === '0'),
    );
  }
  return options;
}

/** Utility options, `(FULL, ANALYZE off)`, by name: false when written as off, false, no or 0. */
import type { Node } from '@pgsql/types';
import { stringOf } from '../catalog/names.ts';

export function nodeOptions(nodes: readonly Node[] | undefined): Map<string, boolean> {
  const options = new Map<string, boolean>();
  for (const node of nodes ?? []) {
    if (!('DefElem' in node)) continue;
    const { arg } = node.DefElem;
    const number = arg && 'Integer' in arg ? (arg.Integer.ival ?? 0) : null;
    const value = stringOf(arg)?.toLowerCase() ?? number;
    options.set(
      node.DefElem.defname ?? '',
      !(value === 'off' || value === 'false' || value === 'no' || value === 0 || value === '0'),
    );
  }
  return options;
}

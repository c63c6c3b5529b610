/** How the rules on models speak of fields. */
import type { ModelField } from '../../sources/prisma/model.ts';

/** `a`, `a and b`, `a, b and c` */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** `a User`, `an Order` */
export const oneOf = (model: string): string =>
  `${/^[aeio]/i.test(model) || /^u[^aeiousn]/i.test(model) ? 'an' : 'a'} ${model}`;

export const namesOf = (fields: readonly ModelField[]): string => listed(fields.map(({ name }) => name));

/** How the rules on models know the field that says when a row was deleted. */
import type { Model, ModelField } from '../../sources/prisma/model.ts';

const names = /^_?deleted_?(?:at|on|date|time)$/i;

/** Null for rows that are still there; undefined where the model has none. */
export const deletionField = ({ fields }: Pick<Model, 'fields'>): ModelField | undefined =>
  fields.find(({ name, type, arity }) => names.test(name) && type === 'DateTime' && arity === 'optional');

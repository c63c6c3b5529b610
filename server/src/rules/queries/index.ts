/** The rules of this family, in the order that docs and `pgreview rules` list them. */
import type { Rule } from '../rule.ts';
import deleteWithoutWhere from './deleteWithoutWhere.ts';
import updateWithoutWhere from './updateWithoutWhere.ts';

export const queriesRules: readonly Rule[] = [updateWithoutWhere, deleteWithoutWhere];

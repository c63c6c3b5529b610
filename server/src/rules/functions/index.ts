/** The rules of this family, in the order that docs and `pgreview rules` list them. */
import type { Rule } from '../rule.ts';

export const functionsRules: readonly Rule[] = [];

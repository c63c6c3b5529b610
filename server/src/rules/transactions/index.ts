/** The rules of this family, in the order that docs and `pgreview rules` list them. */
import type { Rule } from '../rule.ts';
import concurrentlyInTransaction from './concurrentlyInTransaction.ts';
import validateInSameTransaction from './validateInSameTransaction.ts';

export const transactionsRules: readonly Rule[] = [concurrentlyInTransaction, validateInSameTransaction];

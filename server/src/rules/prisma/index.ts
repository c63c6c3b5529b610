/** The rules on Prisma's models. */
import type { ModelRule } from './modelRule.ts';
import relationWithoutIndex from './relationWithoutIndex.ts';

export const modelRules: readonly ModelRule[] = [relationWithoutIndex];

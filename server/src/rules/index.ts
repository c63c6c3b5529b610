/** Every rule, in the order that docs and `pgreview rules` list them. */
import { breakingRules } from './breaking/index.ts';
import { functionsRules } from './functions/index.ts';
import { indexesRules } from './indexes/index.ts';
import { locksRules } from './locks/index.ts';
import { namesRules } from './names/index.ts';
import { partitionsRules } from './partitions/index.ts';
import { queriesRules } from './queries/index.ts';
import type { Rule } from './rule.ts';
import { schemaRules } from './schema/index.ts';
import { securityRules } from './security/index.ts';
import { transactionsRules } from './transactions/index.ts';

export const rules: readonly Rule[] = [
  ...locksRules,
  ...transactionsRules,
  ...breakingRules,
  ...schemaRules,
  ...indexesRules,
  ...partitionsRules,
  ...queriesRules,
  ...securityRules,
  ...functionsRules,
  ...namesRules,
];

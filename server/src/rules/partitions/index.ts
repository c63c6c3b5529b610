/** The rules of this family, in the order that docs and `pgreview rules` list them. */
import type { Rule } from '../rule.ts';
import concurrentlyOnPartitioned from './concurrentlyOnPartitioned.ts';
import hashPartitionsIncomplete from './hashPartitionsIncomplete.ts';
import indexOnOnePartition from './indexOnOnePartition.ts';
import listWithoutDefault from './listWithoutDefault.ts';
import partitionBoundsOverlap from './partitionBoundsOverlap.ts';
import partitionGap from './partitionGap.ts';
import partitionRangeEmpty from './partitionRangeEmpty.ts';
import uniqueWithoutPartitionKey from './uniqueWithoutPartitionKey.ts';

export const partitionsRules: readonly Rule[] = [
  uniqueWithoutPartitionKey,
  partitionBoundsOverlap,
  partitionRangeEmpty,
  partitionGap,
  listWithoutDefault,
  hashPartitionsIncomplete,
  concurrentlyOnPartitioned,
  indexOnOnePartition,
];

/** The rules of this family, in the order that docs and `pgreview rules` list them. */
import type { Rule } from '../rule.ts';
import addColumnRewritesTable from './addColumnRewritesTable.ts';
import checkWithoutNotValid from './checkWithoutNotValid.ts';
import cluster from './cluster.ts';
import columnTypeRewritesTable from './columnTypeRewritesTable.ts';
import foreignKeyWithoutNotValid from './foreignKeyWithoutNotValid.ts';
import indexWithoutConcurrently from './indexWithoutConcurrently.ts';
import lockTimeoutMissing from './lockTimeoutMissing.ts';
import setNotNull from './setNotNull.ts';
import uniqueConstraintBuildsIndex from './uniqueConstraintBuildsIndex.ts';
import vacuumFull from './vacuumFull.ts';

export const locksRules: readonly Rule[] = [
  indexWithoutConcurrently,
  foreignKeyWithoutNotValid,
  checkWithoutNotValid,
  setNotNull,
  uniqueConstraintBuildsIndex,
  columnTypeRewritesTable,
  addColumnRewritesTable,
  vacuumFull,
  cluster,
  lockTimeoutMissing,
];

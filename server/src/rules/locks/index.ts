/** The rules of this family, in the order that docs and `pgreview rules` list them. */
import type { Rule } from '../rule.ts';
import addColumnRewritesTable from './addColumnRewritesTable.ts';
import attachPartitionScansTable from './attachPartitionScansTable.ts';
import checkWithoutNotValid from './checkWithoutNotValid.ts';
import cluster from './cluster.ts';
import collationChangeRebuildsIndex from './collationChangeRebuildsIndex.ts';
import columnTypeRewritesTable from './columnTypeRewritesTable.ts';
import detachPartitionWithoutConcurrently from './detachPartitionWithoutConcurrently.ts';
import domainConstraintScansTables from './domainConstraintScansTables.ts';
import dropIndexWithoutConcurrently from './dropIndexWithoutConcurrently.ts';
import dropLocksReferencedTable from './dropLocksReferencedTable.ts';
import exclusionConstraintBuildsIndex from './exclusionConstraintBuildsIndex.ts';
import foreignKeyWithoutNotValid from './foreignKeyWithoutNotValid.ts';
import indexWithoutConcurrently from './indexWithoutConcurrently.ts';
import lockTable from './lockTable.ts';
import lockTimeoutMissing from './lockTimeoutMissing.ts';
import newPartitionScansDefault from './newPartitionScansDefault.ts';
import notNullWithoutNotValid from './notNullWithoutNotValid.ts';
import refreshWithoutConcurrently from './refreshWithoutConcurrently.ts';
import reindexWithoutConcurrently from './reindexWithoutConcurrently.ts';
import setAccessMethodRewritesTable from './setAccessMethodRewritesTable.ts';
import setExpressionRewritesTable from './setExpressionRewritesTable.ts';
import setLoggedRewritesTable from './setLoggedRewritesTable.ts';
import setNotNull from './setNotNull.ts';
import setTablespaceCopiesTable from './setTablespaceCopiesTable.ts';
import uniqueConstraintBuildsIndex from './uniqueConstraintBuildsIndex.ts';
import vacuumFull from './vacuumFull.ts';

export const locksRules: readonly Rule[] = [
  indexWithoutConcurrently,
  foreignKeyWithoutNotValid,
  checkWithoutNotValid,
  setNotNull,
  notNullWithoutNotValid,
  uniqueConstraintBuildsIndex,
  columnTypeRewritesTable,
  addColumnRewritesTable,
  collationChangeRebuildsIndex,
  exclusionConstraintBuildsIndex,
  domainConstraintScansTables,
  setExpressionRewritesTable,
  setLoggedRewritesTable,
  setTablespaceCopiesTable,
  setAccessMethodRewritesTable,
  attachPartitionScansTable,
  newPartitionScansDefault,
  detachPartitionWithoutConcurrently,
  dropIndexWithoutConcurrently,
  reindexWithoutConcurrently,
  refreshWithoutConcurrently,
  vacuumFull,
  cluster,
  lockTable,
  dropLocksReferencedTable,
  lockTimeoutMissing,
];

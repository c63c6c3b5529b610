/** Every rule, in the order that docs and `pgreview rules` list them. */
import dropColumn from './breaking/dropColumn.ts';
import dropTable from './breaking/dropTable.ts';
import notNullColumnWithoutDefault from './breaking/notNullColumnWithoutDefault.ts';
import renameColumn from './breaking/renameColumn.ts';
import renameTable from './breaking/renameTable.ts';
import addColumnRewritesTable from './locks/addColumnRewritesTable.ts';
import checkWithoutNotValid from './locks/checkWithoutNotValid.ts';
import cluster from './locks/cluster.ts';
import columnTypeRewritesTable from './locks/columnTypeRewritesTable.ts';
import foreignKeyWithoutNotValid from './locks/foreignKeyWithoutNotValid.ts';
import indexWithoutConcurrently from './locks/indexWithoutConcurrently.ts';
import lockTimeoutMissing from './locks/lockTimeoutMissing.ts';
import setNotNull from './locks/setNotNull.ts';
import uniqueConstraintBuildsIndex from './locks/uniqueConstraintBuildsIndex.ts';
import vacuumFull from './locks/vacuumFull.ts';
import deleteWithoutWhere from './queries/deleteWithoutWhere.ts';
import updateWithoutWhere from './queries/updateWithoutWhere.ts';
import type { Rule } from './rule.ts';
import concurrentlyInTransaction from './transactions/concurrentlyInTransaction.ts';
import validateInSameTransaction from './transactions/validateInSameTransaction.ts';

export const rules: readonly Rule[] = [
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
  concurrentlyInTransaction,
  validateInSameTransaction,
  notNullColumnWithoutDefault,
  dropColumn,
  dropTable,
  renameColumn,
  renameTable,
  updateWithoutWhere,
  deleteWithoutWhere,
];

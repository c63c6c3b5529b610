/** The rules of this family, in the order that docs and `pgreview rules` list them. */
import type { Rule } from '../rule.ts';
import beginInsideTransaction from './beginInsideTransaction.ts';
import commitWithoutBegin from './commitWithoutBegin.ts';
import concurrentlyInTransaction from './concurrentlyInTransaction.ts';
import constraintNeverValidated from './constraintNeverValidated.ts';
import dataChangeWhileLocked from './dataChangeWhileLocked.ts';
import enumValueUsedInSameTransaction from './enumValueUsedInSameTransaction.ts';
import foreignKeysNotChecked from './foreignKeysNotChecked.ts';
import invalidIndexTakenAsExisting from './invalidIndexTakenAsExisting.ts';
import lockTimeoutTooLong from './lockTimeoutTooLong.ts';
import needsTransaction from './needsTransaction.ts';
import outsideTransactionOnly from './outsideTransactionOnly.ts';
import scanWhileLocked from './scanWhileLocked.ts';
import setLocalOutsideTransaction from './setLocalOutsideTransaction.ts';
import severalTablesLocked from './severalTablesLocked.ts';
import transactionNotEnded from './transactionNotEnded.ts';
import validateInSameTransaction from './validateInSameTransaction.ts';

export const transactionsRules: readonly Rule[] = [
  concurrentlyInTransaction,
  outsideTransactionOnly,
  needsTransaction,
  enumValueUsedInSameTransaction,
  beginInsideTransaction,
  commitWithoutBegin,
  transactionNotEnded,
  setLocalOutsideTransaction,
  validateInSameTransaction,
  scanWhileLocked,
  dataChangeWhileLocked,
  severalTablesLocked,
  lockTimeoutTooLong,
  foreignKeysNotChecked,
  invalidIndexTakenAsExisting,
  constraintNeverValidated,
];

import { exclusive, foreignKey, index, type Proofs, rewrite, scan, vacuumFull } from './proof.ts';

export const locksProofs: Proofs = {
  'index-without-concurrently': [index('orders'), index('users')],
  'foreign-key-without-not-valid': [
    foreignKey,
    foreignKey,
    { ...foreignKey, locks: { customers: 'ShareRowExclusiveLock', orders: 'AccessExclusiveLock' } },
  ],
  'check-without-not-valid': [scan('products'), scan('products')],
  'set-not-null-scans-table': [scan('users')],
  'unique-constraint-builds-index': [scan('users'), scan('users')],
  'column-type-rewrites-table': [rewrite('orders'), rewrite('orders')],
  'add-column-rewrites-table': [rewrite('orders'), rewrite('orders'), rewrite('orders')],
  'vacuum-full': [vacuumFull, vacuumFull],
  cluster: [rewrite('events')],
  'lock-timeout-missing': [exclusive('users')],
};

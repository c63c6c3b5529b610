import { type Proofs, scan } from './proof.ts';

export const transactionsProofs: Proofs = {
  'concurrently-in-transaction': [{ error: '25001' }, { error: '25001' }],
  'validate-in-same-transaction': [scan('products')],
};

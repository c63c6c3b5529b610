import { type Proofs, writes } from './proof.ts';

export const queriesProofs: Proofs = {
  'update-without-where': [writes('users')],
  'delete-without-where': [writes('sessions')],
};

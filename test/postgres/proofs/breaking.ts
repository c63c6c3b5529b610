import { exclusive, type Proofs } from './proof.ts';

export const breakingProofs: Proofs = {
  'not-null-column-without-default': [{ error: '23502' }],
  'drop-column': [exclusive('users')],
  'drop-table': [exclusive('legacy_sessions')],
  'rename-column': [exclusive('users')],
  'rename-table': [exclusive('users')],
};

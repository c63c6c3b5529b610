import type { Proofs } from './proof.ts';

export const indexesProofs: Proofs = {};

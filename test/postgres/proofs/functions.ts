import type { Proofs } from './proof.ts';

export const functionsProofs: Proofs = {};

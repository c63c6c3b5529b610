import type { Proofs } from './proof.ts';

export const partitionsProofs: Proofs = {};

import type { Proofs } from './proof.ts';

export const securityProofs: Proofs = {};

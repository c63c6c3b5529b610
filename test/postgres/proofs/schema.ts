import type { Proofs } from './proof.ts';

export const schemaProofs: Proofs = {};

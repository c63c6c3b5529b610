import assert from 'node:assert/strict';
import type { ClaimProof, Proofs } from './proof.ts';

/** The last statement of the unsafe form is refused, with rows in the tables and without. */
const fails = (code: string): ClaimProof => ({
  async claim({ unsafe, freshDatabase, emptyDatabase }) {
    for (const client of [await freshDatabase(), await emptyDatabase()])
      await assert.rejects(client.query(unsafe), { code });
  },
});

export const namesProofs: Proofs = {
  'unknown-table': [fails('42P01'), fails('42P01'), fails('42P01'), fails('42P01')],
  'unknown-column': [fails('42703'), fails('42703'), fails('42703'), fails('42703'), fails('42703')],
  'unknown-type': [fails('42704'), fails('42704')],
  'unknown-enum-value': [fails('22P02'), fails('22P02'), fails('22P02')],
  'unknown-constraint': [fails('42704'), fails('42704')],
  'unknown-index': [fails('42704')],
  'missing-from-clause': [fails('42P01'), fails('42P01')],
};

import assert from 'node:assert/strict';
import { type ClaimProof, type Proofs, refused } from './proof.ts';

/** Postgres refuses the unsafe form with this SQLSTATE; the safe one runs. */
const fails = (code: string): ClaimProof => ({
  async claim({ unsafe, safe, freshDatabase }) {
    const client = await freshDatabase();
    await refused(client, unsafe, code);
    for (const statement of safe.split(/;\s*/).filter(Boolean)) await client.query(statement);
    const { rows } = await client.query('SELECT 1 FROM pg_index WHERE NOT indisvalid');
    assert.deepEqual(rows, []);
  },
});

export const indexesProofs: Proofs = {
  'index-expression-not-immutable': [fails('42P17'), fails('42P17'), fails('42P17')],
  'index-predicate-not-immutable': [fails('42P17')],
  'no-default-operator-class': [fails('42704'), fails('42704'), fails('42704')],
  'scalar-column-in-gin-or-gist': [fails('42704')],
  'operator-class-mismatch': [fails('42704'), fails('42804')],
  'unique-index-not-btree': [fails('0A000')],
  'multicolumn-index-not-supported': [fails('0A000')],
  'include-not-supported': [fails('0A000')],
  'index-order-not-supported': [fails('0A000')],
  'index-storage-parameter': [fails('22023'), fails('22023')],
  'index-on-view': [fails('42809')],
  'index-column-missing': [fails('42703')],
  'drop-index-of-constraint': [fails('2BP01')],
};

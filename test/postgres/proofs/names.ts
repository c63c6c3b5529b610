import assert from 'node:assert/strict';
import type { ClaimProof, Proofs } from './proof.ts';

/** The last statement of the unsafe form is refused, with rows in the tables and without. */
const fails = (code: string): ClaimProof => ({
  async claim({ unsafe, freshDatabase, emptyDatabase }) {
    for (const client of [await freshDatabase(), await emptyDatabase()])
      await assert.rejects(client.query(unsafe), { code });
  },
});

/** The unsafe form runs, and the call is refused, with rows in the tables and without; after the safe form it runs. */
const callFails = (call: string, code: string): ClaimProof => ({
  async claim({ unsafe, safe, freshDatabase, emptyDatabase }) {
    for (const database of [freshDatabase, emptyDatabase]) {
      const client = await database();
      await client.query(unsafe);
      await assert.rejects(client.query(call), { code });
      const another = await database();
      await another.query(safe);
      // the safe form may have dropped the function
      if (!safe.includes('DROP FUNCTION')) await another.query(call);
    }
  },
});

export const namesProofs: Proofs = {
  'unknown-table': [fails('42P01'), fails('42P01'), fails('42P01'), fails('42P01'), fails('42P01'), fails('42P01')],
  'unknown-column': [
    fails('42703'),
    fails('42703'),
    fails('42703'),
    fails('42703'),
    fails('42703'),
    {
      async claim(example) {
        // before 17: "invalid type name"
        await fails(example.version < 17 ? '42601' : '42703').claim(example);
      },
    },
    fails('42703'),
  ],
  'unknown-type': [fails('42704'), fails('42704')],
  'unknown-enum-value': [fails('22P02'), fails('22P02'), fails('22P02')],
  'unknown-constraint': [fails('42704'), fails('42704')],
  'unknown-index': [fails('42704')],
  'missing-from-clause': [fails('42P01'), fails('42P01')],
  'unknown-table-in-function': [callFails('SELECT forget(1)', '42P01'), callFails('SELECT forget(1)', '42P01')],
  'unknown-column-in-function': [
    callFails('SELECT hide(1)', '42703'),
    callFails('SELECT double(1)', '42703'),
    callFails('SELECT mail_of(1)', '42703'),
    callFails('SELECT mail_of(1)', '42P01'),
  ],
  'name-not-in-search-path': [
    callFails('SELECT forget(1)', '42P01'),
    callFails('SELECT is_calm(1)', '42883'),
    callFails("SELECT calm('calm')", '42704'),
  ],
  'unknown-record-field': [
    callFails("INSERT INTO users VALUES (1000, 'x'); UPDATE users SET email = NULL", '42703'),
    callFails('SELECT mail_of(1)', '42703'),
    callFails('SELECT mail_of(1)', '42703'),
  ],
};

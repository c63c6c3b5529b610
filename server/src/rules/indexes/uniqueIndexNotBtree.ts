import { capabilities } from '../../facts/accessMethods.ts';
import { defineRule } from '../rule.ts';
import { withoutMethod } from './indexEdits.ts';
import { knownMethod, writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'unique-index-not-btree',
  family: 'indexes',
  severity: 'error',
  docs: {
    summary: 'CREATE UNIQUE INDEX with an access method that cannot check uniqueness.',
    why: 'Of the access methods of Postgres only btree enforces uniqueness. With hash, gist, gin, spgist or brin the statement fails (0A000).',
    fine: 'Never: the statement does not run. What a unique index of ranges or shapes would be for, an exclusion constraint does.',
    source: 'https://www.postgresql.org/docs/current/indexes-unique.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, token text);',
      unsafe: 'CREATE UNIQUE INDEX CONCURRENTLY users_token_key ON users USING hash (token);',
      safe: 'CREATE UNIQUE INDEX CONCURRENTLY users_token_key ON users (token);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      const method = knownMethod(stmt);
      if (!stmt.unique || !method || capabilities[method].unique) return;
      const index = writtenIndex(stmt, context);
      if (!index?.using) return;
      // for the others a btree would need other operator classes, if there are any
      const scalar = method === 'hash' || method === 'brin';
      const plain = index.keys.every((key) => !key.element.opclass) && index.parameters.length === 0;
      context.report(
        index.using,
        `This fails: an index of the access method ${method} cannot be unique.`,
        scalar
          ? 'Leave USING out: a btree index is unique and serves equality as well.'
          : 'Only btree indexes can be unique. To keep ranges or shapes apart, use an exclusion constraint (EXCLUDE USING gist).',
        scalar && plain ? [{ title: 'Use a btree index', safe: false, edits: [withoutMethod(index, context)] }] : [],
      );
    },
  },
});

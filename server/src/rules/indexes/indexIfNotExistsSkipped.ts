import { relationKey } from '../../catalog/catalog.ts';
import { definitionOf } from '../../catalog/indexParts.ts';
import { quoteIdentifier } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { sameWork } from './sameIndexes.ts';
import { writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'index-if-not-exists-skipped',
  family: 'indexes',
  severity: 'warning',
  docs: {
    summary: 'CREATE INDEX IF NOT EXISTS with the name of something else.',
    why: 'IF NOT EXISTS looks at the name alone. If any index, table or view of the schema has it, Postgres creates nothing and says so only in a notice: the index that the queries or the uniqueness need is missing.',
    fine: 'The other one was dropped by something that the files do not show.',
    source: 'https://www.postgresql.org/docs/current/sql-createindex.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY, email text, name text);\nCREATE INDEX users_idx ON users (name);',
      unsafe: 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_idx ON users (email);',
      safe: 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_email_key ON users (email);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      if (!stmt.if_not_exists || !stmt.idxname) return;
      const index = writtenIndex(stmt, context);
      const schema = stmt.relation?.schemaname ?? context.before.session.schema;
      const there = context.before.relation(relationKey(schema, stmt.idxname));
      if (!index || !there) return;
      const wanted = definitionOf(stmt);
      const isIt =
        there.kind === 'index' &&
        (there.index === null ||
          (there.table === index.table.key && sameWork(there.index, wanted) && (there.index.unique || !wanted.unique)));
      if (isIt) return;
      const { tokens } = context;
      const at = tokens.find(['exists']) + 1;
      const what =
        there.kind === 'index'
          ? there.table === index.table.key
            ? 'another index of this table'
            : `an index of ${there.table?.replace(/^public\./, '') ?? 'another table'}`
          : `a ${there.kind}`;
      context.report(
        tokens.span(at, tokens.afterName(at) - 1),
        `This creates nothing: ${quoteIdentifier(stmt.idxname)} is ${what} already.`,
        'Give the index a name of its own, or drop the other one first.',
      );
    },
  },
});

import { defineRule } from '../rule.ts';
import { indexesOf, indexName, madeBy, sameWork } from './sameIndexes.ts';
import { concluding, writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'duplicate-index',
  family: 'indexes',
  severity: 'information',
  docs: {
    summary: 'An index that the table has already: the same columns, order, access method and predicate.',
    why: 'Postgres lets any number of equal indexes be made. Queries use one of them; every write has to keep all up to date, and each takes its space. The index of a primary key or unique constraint is one too.',
    fine: 'While one replaces the other, as before REINDEX CONCURRENTLY.',
    source: 'https://www.postgresql.org/docs/current/sql-createindex.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, status text);\nCREATE INDEX orders_customer_id_idx ON orders (customer_id);',
      unsafe: 'CREATE INDEX CONCURRENTLY idx_orders_customer ON orders (customer_id);',
      safe: 'CREATE INDEX CONCURRENTLY idx_orders_status ON orders (status);',
    },
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE);',
      unsafe: 'CREATE INDEX CONCURRENTLY users_email_idx ON users (email);',
      safe: 'CREATE INDEX CONCURRENTLY users_email_idx ON users (lower(email));',
    },
  ],
  conclude: {
    IndexStmt(stmt, context) {
      const index = writtenIndex(stmt, concluding(context));
      const indexes = indexesOf(index?.table.relation, context.after);
      const made = madeBy(stmt, indexes);
      if (!index || !made) return;
      const other = indexes.find((i) => {
        if (i.key === made.key || !sameWork(i.definition, made.definition)) return false;
        // a unique one is needed; of two equals, the older one stays
        if (i.definition.unique !== made.definition.unique) return i.definition.unique;
        return indexes.indexOf(i) < indexes.indexOf(made);
      });
      if (!other) return;
      const { constraint } = other.definition;
      const what = constraint === null ? 'index' : 'constraint';
      const name = constraint ?? indexName(other, context.session.schema);
      context.report(
        context.tokens.span(index.open, index.close),
        `${index.table.written} has this index already: that of the ${what} ${name}.`,
        'Leave this one out: every write would have to keep both up to date.',
      );
    },
  },
});

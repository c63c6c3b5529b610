import type { Node } from '@pgsql/types';
import { nameParts } from '../../catalog/names.ts';
import { walk } from '../../syntax/walk.ts';
import { quoteIdentifier } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { inQueries, leadingIndexes, operatorOf } from './indexedConditions.ts';
import { startOf } from './nodePlaces.ts';
import { indexName } from './sameIndexes.ts';

/** Immutable functions whose result can be indexed. */
const indexable = new Set(['lower', 'upper', 'btrim', 'ltrim', 'rtrim', 'md5', 'length', 'abs', 'substring', 'left']);
const comparing = new Set(['=', '<', '>', '<=', '>=']);

export default defineRule({
  id: 'function-on-indexed-column',
  family: 'indexes',
  severity: 'information',
  docs: {
    summary: 'A condition on a function of a column, where only the bare column is indexed.',
    why: 'An index on email holds the values of email: it cannot find rows by lower(email), and every row is read. An index on the expression lower(email) can.',
    fine: 'The table is small, or other conditions leave few rows.',
    source: 'https://www.postgresql.org/docs/current/indexes-expressional.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE INDEX users_email_idx ON users (email);',
      unsafe: "SELECT id FROM users WHERE lower(email) = 'a@example.com';",
      safe: "CREATE INDEX CONCURRENTLY users_lower_email_idx ON users (lower(email));\nSELECT id FROM users WHERE lower(email) = 'a@example.com';",
    },
  ],
  conclude: inQueries(({ context, comparisons, indexed }) => {
    for (const comparison of comparisons) {
      if (comparison.kind !== 'AEXPR_OP' && comparison.kind !== 'AEXPR_IN') continue;
      if (comparison.kind === 'AEXPR_OP' && !comparing.has(operatorOf(comparison))) continue;
      const { lexpr } = comparison;
      if (!lexpr || !('FuncCall' in lexpr) || hasColumn(comparison.rexpr)) continue;
      const name = nameParts(lexpr.FuncCall.funcname).at(-1) ?? '';
      const [argument, ...others] = lexpr.FuncCall.args ?? [];
      if (!indexable.has(name) || others.some(hasColumn)) continue;
      const found = indexed(argument);
      if (!found) continue;
      const [index] = leadingIndexes(found);
      // of whatever expression: it may be this one
      if (!index || found.indexes.some((i) => i.definition.keys.some((k) => k.expression !== null))) continue;
      const at = context.tokens.at(startOf(lexpr, context) ?? -1);
      if (at < 0) continue;
      const { column, table } = found;
      context.report(
        context.tokens.span(at),
        `${indexName(index, context.session.schema)} holds ${column.name} itself: it does not find rows by ${name}(${column.name}).`,
        `Index the expression: CREATE INDEX CONCURRENTLY ON ${quoteIdentifier(table.name)} (${name}(${quoteIdentifier(column.name)}${others.length > 0 ? ', …' : ''})).`,
      );
    }
  }),
});

function hasColumn(node: Node | undefined): boolean {
  let found = false;
  walk([node], (type) => {
    found ||= type === 'ColumnRef' || type === 'SubLink';
  });
  return found;
}

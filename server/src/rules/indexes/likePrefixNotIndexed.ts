import { quoteIdentifier } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { inQueries, leadingIndexes, operatorOf } from './indexedConditions.ts';
import { startOf } from './nodePlaces.ts';
import { indexName } from './sameIndexes.ts';

export default defineRule({
  id: 'like-prefix-not-indexed',
  family: 'indexes',
  severity: 'information',
  docs: {
    summary: "LIKE 'prefix%' on a column whose index sorts by a collation other than C.",
    why: "An index sorted by the rules of a language does not keep equal beginnings together, so LIKE 'prefix%' cannot use it and every row is read. With the operator class text_pattern_ops, or the collation C, the index is sorted by characters and serves LIKE.",
    fine: 'The database itself was created with the collation C, or the table is small.',
    source: 'https://www.postgresql.org/docs/current/indexes-opclass.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE files (id bigint PRIMARY KEY, path text COLLATE "en-x-icu");\nCREATE INDEX files_path_idx ON files (path);',
      unsafe: "SELECT id FROM files WHERE path LIKE '/home/%';",
      safe: "CREATE INDEX CONCURRENTLY files_path_pattern_idx ON files (path text_pattern_ops);\nSELECT id FROM files WHERE path LIKE '/home/%';",
    },
  ],
  conclude: inQueries(({ context, comparisons, indexed }) => {
    for (const comparison of comparisons) {
      if (comparison.kind !== 'AEXPR_LIKE' || operatorOf(comparison) !== '~~') continue;
      const { lexpr, rexpr } = comparison;
      const pattern = rexpr && 'A_Const' in rexpr ? rexpr.A_Const.sval?.sval : undefined;
      if (pattern === undefined || !/^[^%_\\]+.*[%_]/.test(pattern)) continue;
      const found = indexed(lexpr);
      const type = found?.column.type;
      if (!found || type?.schema !== null || type.array || (type.name !== 'text' && type.name !== 'varchar')) continue;
      const { column, indexes, table } = found;
      const collation = column.collation;
      if (collation !== null && /^(?:C|POSIX|ucs_basic|pg_c_utf8)$/i.test(collation)) continue;
      const [index] = leadingIndexes(found);
      // with an operator class or collation of its own, or another method, it may serve LIKE
      const mayServe = indexes.some(({ definition }) =>
        definition.keys.some(
          (key) =>
            (key.column === column.name &&
              (key.operatorClass !== null || key.collation !== null || definition.method !== 'btree')) ||
            key.expression !== null,
        ),
      );
      if (!index || mayServe) continue;
      const at = context.tokens.at(startOf(lexpr, context) ?? -1);
      if (at < 0) continue;
      const unless = collation === null ? ', unless the collation of the database is C' : '';
      context.report(
        context.tokens.span(at, context.tokens.afterName(at) - 1),
        `${indexName(index, context.session.schema)} does not serve LIKE '${pattern.slice(0, 30)}'${unless}.`,
        `CREATE INDEX CONCURRENTLY ON ${quoteIdentifier(table.name)} (${quoteIdentifier(column.name)} text_pattern_ops).`,
      );
    }
  }),
});

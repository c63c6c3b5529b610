import { columnOf } from '../../catalog/catalog.ts';
import { insertAt } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { inCaseOf } from './indexEdits.ts';
import { writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'unique-index-with-nullable-column',
  family: 'indexes',
  severity: 'hint',
  docs: {
    summary: 'A unique index of several columns, one of which can be null.',
    why: 'To a unique index nulls are different from one another: two rows that agree in the other columns and are null in this one are both let in. Since Postgres 15 NULLS NOT DISTINCT treats them as equal.',
    fine: 'A null means that the row is not to be compared with others.',
    source: 'https://www.postgresql.org/docs/current/indexes-unique.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE prices (id bigint PRIMARY KEY, product_id bigint NOT NULL, region text);',
      unsafe: 'CREATE UNIQUE INDEX CONCURRENTLY prices_key ON prices (product_id, region);',
      safe: "CREATE UNIQUE INDEX CONCURRENTLY prices_key ON prices (product_id, coalesce(region, ''));",
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      if (!stmt.unique || stmt.nulls_not_distinct || stmt.whereClause || (stmt.indexParams?.length ?? 0) < 2) return;
      const index = writtenIndex(stmt, context);
      const relation = index?.table.relation;
      if (!index || !relation?.complete) return;
      const nullable = index.keys.filter(({ column }) => {
        const known = column === null ? undefined : columnOf(relation, column);
        return known !== undefined && !known.notNull && !neverNull(relation, known.name);
      });
      const [first] = nullable;
      // where all may be null, nobody means them as a key
      if (!first || nullable.length === index.keys.length) return;
      const last = index.include.at(-1);
      const at = context.tokens.span(last ? last.last + 1 : index.close).end;
      context.report(
        first.span,
        `Rows whose ${first.column} is null are never equal to a unique index: any number with the same other columns is let in.`,
        'If a null is meant to be one more value, use NULLS NOT DISTINCT (Postgres 15), or coalesce(column, …) in the index.',
        context.targetVersion < 15
          ? []
          : [
              {
                title: 'Let nulls be equal: NULLS NOT DISTINCT',
                safe: false,
                edits: [insertAt(at, ` ${inCaseOf(context, 'NULLS NOT DISTINCT')}`)],
              },
            ],
      );
    },
  },
});

const neverNull = (
  relation: { constraints: readonly { provesNotNull: readonly string[] }[] },
  column: string,
): boolean => relation.constraints.some((c) => c.provesNotNull.includes(column));

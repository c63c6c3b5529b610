import { rangeVarKey } from '../../catalog/names.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'list-partitions-without-default',
  family: 'partitions',
  severity: 'hint',
  docs: {
    summary: 'A table partitioned by list without a default partition.',
    why: 'A row with a value that no partition lists, or with NULL, is refused: "no partition of relation found for row". A DEFAULT partition takes it.',
    fine: 'A value that is not listed is to be refused; or all there can be are listed.',
    source: 'https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARTITION',
  },
  examples: [
    {
      unsafe:
        "CREATE TABLE orders (id bigint, country text) PARTITION BY LIST (country);\nCREATE TABLE orders_de PARTITION OF orders FOR VALUES IN ('de');",
      safe: "CREATE TABLE orders (id bigint, country text) PARTITION BY LIST (country);\nCREATE TABLE orders_de PARTITION OF orders FOR VALUES IN ('de');\nCREATE TABLE orders_other PARTITION OF orders DEFAULT;",
    },
  ],
  conclude: {
    CreateStmt(stmt, context) {
      if (stmt.partspec?.strategy !== 'PARTITION_STRATEGY_LIST' || stmt.relation?.relpersistence === 't') return;
      const parent = context.after.relation(rangeVarKey(stmt.relation, context.session.schema));
      const [name] = parent?.partitionKey?.columns ?? [];
      const type = parent?.columns.find((c) => c.name === name)?.type;
      // of an enum or a boolean all values may well be listed; one partition for each of many tenants is made as they come
      if (!parent || !type || type.schema !== null || !/^(?:text|varchar)$/.test(type.name)) return;
      if (parent.partitions.length === 0 || parent.defaultPartition !== null) return;
      const at = context.tokens.at(stmt.relation?.location ?? 0);
      const span = context.tokens.span(at, context.tokens.afterName(at) - 1);
      const written = context.text.slice(span.start, span.end);
      context.report(
        span,
        `${written} has no default partition: a row with another ${name} than those listed is refused.`,
        `Add one with CREATE TABLE … PARTITION OF ${written} DEFAULT, unless such rows are to be refused.`,
      );
    },
  },
});

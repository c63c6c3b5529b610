import { nameParts } from '../../catalog/names.ts';
import { defineRule } from '../rule.ts';
import { nameOf, stringConstant } from './columns.ts';
import { columnAt, inEveryQuery, nodesOf } from './queryLevels.ts';

const schema = `CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);
CREATE INDEX users_email ON users (email text_pattern_ops);`;

export default defineRule({
  id: 'like-with-leading-wildcard',
  family: 'queries',
  severity: 'information',
  docs: {
    summary: 'LIKE or ILIKE with a pattern that begins with a wildcard.',
    why: 'A btree index finds strings by how they begin. With % or _ in front every row, or every entry of the index, is read and compared.',
    fine: 'The table is small, or other conditions leave few rows.',
    source: 'https://www.postgresql.org/docs/current/pgtrgm.html#PGTRGM-INDEX',
  },
  examples: [
    {
      schema,
      unsafe: "SELECT id FROM users WHERE email LIKE '%@example.com';",
      safe: "SELECT id FROM users WHERE email LIKE 'ann@%';",
    },
  ],
  check: inEveryQuery((context) => {
    for (const { kind, name, lexpr, rexpr, location } of nodesOf(context.level).A_Expr) {
      if (kind !== 'AEXPR_LIKE' && kind !== 'AEXPR_ILIKE') continue;
      if (nameParts(name)[0]?.startsWith('!') || !/^[%_]+[^%_]/.test(stringConstant(rexpr) ?? '')) continue;
      const found = columnAt(lexpr, context);
      if (!found?.column.origin || found.item.relation?.kind === 'view') continue;
      const { resolutionOf } = context.scopes;
      const clause = lexpr && 'ColumnRef' in lexpr ? resolutionOf.get(lexpr.ColumnRef)?.clause : undefined;
      if (clause !== 'where' && clause !== 'on') continue;
      // GIN, GiST and the like may have a trigram operator class
      const { table } = found.column.origin;
      const indexes = (context.before.relation(table)?.indexes ?? []).map((key) => context.before.relation(key)?.index);
      if (indexes.some((index) => index?.method !== 'btree')) continue;
      const at = context.tokens.at(location ?? 0);
      context.report(
        context.tokens.span(at, at + 1),
        `No btree index helps to find ${nameOf(found)} by a pattern that begins with a wildcard: all rows are compared.`,
        'For searches like this, make a trigram index: CREATE EXTENSION pg_trgm, then USING gin (column gin_trgm_ops).',
      );
    }
  }),
});

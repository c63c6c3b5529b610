import type { Relation } from '../../catalog/catalog.ts';
import { rangeVarKey } from '../../catalog/names.ts';
import type { Tally } from '../../catalog/tally.ts';
import { defineRule } from '../rule.ts';

/** So many tables with row-level security, and at least half of all, show that it is the rule in this schema. */
const enoughSiblings = 2;

const isOrdinary = ({ kind, partitionOf, temporary }: Relation): boolean =>
  (kind === 'table' || kind === 'partitioned') && partitionOf === null && !temporary;

/** How many tables have it, and how many do not; null where that is no custom. */
const bySecurity: Tally<{ readonly secured: number; readonly open: number } | null> = {
  name: 'row-security',
  countsAs: (relation) => (isOrdinary(relation) ? [relation.rowSecurity.enabled ? 'secured' : 'open'] : []),
  outcomeOf: ({ secured = 0, open = 0 }) =>
    secured < enoughSiblings || secured * 2 < open + secured - 1 ? null : { secured, open },
};

export default defineRule({
  id: 'row-security-missing',
  family: 'security',
  severity: 'warning',
  docs: {
    summary: 'A table without row-level security in a schema where most tables have it.',
    why: 'Where roles are kept apart by policies, a table without row-level security is open: every role that holds the privilege reads and writes all of its rows. Nothing warns of it.',
    fine: 'All roles may see all rows of it, or no other role holds a privilege on it.',
    source: 'https://www.postgresql.org/docs/current/ddl-rowsecurity.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE notes (id bigint PRIMARY KEY, owner text);\nCREATE TABLE files (id bigint PRIMARY KEY, owner text);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nALTER TABLE files ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes USING (owner = current_user);\nCREATE POLICY own ON files USING (owner = current_user);',
      unsafe: 'CREATE TABLE invoices (id bigint PRIMARY KEY, owner text);',
      safe: 'CREATE TABLE invoices (id bigint PRIMARY KEY, owner text);\nALTER TABLE invoices ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON invoices USING (owner = current_user);',
    },
  ],
  conclude: {
    CreateStmt(stmt, context) {
      const { after, session, tokens } = context;
      if (stmt.relation?.relpersistence === 't') return;
      const key = rangeVarKey(stmt.relation, session.schema);
      const relation = after.relation(key);
      if (!relation || relation.rowSecurity.enabled || !isOrdinary(relation) || after.doubts('policies')) return;
      const custom = after.tally(relation.schema, bySecurity);
      if (!custom) return;
      const { secured } = custom;
      const siblings = custom.open + secured - 1;
      const at = tokens.at(stmt.relation?.location ?? 0);
      const span = tokens.span(at, tokens.afterName(at) - 1);
      const written = context.text.slice(span.start, span.end);
      context.report(
        span,
        `${relation.name} has no row-level security, while ${secured} of the ${siblings} other tables of ${relation.schema} have it: its rows are open to every role that holds the privilege.`,
        `ALTER TABLE ${written} ENABLE ROW LEVEL SECURITY, and add its policies.`,
      );
    },
  },
});

import type { AlterDomainStmt } from '@pgsql/types';
import { nodesKey } from '../../catalog/names.ts';
import { inUse } from '../../facts/blocking.ts';
import { defineRule, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'domain-constraint-scans-tables',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary:
      'ALTER DOMAIN that checks a new or not yet valid constraint, or SET NOT NULL, of a domain that tables in use have.',
    why: 'Every table with a column of the domain is scanned under a SHARE lock, and all those locks are held until the last one is done: reads go on, writes to all of these tables wait. ADD CONSTRAINT … NOT VALID scans nothing and locks no table; but VALIDATE CONSTRAINT of a domain, unlike that of a table, takes the SHARE locks as well.',
    fine: 'The tables are small.',
    source: 'https://www.postgresql.org/docs/current/sql-alterdomain.html',
  },
  examples: [
    {
      schema: 'CREATE DOMAIN percent AS integer;\nCREATE TABLE orders (id bigint PRIMARY KEY, discount percent);',
      unsafe: 'ALTER DOMAIN percent ADD CONSTRAINT percent_range CHECK (VALUE >= 0);',
      safe: 'ALTER DOMAIN percent ADD CONSTRAINT percent_range CHECK (VALUE >= 0) NOT VALID;',
    },
    {
      schema:
        'CREATE DOMAIN percent AS integer;\nCREATE TABLE orders (id bigint PRIMARY KEY, discount percent);\nALTER DOMAIN percent ADD CONSTRAINT percent_range CHECK (VALUE >= 0) NOT VALID;',
      unsafe: 'ALTER DOMAIN percent VALIDATE CONSTRAINT percent_range;',
      safe: 'ALTER DOMAIN percent DROP CONSTRAINT percent_range;',
    },
  ],
  check: {
    AlterDomainStmt(stmt, context) {
      if (!checksRows(stmt)) return;
      const tables = tablesWith(stmt, context);
      if (tables.length === 0) return;
      const more = tables.length > 2 ? ` and ${tables.length - 2} more` : '';
      context.report(
        context.tokens.span(0, 1),
        `Writes to ${tables.slice(0, 2).join(', ')}${more} wait (SHARE lock) while every row of each table with a column of this domain is checked.`,
        stmt.subtype === 'C'
          ? 'Add it NOT VALID: it holds for new values then, and nothing is scanned.'
          : 'Do it while writes are few, with a lock_timeout.',
      );
    },
  },
});

/** ADD CONSTRAINT (C) without NOT VALID, VALIDATE CONSTRAINT (V), SET NOT NULL (O). */
const checksRows = ({ subtype, def }: AlterDomainStmt): boolean =>
  subtype === 'V' ||
  subtype === 'O' ||
  (subtype === 'C' && def !== undefined && 'Constraint' in def && !def.Constraint.skip_validation);

/** Names of the tables in use, in the schema of the domain and in the one that is looked in, with a column of it. */
function tablesWith(stmt: AlterDomainStmt, context: RuleContext): string[] {
  const domain = nodesKey(stmt.typeName, context.before.session.schema);
  const [own, name] = [domain.slice(0, domain.indexOf('.')), domain.slice(domain.indexOf('.') + 1)];
  return context.before.relationsWithType(name).flatMap((key) => {
    const relation = context.before.relation(key);
    if (relation?.kind !== 'table' && relation?.kind !== 'partitioned') return [];
    if (relation.schema !== own && relation.schema !== context.before.session.schema) return [];
    const has = relation.columns.some(
      ({ type }) => type && !type.array && `${type.schema ?? context.before.session.schema}.${type.name}` === domain,
    );
    return has && inUse(key, context.before) ? [relation.name] : [];
  });
}

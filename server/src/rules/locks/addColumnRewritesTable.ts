import type { ColumnDef } from '@pgsql/types';
import { nameParts, typeNameOf } from '../../catalog/names.ts';
import type { SchemaReader } from '../../catalog/schema.ts';
import { constraintsOf } from '../../catalog/tableElements.ts';
import { hasConstrainedDomain } from '../../facts/domains.ts';
import { volatileFunctionIn } from '../../facts/volatility.ts';
import { type AlterCommand, commandsOnRows, type TargetTable } from '../alterTable.ts';
import { behind, quoteIdentifier } from '../edits.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'add-column-rewrites-table',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary:
      'ADD COLUMN with a volatile default, an identity, a serial type, a stored generated column or a domain that has a constraint.',
    why: 'A default whose value is the same for all rows (a constant, now(), current_user) is stored once and rewrites nothing. A volatile one such as gen_random_uuid() or nextval(), an identity, a serial and a stored generated column give each row its own value, and the constraint of a domain is checked for each row, even where all are NULL: Postgres writes the whole table anew under ACCESS EXCLUSIVE, and every read and write waits.',
    fine: 'The table is small.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
      unsafe: 'ALTER TABLE orders ADD COLUMN public_id uuid DEFAULT gen_random_uuid();',
      safe: 'ALTER TABLE orders ADD COLUMN public_id uuid;\nALTER TABLE orders ALTER COLUMN public_id SET DEFAULT gen_random_uuid();',
    },
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
      unsafe: 'ALTER TABLE orders ADD COLUMN touched_at timestamptz DEFAULT clock_timestamp();',
      safe: 'ALTER TABLE orders ADD COLUMN touched_at timestamptz DEFAULT now();',
    },
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
      unsafe: 'ALTER TABLE orders ADD COLUMN position bigserial;',
      safe: 'ALTER TABLE orders ADD COLUMN position bigint;',
    },
    {
      schema:
        'CREATE DOMAIN percent AS integer CHECK (VALUE BETWEEN 0 AND 100);\nCREATE TABLE orders (id bigint PRIMARY KEY);',
      unsafe: 'ALTER TABLE orders ADD COLUMN discount percent;',
      safe: 'ALTER TABLE orders ADD COLUMN discount integer;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const item of commandsOnRows(stmt, context)) {
        const def = item.command.def;
        if (item.command.subtype !== 'AT_AddColumn' || !def || !('ColumnDef' in def)) continue;
        const reason = whyRewritten(def.ColumnDef, context.before);
        if (reason === null) continue;
        context.report(
          item.span,
          `Adding ${def.ColumnDef.colname} rewrites ${item.table.written} with reads and writes blocked (ACCESS EXCLUSIVE): ${reason}.`,
          'Add the column without it, SET DEFAULT in a statement of its own (for new rows), and backfill the old rows in batches.',
          separateDefaultFix(item, def.ColumnDef, context),
        );
      }
    },
  },
});

function whyRewritten(def: ColumnDef, schema: SchemaReader): string | null {
  const type = nameParts(def.typeName?.names).at(-1) ?? '';
  if (/^(?:small|big)?serial[248]?$/.test(type)) return `${type} numbers each row`;
  if (hasConstrainedDomain(typeNameOf(def.typeName), schema))
    return `each row is checked against the constraint of ${type}`;
  for (const constraint of constraintsOf(def)) {
    if (constraint.contype === 'CONSTR_IDENTITY') return 'an identity numbers each row';
    // a virtual generated column (Postgres 18) is computed when read
    if (constraint.contype === 'CONSTR_GENERATED' && constraint.generated_kind !== 'v')
      return 'a stored generated column is computed for each row';
    if (constraint.contype !== 'CONSTR_DEFAULT') continue;
    const volatile = volatileFunctionIn(constraint.raw_expr, schema);
    if (volatile !== null) return `${volatile}() is volatile, so each row gets a value of its own`;
  }
  return null;
}

/** ADD COLUMN without the default, then SET DEFAULT: the same schema; the old rows keep NULL until they are backfilled. */
function separateDefaultFix(item: AlterCommand & { table: TargetTable }, def: ColumnDef, context: RuleContext): Fix[] {
  const constraints = constraintsOf(def);
  if (constraints.length !== 1 || constraints[0]?.contype !== 'CONSTR_DEFAULT') return [];
  // of a column that exists the default would be changed; a collation behind the default would go with it
  if (item.command.missing_ok || def.collClause) return [];
  const { tokens, text } = context;
  const at = tokens.findOutside(['default'], item.first, item.last + 1);
  if (at < 1) return [];
  const expression = text.slice(tokens.span(at + 1).start, item.span.end);
  const column = quoteIdentifier(def.colname ?? '');
  return [
    {
      title: 'Add the column first, then its default (old rows stay NULL: backfill them)',
      safe: false,
      edits: [
        { start: tokens.span(at - 1).end, end: item.span.end, newText: '' },
        behind(context, [`${item.head} ALTER COLUMN ${column} SET DEFAULT ${expression}`]),
      ],
    },
  ];
}

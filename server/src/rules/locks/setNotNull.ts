import { columnOf } from '../../catalog/catalog.ts';
import { type AlterCommand, commandsOnRows, type TargetTable } from '../alterTable.ts';
import { before, behind, mayAddTransactions, mayFollowUp, quoteIdentifier } from '../edits.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'set-not-null-scans-table',
  family: 'locks',
  severity: 'warning',
  docs: {
    summary: 'ALTER COLUMN … SET NOT NULL on a table that is in use, with no check that proves it.',
    why: 'SET NOT NULL takes ACCESS EXCLUSIVE and scans the whole table for nulls while it holds it: every read and write waits. When a validated CHECK (column IS NOT NULL) exists, Postgres takes that as proof and skips the scan; the check itself can be added NOT VALID and validated without blocking anybody.',
    fine: 'The table is small, or the column is proven not null by a validated check constraint (then this rule is silent).',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe: 'ALTER TABLE users ALTER COLUMN email SET NOT NULL;',
      safe: 'ALTER TABLE users ADD CONSTRAINT users_email_not_null_check CHECK (email IS NOT NULL) NOT VALID;\nALTER TABLE users VALIDATE CONSTRAINT users_email_not_null_check;\nALTER TABLE users ALTER COLUMN email SET NOT NULL;\nALTER TABLE users DROP CONSTRAINT users_email_not_null_check;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      const added = new Set<string>();
      for (const item of commandsOnRows(stmt, context)) {
        const { command, table } = item;
        const def = command.def;
        if (command.subtype === 'AT_AddColumn' && def && 'ColumnDef' in def) added.add(def.ColumnDef.colname ?? '');
        const column = command.name ?? '';
        if (command.subtype !== 'AT_SetNotNull') continue;
        // the same statement writes every row anew, and looks for nulls on the way: what makes it do so is told instead
        if (context.effects?.rewrites.includes(table.key)) continue;
        if (columnOf(table.relation, column)?.notNull) continue;
        if (table.relation?.constraints.some((c) => c.validated && c.provesNotNull.includes(column))) continue;
        const fixes = added.has(column) ? [] : fixesOf(item, column, context);
        context.report(
          item.span,
          `SET NOT NULL blocks reads and writes of ${table.written} (ACCESS EXCLUSIVE) while the whole table is scanned for nulls.`,
          added.has(column)
            ? 'Write NOT NULL into ADD COLUMN: with a default that is not volatile, it scans nothing.'
            : mayAddTransactions(context)
              ? 'Add CHECK (… IS NOT NULL) NOT VALID, VALIDATE it, then SET NOT NULL: Postgres takes the valid check as proof and scans nothing.'
              : 'Add CHECK (… IS NOT NULL) NOT VALID here and VALIDATE it in a later migration; SET NOT NULL then scans nothing.',
          fixes,
        );
      }
    },
  },
});

/** Of the names of checks that stand for a NOT NULL until that is set. Postgres 18 names the not-null constraint itself without `_check`. */
export const notNullCheckSuffix = '_not_null_check';

function fixesOf(item: AlterCommand & { table: TargetTable }, column: string, context: RuleContext): Fix[] {
  const { table, head } = item;
  const bare = `${table.name}_${column}${notNullCheckSuffix}`;
  const name = quoteIdentifier(bare);
  const isTooLong = new TextEncoder().encode(name).length > 63;
  if (isTooLong || table.relation?.constraints.some((c) => c.name === bare)) return [];
  const add = `ADD CONSTRAINT ${name} CHECK (${quoteIdentifier(column)} IS NOT NULL) NOT VALID`;
  const validate = `${head} VALIDATE CONSTRAINT ${name}`;
  const drop = `${head} DROP CONSTRAINT ${name}`;
  if (mayAddTransactions(context))
    return [
      {
        title: 'Prove it first by a CHECK that is validated without blocking',
        safe: true,
        edits: [before(context, [`${head} ${add}`, validate]), behind(context, [drop])],
      },
    ];
  if (!mayFollowUp(context, table.node)) return [];
  const written = context.text.slice(item.span.start, item.span.end);
  return [
    {
      title: 'Prove it by a CHECK here, and SET NOT NULL in a migration of its own',
      // until then the column is not NOT NULL, which later statements of the file may count on
      safe: false,
      edits: [{ ...item.span, newText: add }],
      undo: [drop],
      followUps: [
        {
          name: `set_${table.name}_${column}_not_null`,
          statements: [validate, `${head} ${written}`, drop],
          undo: [`${head} ${add}`, `${head} ALTER COLUMN ${quoteIdentifier(column)} DROP NOT NULL`],
          outsideTransaction: false,
        },
      ],
    },
  ];
}

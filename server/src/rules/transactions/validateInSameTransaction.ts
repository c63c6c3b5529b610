import { inTransaction } from '../../catalog/session.ts';
import { commandsInUse } from '../alterTable.ts';
import { before } from '../edits.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'validate-in-same-transaction',
  family: 'transactions',
  severity: 'warning',
  docs: {
    summary: 'VALIDATE CONSTRAINT in the transaction that added the constraint NOT VALID.',
    why: 'Locks are held until the transaction ends. ADD CONSTRAINT took SHARE ROW EXCLUSIVE (a foreign key) or ACCESS EXCLUSIVE (a check), and that lock is still held while VALIDATE scans the table: NOT VALID has gained nothing.',
    fine: 'The table is small.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES',
  },
  examples: [
    {
      schema: 'CREATE TABLE products (id bigint PRIMARY KEY, price numeric);',
      unsafe:
        'BEGIN;\nALTER TABLE products ADD CONSTRAINT price_positive CHECK (price > 0) NOT VALID;\nALTER TABLE products VALIDATE CONSTRAINT price_positive;\nCOMMIT;',
      safe: 'BEGIN;\nALTER TABLE products ADD CONSTRAINT price_positive CHECK (price > 0) NOT VALID;\nCOMMIT;\nBEGIN;\nALTER TABLE products VALIDATE CONSTRAINT price_positive;\nCOMMIT;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      const { session } = context.before;
      if (inTransaction(session) !== true) return;
      for (const { command, table, span } of commandsInUse(stmt, context)) {
        if (
          command.subtype !== 'AT_ValidateConstraint' ||
          !context.before.isAddedNotValid(table.key, command.name ?? '')
        )
          continue;
        context.report(
          span,
          `The lock of ADD CONSTRAINT ${command.name} is still held while VALIDATE scans ${table.written}: both are in one transaction.`,
          session.explicitTransaction ? 'COMMIT between the two.' : 'Validate it in the next migration.',
          session.explicitTransaction
            ? [
                {
                  title: 'COMMIT before validating, and BEGIN again',
                  safe: false,
                  edits: [before(context, ['COMMIT', 'BEGIN'])],
                },
              ]
            : [],
        );
      }
    },
  },
});

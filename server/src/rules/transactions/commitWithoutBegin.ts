import { inTransaction } from '../../catalog/session.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'commit-without-begin',
  family: 'transactions',
  severity: 'warning',
  docs: {
    summary: 'COMMIT or ROLLBACK that no BEGIN of the file belongs to.',
    why: 'Where no transaction is open, each statement was committed by itself: COMMIT changes nothing, and ROLLBACK undoes nothing; Postgres only prints a warning. Where the migration tool has opened a transaction, COMMIT or ROLLBACK ends that one: what follows runs by itself, and so does the note by which the tool remembers that the file has run.',
    fine: 'COMMIT on purpose, to leave the transaction of a tool that has no other way.',
    source: 'https://www.postgresql.org/docs/current/sql-rollback.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
      unsafe: 'ALTER TABLE orders ADD COLUMN note text;\nROLLBACK;',
      safe: 'BEGIN;\nALTER TABLE orders ADD COLUMN note text;\nROLLBACK;',
    },
  ],
  check: {
    TransactionStmt(stmt, context) {
      const undoes = stmt.kind === 'TRANS_STMT_ROLLBACK';
      const { session } = context.before;
      if ((!undoes && stmt.kind !== 'TRANS_STMT_COMMIT') || stmt.chain || session.explicitTransaction) return;
      const open = inTransaction(session);
      const severity = undoes ? 'warning' : 'information';
      const span = context.tokens.span(0);
      if (open === false)
        context.report(
          span,
          undoes
            ? 'ROLLBACK undoes nothing: no transaction is open, and each statement before was committed by itself.'
            : 'COMMIT does nothing: no transaction is open, and each statement before was committed by itself.',
          'BEGIN before the statements that belong together.',
          [],
          { severity },
        );
      else if (open === true && session.wrapping === 'tool')
        context.report(
          span,
          `${undoes ? 'ROLLBACK' : 'COMMIT'} ends the transaction that the migration tool opened: what follows runs by itself.`,
          'Tell the tool to run this file without a transaction, if that is what it is for.',
          [],
          { severity },
        );
    },
  },
});

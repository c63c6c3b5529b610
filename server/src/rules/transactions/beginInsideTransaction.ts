import { inTransaction } from '../../catalog/session.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'begin-inside-transaction',
  family: 'transactions',
  severity: 'warning',
  docs: {
    summary:
      'BEGIN where a transaction is open already: one of the file itself, or the one that the migration tool opens.',
    why: 'Postgres has no nested transactions: BEGIN only prints a warning then. The next COMMIT ends the transaction that was open, so what comes behind it runs by itself, can no longer be undone with the rest, and so does the note by which the tool remembers that the file has run.',
    fine: 'Never needed: SAVEPOINT is for undoing a part.',
    source: 'https://www.postgresql.org/docs/current/sql-begin.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
      unsafe:
        'BEGIN;\nALTER TABLE orders ADD COLUMN note text;\nBEGIN;\nALTER TABLE orders ADD COLUMN code text;\nCOMMIT;\nALTER TABLE orders ADD COLUMN kind text;\nROLLBACK;',
      safe: 'BEGIN;\nALTER TABLE orders ADD COLUMN note text;\nALTER TABLE orders ADD COLUMN code text;\nCOMMIT;',
    },
  ],
  check: {
    TransactionStmt(stmt, context) {
      if (stmt.kind !== 'TRANS_STMT_BEGIN' && stmt.kind !== 'TRANS_STMT_START') return;
      const { session } = context.before;
      const ofTool = !session.explicitTransaction && session.wrapping === 'tool' && inTransaction(session) === true;
      if (!session.explicitTransaction && !ofTool) return;
      context.report(
        context.tokens.span(0),
        ofTool
          ? 'The migration tool has opened a transaction already: BEGIN does nothing, and the next COMMIT ends the transaction of the tool.'
          : 'A transaction is open already: BEGIN does nothing, and the next COMMIT ends all of it.',
        ofTool
          ? 'Leave BEGIN and COMMIT to the tool, or tell it to run this file without a transaction.'
          : 'Leave it out, or COMMIT before it; SAVEPOINT is for undoing a part.',
      );
    },
  },
});

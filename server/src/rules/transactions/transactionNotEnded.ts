import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'transaction-not-ended',
  family: 'transactions',
  severity: 'warning',
  docs: {
    summary: 'BEGIN with neither COMMIT nor ROLLBACK up to the end of the file.',
    why: 'When the session ends, Postgres rolls back what was not committed: nothing of it stays. Until then its locks are held.',
    fine: 'Another file of the same session commits it.',
    source: 'https://www.postgresql.org/docs/current/sql-begin.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
      unsafe: 'BEGIN;\nALTER TABLE orders ADD COLUMN note text;',
      safe: 'BEGIN;\nALTER TABLE orders ADD COLUMN note text;\nCOMMIT;',
    },
  ],
  conclude: {
    TransactionStmt(stmt, context) {
      if (stmt.kind !== 'TRANS_STMT_BEGIN' && stmt.kind !== 'TRANS_STMT_START') return;
      const { session, ending } = context;
      if (session.wrapping !== 'none' || session.explicitTransaction) return;
      if (!ending.explicitTransaction || ending.transaction !== session.transaction + 1) return;
      context.report(
        context.tokens.span(0),
        'This transaction is never committed: when the session ends, all of it is rolled back.',
        'COMMIT at the end.',
      );
    },
  },
});

import { inTransaction } from '../../catalog/session.ts';
import { defineRule, type RuleContext } from '../rule.ts';

/** `options` of DECLARE: WITH HOLD (CURSOR_OPT_HOLD in src/include/nodes/parsenodes.h). */
const withHold = 0x0020;

function report(context: RuleContext, command: string): void {
  // in the implicit transaction of a string of several statements, some of them run
  if (inTransaction(context.before.session) !== false) return;
  context.report(
    context.tokens.span(0, Math.min(1, context.tokens.length - 1)),
    `${command} fails: no transaction is open.`,
    'BEGIN before it and COMMIT behind what belongs to it.',
  );
}

export default defineRule({
  id: 'needs-transaction',
  family: 'transactions',
  severity: 'error',
  docs: {
    summary:
      'SAVEPOINT, RELEASE, ROLLBACK TO, COMMIT AND CHAIN, LOCK TABLE or DECLARE CURSOR where no transaction is open.',
    why: 'Without BEGIN each statement is a transaction of its own: a savepoint, a lock or a cursor would be gone as soon as it is there. Postgres refuses these commands then.',
    fine: 'Never where it is run as it stands: the statement fails. A tool that opens a transaction around the file makes it right.',
    source: 'https://www.postgresql.org/docs/current/sql-savepoint.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
      unsafe: 'LOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE;',
      safe: 'BEGIN;\nLOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE;\nCOMMIT;',
    },
    {
      unsafe: 'SAVEPOINT before_import;',
      safe: 'BEGIN;\nSAVEPOINT before_import;\nCOMMIT;',
    },
  ],
  check: {
    TransactionStmt(stmt, context) {
      if (stmt.kind === 'TRANS_STMT_SAVEPOINT') report(context, 'SAVEPOINT');
      else if (stmt.kind === 'TRANS_STMT_RELEASE') report(context, 'RELEASE SAVEPOINT');
      else if (stmt.kind === 'TRANS_STMT_ROLLBACK_TO') report(context, 'ROLLBACK TO SAVEPOINT');
      else if (stmt.chain && stmt.kind === 'TRANS_STMT_COMMIT') report(context, 'COMMIT AND CHAIN');
      else if (stmt.chain && stmt.kind === 'TRANS_STMT_ROLLBACK') report(context, 'ROLLBACK AND CHAIN');
    },
    LockStmt: (_, context) => report(context, 'LOCK TABLE'),
    DeclareCursorStmt: (stmt, context) => {
      if (((stmt.options ?? 0) & withHold) === 0) report(context, 'DECLARE CURSOR');
    },
  },
});

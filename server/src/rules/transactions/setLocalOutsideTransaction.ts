import { inTransaction } from '../../catalog/session.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'set-local-outside-transaction',
  family: 'transactions',
  severity: 'warning',
  docs: {
    summary: 'SET LOCAL, SET TRANSACTION or SET CONSTRAINTS where no transaction is open.',
    why: 'They hold until the transaction ends. Without BEGIN each statement is a transaction of its own, so that is at once: Postgres prints a warning, and the setting has no effect. A lock_timeout that is set so bounds nothing.',
    fine: 'A tool opens a transaction around the file.',
    source: 'https://www.postgresql.org/docs/current/sql-set.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
      unsafe: "SET LOCAL lock_timeout = '2s';\nALTER TABLE orders ADD COLUMN note text;",
      safe: "SET lock_timeout = '2s';\nALTER TABLE orders ADD COLUMN note text;",
    },
  ],
  check: {
    VariableSetStmt(stmt, context) {
      const ofTransaction = stmt.kind === 'VAR_SET_MULTI' && stmt.name === 'TRANSACTION';
      if ((!stmt.is_local && !ofTransaction) || inTransaction(context.before.session) !== false) return;
      const { tokens } = context;
      const local = tokens.word(1) === 'local' ? 1 : -1;
      context.report(
        tokens.span(0, 1),
        `${ofTransaction ? 'SET TRANSACTION' : 'SET LOCAL'} has no effect: no transaction is open.`,
        ofTransaction
          ? 'BEGIN before it, or write the mode into BEGIN.'
          : 'SET without LOCAL holds for the session; or BEGIN before it.',
        local > 0 && !ofTransaction
          ? [
              {
                title: 'SET it for the session',
                safe: false,
                edits: [{ start: tokens.span(0).end, end: tokens.span(local).end, newText: '' }],
              },
            ]
          : [],
      );
    },
    ConstraintsSetStmt(_, context) {
      if (inTransaction(context.before.session) !== false) return;
      context.report(
        context.tokens.span(0, 1),
        'SET CONSTRAINTS has no effect: no transaction is open.',
        'BEGIN before it: it holds until the transaction ends.',
      );
    },
  },
});

/** What Postgres refuses inside a transaction block: the finding and the fix that two rules share. */
import { inTransaction } from '../../catalog/session.ts';
import type { Span } from '../../syntax/tokens.ts';
import { before, insertAt } from '../edits.ts';
import type { Fix, RuleContext } from '../rule.ts';

/**
 * Reports it where the files show that a transaction is open.
 * @param elsewhere fixes that put it into a migration of its own
 */
export function refusedInTransaction(
  context: RuleContext,
  span: Span,
  command: string,
  elsewhere: readonly Fix[] = [],
): void {
  const { session } = context.before;
  if (inTransaction(session) !== true) return;
  const wrapped = {
    none: '',
    single: '',
    unknown: '',
    tool: 'This file runs in a transaction that the migration tool opens. ',
    implicit: 'It is sent as one string with other statements, which Postgres runs in one transaction. ',
  }[session.wrapping];
  // in a string of several statements, what follows a COMMIT is one transaction again
  const mayCommit = session.explicitTransaction && session.wrapping !== 'implicit';
  const help = mayCommit
    ? 'COMMIT before it, or move it out of BEGIN … COMMIT.'
    : `${wrapped}Move it to a migration of its own that runs without a transaction.`;
  const fixes: Fix[] = mayCommit
    ? [
        {
          title: 'COMMIT before it and BEGIN again behind it',
          safe: false,
          edits: [before(context, ['COMMIT']), insertAt(context.body.end, ';\nBEGIN')],
        },
      ]
    : !session.explicitTransaction && context.takesFollowUps
      ? [
          ...(session.wrapping === 'tool'
            ? [{ title: 'Run this migration without a transaction', safe: false, edits: [], outside: true as const }]
            : []),
          ...elsewhere,
        ]
      : [];
  context.report(span, `${command} fails: it cannot run inside a transaction block.`, help, fixes);
}

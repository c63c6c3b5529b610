/** The fix of a finding where follow-up migrations can be written: the statement's edits applied, and the migrations. */
import type { FollowUp } from '../../../server/src/rules/rule.ts';
import { applyFix, reviewSql } from '../../harness/review.ts';

export function newColumnFixOf(sql: string, schema: string): { begin: string; followUps: readonly FollowUp[] } {
  const [finding] = reviewSql(sql, { schema, takesFollowUps: true, wrapping: 'tool' }).filter(
    (f) => f.rule === 'column-type-rewrites-table',
  );
  if (!finding) throw new Error('there is no finding');
  return { begin: applyFix(sql, finding), followUps: finding.fixes[0]?.followUps ?? [] };
}

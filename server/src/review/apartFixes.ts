/**
 * What can be done about a finding when the statement may be taken out of the tool's transaction in its place: the fixes that
 * the rules have for a statement that is a transaction of its own.
 */
import { sameValue } from '../catalog/sameValue.ts';
import type { SchemaWriter } from '../catalog/schema.ts';
import { inTransaction } from '../catalog/session.ts';
import type { Finding, Fix } from '../rules/rule.ts';
import type { Findings } from './review.ts';

/** @param look what is found at the statement in the session as it is */
export function withApartFixes(findings: Findings, schema: SchemaWriter, look: () => Findings): Findings {
  const { session } = schema;
  if (findings.length === 0 || session.wrapping !== 'tool' || inTransaction(session) !== true) return findings;
  schema.setSession({ wrapping: 'none' });
  const apart = look();
  schema.setSession({ wrapping: session.wrapping });
  return findings.map((finding) => {
    const there = apart.find((f) => f.rule === finding.rule && sameValue(f.span, finding.span));
    const more = there ? apartFixesOf(there, finding) : ofTheTransaction.has(finding.rule) ? [runApart] : [];
    return more.length === 0 ? finding : { ...finding, fixes: [...finding.fixes, ...more] };
  });
}

/** Only what is worth it: what holds weaker locks there. What comes before in the migration is committed, so none is safe. */
const apartFixesOf = (there: Finding, { fixes }: Finding): Fix[] =>
  there.fixes
    .filter(
      ({ safe, edits }) =>
        (safe || ofLongWork.has(there.rule)) && !fixes.some((f) => !f.outside && sameValue(f.edits, edits)),
    )
    .map((fix) => ({ ...fix, safe: false, apart: true }));

/** Rules whose fixes are worth it though they leave rows written when they are interrupted. */
const ofLongWork = new Set(['update-without-where']);

/** Rules about statements that nothing is wrong with but the transaction around them. */
const ofTheTransaction = new Set([
  'concurrently-in-transaction',
  'outside-transaction-only',
  'validate-in-same-transaction',
]);

const runApart: Fix = { title: 'Run it by itself', safe: false, edits: [], apart: true };

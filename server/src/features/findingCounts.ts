/** How many findings a file has, by severity. */
import type { Configuration } from '../configuration.ts';
import type { FileReview } from '../document.ts';
import type { FindingCounts } from '../protocol.ts';
import { shownFindings } from './diagnostics.ts';

export function countFindings(review: FileReview, configuration: Configuration): FindingCounts {
  const counts = { error: 0, warning: 0, information: 0, hint: 0 };
  for (const { severity } of shownFindings(review, configuration)) counts[severity]++;
  return counts;
}

export const addCounts = (a: FindingCounts, b: FindingCounts): FindingCounts => ({
  error: a.error + b.error,
  warning: a.warning + b.warning,
  information: a.information + b.information,
  hint: a.hint + b.hint,
});

export const noFindings: FindingCounts = { error: 0, warning: 0, information: 0, hint: 0 };

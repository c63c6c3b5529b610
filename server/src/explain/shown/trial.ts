/** What a trial of an index has shown, in few words. */
import type { IndexTrial, PlanFinding } from '../../protocol.ts';
import { formatBytes, formatCost, formatExact, formatMs } from './format.ts';

/** Less than this part of the time, and it is faster: two runs of one plan differ by more than a tenth. */
const faster = 0.8;

/** verified: the statement ran faster and came to as many rows; estimated: the planner reckons that it would. */
export function proofOf(trial: IndexTrial): PlanFinding['proof'] {
  const { isUsed, how, costBefore, costAfter, msBefore, msAfter, rowsBefore, rowsAfter } = trial;
  if (!isUsed) return 'none';
  if (how !== 'ran' || msBefore === null || msAfter === null) return costAfter < costBefore ? 'estimated' : 'none';
  return msAfter < faster * msBefore && rowsBefore === rowsAfter ? 'verified' : 'none';
}

/** `verified: 812 ms → 3 ms, 12 rows both times; the index takes 22 MB`. */
export function trialText(trial: IndexTrial): string {
  const { isUsed, how, costBefore, costAfter, msBefore, msAfter, rowsBefore, rowsAfter, bytes } = trial;
  const proof = proofOf(trial);
  const word = proof === 'none' ? 'unproven' : proof;
  if (!isUsed) return `${word}: the planner does not use it`;
  const size = bytes === null ? '' : `; the index takes ${formatBytes(bytes)}`;
  if (msBefore === null || msAfter === null) {
    const why = how === 'hypothetical' ? 'not made' : 'not run';
    return `${word}: cost ${formatCost(costBefore)} → ${formatCost(costAfter)}, ${why}${size}`;
  }
  const times = `${formatMs(msBefore)} → ${formatMs(msAfter)}`;
  if (rowsBefore !== rowsAfter)
    return `${word}: ${times}, but ${formatExact(rowsBefore ?? 0)} rows became ${formatExact(rowsAfter ?? 0)}${size}`;
  const rows = `${formatExact(rowsAfter ?? 0)} ${rowsAfter === 1 ? 'row' : 'rows'} both times`;
  return `${word}: ${proof === 'none' ? 'not faster, ' : ''}${times}, ${rows}${size}`;
}

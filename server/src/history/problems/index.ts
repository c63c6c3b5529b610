/** Every kind of problem that the files of a history can have. */
import { backwardFails } from './backwardFails.ts';
import { backwardLeavesChanges } from './backwardLeavesChanges.ts';
import { checksum } from './checksum.ts';
import { duplicateChangeset } from './duplicateChangeset.ts';
import { equalVersions } from './equalVersions.ts';
import { fileNotListed } from './fileNotListed.ts';
import { journalOrder } from './journalOrder.ts';
import { missingBackwardStep } from './missingBackwardStep.ts';
import { missingFile } from './missingFile.ts';
import { missingRevision } from './missingRevision.ts';
import type { FoundProblem, HistoryFiles, HistoryProblem } from './problem.ts';
import { revisionCycle } from './revisionCycle.ts';
import { schemaDrift } from './schemaDrift.ts';
import { severalHeads } from './severalHeads.ts';
import { statementCut } from './statementCut.ts';
import { versionGap } from './versionGap.ts';

export const historyProblems: readonly HistoryProblem[] = [
  equalVersions,
  versionGap,
  severalHeads,
  missingRevision,
  revisionCycle,
  missingFile,
  fileNotListed,
  journalOrder,
  checksum,
  duplicateChangeset,
  missingBackwardStep,
  backwardLeavesChanges,
  backwardFails,
  schemaDrift,
  statementCut,
];

/** A problem of a file, and of which kind it is. */
export interface FileProblem extends FoundProblem {
  readonly problem: HistoryProblem;
}

/** By the URI of the file at which they are shown. */
export async function findProblems(histories: readonly HistoryFiles[]): Promise<Map<string, FileProblem[]>> {
  const byFile = new Map<string, FileProblem[]>();
  for (const history of histories)
    for (const problem of historyProblems)
      for (const found of (await problem.find?.(history)) ?? [])
        byFile.set(found.uri, [...(byFile.get(found.uri) ?? []), { ...found, problem }]);
  return byFile;
}

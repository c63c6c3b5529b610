/** What is found in a file as a part of its history, besides what its statements do forward. */
import { withUndoFix } from '../backwardFix.ts';
import type { PlacedFinding, Reviewer } from '../document.ts';
import type { History } from '../history/history.ts';
import { backwardLeavesChanges } from '../history/problems/backwardLeavesChanges.ts';
import { backwardOf, missingBackward, problemFindings } from '../historyFindings.ts';
import type { BackwardPart } from '../review/backwardPart.ts';
import type { ReviewOptions } from '../review/review.ts';
import type { Parser } from '../syntax/parser.ts';
import type { FileState, WorkspaceFiles } from './files.ts';
import type { Histories } from './histories.ts';

export interface HistorySurroundings {
  readonly histories: Histories;
  readonly files: WorkspaceFiles;
  readonly parser: Parser;
  readonly now: () => Date;
  readonly reviewerOf: (history: History) => Reviewer;
  readonly optionsOf: (uri: string) => ReviewOptions;
}

export function historyReview(
  uri: string,
  state: FileState,
  { histories, files, parser, now, reviewerOf, optionsOf }: HistorySurroundings,
): PlacedFinding[] {
  const findings = problemFindings(
    histories.problemsOf(uri),
    state,
    parser,
    ({ created = [] }) =>
      created.length === 0 || (histories.createsFiles && !created.some((f) => histories.existing.has(f.uri))),
    now,
  );
  const forward = histories.forwardOf(uri);
  const history = histories.of(forward);
  if (!history) return findings;
  const way = { history, get: (file: string) => files.get(file) };
  const backward = backwardOf(forward, way);
  if ((backward?.uri ?? forward) !== uri) return findings;
  const file = history.files.indexOf(forward);
  const reviewer = reviewerOf(history);
  const options = { ...optionsOf(forward), takesFollowUps: false };
  const withFix = (placed: PlacedFinding, part: BackwardPart): PlacedFinding =>
    withUndoFix(placed, {
      file: state,
      part,
      options,
      left: (undoing) => reviewer.leftToUndo(file, undoing, parser),
      parser,
      beside: files.beside,
    });
  const missing = missingBackward(forward, way, parser);
  if (missing) return [...findings, withFix(missing, { statements: [], explained: false, known: true })];
  if (!backward || backward.part.statements.length === 0) return findings;
  const found = reviewer.backward(file, { part: backward.part, options });
  return [
    ...findings,
    ...found.map((placed) =>
      placed.finding.rule === backwardLeavesChanges.id ? withFix(placed, backward.part) : placed,
    ),
  ];
}

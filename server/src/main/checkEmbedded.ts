/** `pgreview check --database embedded`: every file is tried in the embedded Postgres, before the report. */
import { DatabaseFailure } from '../database/database.ts';
import type { FileReview } from '../document.ts';
import { judgeSubjectOf, withVerdicts } from '../features/judged.ts';
import type { JudgeSubject } from '../judge/subject.ts';
import type { Finding } from '../rules/rule.ts';
import type { Statement } from '../syntax/statement.ts';
import type { Workspace } from '../workspace.ts';
import { createJudge } from './embeddedJudge.ts';
import { UsageError } from './usageError.ts';

/**
 * @param uris open in the workspace
 * @returns the reviews that have become others
 * @throws {UsageError} when the embedded Postgres does not start
 */
export async function judgeFiles(
  uris: readonly string[],
  workspace: Workspace,
  targetVersion: number,
  progress: (message: string) => void,
): Promise<Map<string, FileReview>> {
  const reviews = new Map<string, FileReview>();
  const judge = createJudge();
  try {
    const ordered = inOrderOfHistories(uris, workspace);
    for (const [i, uri] of ordered.entries()) {
      const subject = judgeSubjectOf(uri, workspace, targetVersion);
      const file = workspace.get(uri);
      const review = workspace.review(uri);
      if (!subject || !file || !review) continue;
      progress(`embedded Postgres: file ${i + 1} of ${ordered.length}`);
      const verdicts = new WeakMap<Statement, Finding>(await judge.judge(settled(subject)));
      const judged = withVerdicts(review, file, verdicts);
      if (judged !== review) reviews.set(uri, judged);
    }
    progress('');
  } catch (error) {
    if (error instanceof DatabaseFailure) throw new UsageError(error.message);
    throw error;
  } finally {
    judge.dispose();
  }
  return reviews;
}

/** Nobody edits a file while the command runs. */
const settled = (subject: JudgeSubject): JudgeSubject => ({
  ...subject,
  before: subject.before.map((file) => ({ ...file, open: false })),
});

/** So that each history runs once: what comes later needs what has run before. */
function inOrderOfHistories(uris: readonly string[], { histories }: Workspace): string[] {
  const wanted = new Set(uris);
  const members = histories.flatMap(({ files }) => files.filter((file) => wanted.has(file)));
  return [...new Set([...members, ...uris])];
}

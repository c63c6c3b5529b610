/** `pgreview check --database URL`: files outside of histories begin with what the database has, and it is asked about queries. */
import { DatabaseFailure, PostgresError } from '../database/database.ts';
import type { FileReview } from '../document.ts';
import { liveSubjectOf, withVerdicts } from '../features/judged.ts';
import type { LiveDatabase } from '../live/liveDatabase.ts';
import type { Parser } from '../syntax/parser.ts';
import type { Workspace } from '../workspace.ts';
import { liveServer } from './liveServer.ts';
import { UsageError } from './usageError.ts';

export interface CheckedDatabase {
  /** @returns the reviews that have become others */
  judge(uris: readonly string[]): Promise<Map<string, FileReview>>;
  dispose(): void;
}

/**
 * Reads the database into the workspace.
 * @throws {UsageError} when it cannot be read, or is lost later
 */
export async function connectTo(
  url: string,
  workspace: Workspace,
  parser: Parser,
  progress: (message: string) => void,
): Promise<CheckedDatabase> {
  const live = liveServer({ name: '', url }, parser);
  const report = (message: string): void => progress(`${live.name}: ${message}`);
  workspace.setDatabase(await orUsageError(live, () => live.read({ progress: report })));
  progress('');
  return {
    judge: (uris) => orUsageError(live, () => judgeFiles(live, uris, workspace, progress)),
    dispose: () => live.dispose(),
  };
}

async function judgeFiles(
  live: LiveDatabase,
  uris: readonly string[],
  workspace: Workspace,
  progress: (message: string) => void,
): Promise<Map<string, FileReview>> {
  const reviews = new Map<string, FileReview>();
  for (const [i, uri] of uris.entries()) {
    const subject = liveSubjectOf(uri, workspace);
    const file = workspace.get(uri);
    const review = workspace.review(uri);
    if (!subject || !file || !review) continue;
    progress(`${live.name}: file ${i + 1} of ${uris.length}`);
    const judged = withVerdicts(review, file, await live.judge(subject));
    if (judged !== review) reviews.set(uri, judged);
  }
  progress('');
  return reviews;
}

async function orUsageError<T>(live: LiveDatabase, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    live.dispose();
    if (error instanceof DatabaseFailure || error instanceof PostgresError)
      throw new UsageError(`${live.name}: ${error.message}`);
    throw error;
  }
}

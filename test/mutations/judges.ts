/** Which mistakes the embedded Postgres and a connected database find, by what they say of the file with the mistake in it. */
import { serverDatabase } from '../../server/src/database/server/serverDatabase.ts';
import { judgeSubjectOf, liveSubjectOf, withVerdicts } from '../../server/src/features/judged.ts';
import type { JudgeSubject, Verdicts } from '../../server/src/judge/subject.ts';
import { LiveDatabase } from '../../server/src/live/liveDatabase.ts';
import type { FileState, Workspace } from '../../server/src/workspace.ts';
import { parser } from '../harness/parser.ts';
import { newJudge } from '../postgres/harness/judging.ts';
import type { TestServer } from '../postgres/harness/servers.ts';
import { isAtWords, isFound, statementsOf, type Trial, whileMutated } from './project.ts';

const nothing = { statements: 0, findings: [] };

const isSaid = (trial: Trial, file: FileState | undefined, verdicts: Verdicts): boolean =>
  file !== undefined && withVerdicts(nothing, file, verdicts).findings.some(({ range }) => isAtWords(trial, range));

/** By the files that they are in, in the order in which those run: then each history runs once. */
function inOrder(workspace: Workspace, sample: readonly Trial[]): Map<string, Trial[]> {
  const byFile = new Map<string, Trial[]>();
  for (const uri of workspace.histories.flatMap((history) => history.files)) {
    const trials = sample.filter((trial) => trial.uri === uri);
    if (trials.length > 0) byFile.set(uri, trials);
  }
  for (const trial of sample)
    if (!workspace.histories.some(({ files }) => files.includes(trial.uri)))
      byFile.set(trial.uri, [...(byFile.get(trial.uri) ?? []), trial]);
  return byFile;
}

export async function foundEmbedded(workspace: Workspace, sample: readonly Trial[]): Promise<ReadonlySet<Trial>> {
  const judge = await newJudge();
  const found = new Set<Trial>();
  try {
    for (const trial of [...inOrder(workspace, sample).values()].flat()) {
      const { uri } = trial;
      const [file, subject] = whileMutated(workspace, trial, () => [
        workspace.get(uri),
        judgeSubjectOf(uri, workspace, 18),
      ]);
      if (subject && isSaid(trial, file, await judge.judge(settled(subject)))) found.add(trial);
    }
  } finally {
    judge.dispose();
  }
  return found;
}

/** Nobody edits a file meanwhile. */
const settled = (subject: JudgeSubject): JudgeSubject => ({
  ...subject,
  before: subject.before.map((file) => ({ ...file, open: false })),
});

/** The database has run what stands before the file in its history, or the whole history that the file stands beside. */
export async function foundLive(
  workspace: Workspace,
  sample: readonly Trial[],
  server: TestServer,
): Promise<ReadonlySet<Trial>> {
  const found = new Set<Trial>();
  const byFile = inOrder(workspace, sample);
  for (const history of workspace.histories) {
    const beside = [...byFile.keys()].filter(
      (uri) => !history.files.includes(uri) && workspace.filesBefore(uri)?.history === history,
    );
    if (![...history.files, ...beside].some((uri) => byFile.has(uri))) continue;
    const database = await server.freshDatabase();
    const client = await database.client();
    const live = new LiveDatabase(serverDatabase({ name: 'test', url: database.url }), parser);
    try {
      for (const uri of [...history.files, ...beside]) {
        if (byFile.has(uri)) workspace.setDatabase(await live.read());
        for (const trial of byFile.get(uri) ?? []) if (await isFoundLive(workspace, live, trial)) found.add(trial);
        workspace.setDatabase(null);
        if (!history.files.includes(uri)) continue;
        for (const { statement } of statementsOf(workspace, uri))
          await client.query(statement.body).catch(() => client.query('ROLLBACK'));
      }
    } finally {
      live.dispose();
      await database.drop();
    }
  }
  return found;
}

/** In a migration by what it says of queries; beside one also by the review that begins with what it has. */
async function isFoundLive(workspace: Workspace, live: LiveDatabase, trial: Trial): Promise<boolean> {
  const { uri } = trial;
  const isOfHistory = workspace.histories.some(({ files }) => files.includes(uri));
  if (!isOfHistory && isFound(workspace, trial)) return true;
  const [file, subject] = whileMutated(workspace, trial, () => [workspace.get(uri), liveSubjectOf(uri, workspace)]);
  return subject !== null && isSaid(trial, file, await live.judge(subject));
}

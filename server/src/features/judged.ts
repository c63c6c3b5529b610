/** What the embedded Postgres and a connected database are asked about a file, and their answers among the other findings. */
import type { FileReview, PlacedFinding } from '../document.ts';
import type { JudgedFile, JudgeSubject } from '../judge/subject.ts';
import { postgresErrorId } from '../judge/verdict.ts';
import { defines } from '../live/definitions.ts';
import type { LiveSubject } from '../live/subject.ts';
import { Quirks } from '../review/quirks.ts';
import { commentsOf, type Suppression, silences, suppressionsIn } from '../review/suppression.ts';
import type { Finding } from '../rules/rule.ts';
import { forwardCount, forwardPart } from '../sources/piece.ts';
import type { Statement } from '../syntax/statement.ts';
import type { FileState, Workspace } from '../workspace.ts';

const known = new WeakMap<FileState['pieces'], Omit<JudgedFile, 'open'>>();

/** What a connected database is asked; null for a file whose SQL is not all known, or that defines something but is in no history. */
export function liveSubjectOf(uri: string, workspace: Workspace): LiveSubject | null {
  const state = workspace.get(uri);
  if (!state || state.refused !== null || !state.pieces.every((piece) => piece.reviewed)) return null;
  const unsure = state.pieces.findIndex((piece) => piece.conditional || piece.uncertain);
  const pieces = unsure < 0 ? state.pieces : state.pieces.slice(0, unsure);
  const isOfHistory = workspace.histories.some(({ files }) => files.includes(uri));
  const statements = pieces.flatMap(forwardPart);
  if (!isOfHistory && statements.some(defines)) return null;
  return { statements, before: isOfHistory ? workspace.schemaBefore(uri) : null };
}

/** Null for a file that is not SQL, or whose history holds one that is not: what those define is not known. */
export function judgeSubjectOf(uri: string, workspace: Workspace, targetVersion: number): JudgeSubject | null {
  const open = new Set(workspace.openUris());
  const asJudged = (file: string): JudgedFile | null => {
    const state = workspace.get(file);
    if (state?.source.id !== 'sql') return null;
    let judged = known.get(state.pieces);
    if (!judged) {
      const { pieces, refused } = state;
      const statements = pieces.flatMap((piece) => (piece.reviewed ? forwardPart(piece) : []));
      judged = { uri: file, statements, whole: refused === null && pieces.every((piece) => piece.reviewed) };
      known.set(pieces, judged);
    }
    return { ...judged, open: open.has(file) };
  };
  // the database tells what is there, which may be more than the nearest history makes
  if (workspace.database && !workspace.histories.some(({ files }) => files.includes(uri))) return null;
  const file = asJudged(uri);
  const earlier = workspace.filesBefore(uri);
  const before = (earlier?.files ?? []).map(asJudged);
  if (file === null || before.includes(null)) return null;
  return {
    before: before as JudgedFile[],
    file,
    besideHistory: earlier !== null && !earlier.history.files.includes(uri),
    targetVersion,
  };
}

/**
 * The review with what the embedded Postgres or a connected database said, where the review itself has not called the statement an error: one word
 * on one mistake is enough.
 */
export function withVerdicts(
  review: FileReview,
  { pieces }: FileState,
  verdicts: { get(statement: Statement): Finding | undefined },
): FileReview {
  const added: PlacedFinding[] = [];
  const ofFile: Suppression[] = [];
  const refused = new Map<FileState['pieces'][number], Set<number>>();
  for (const { piece, statementStart, finding } of review.findings) {
    if (finding.severity !== 'error') continue;
    const starts = refused.get(piece) ?? new Set();
    refused.set(piece, starts.add(statementStart));
  }
  for (const piece of pieces) {
    const quirks = new Quirks();
    const { sql, map } = piece;
    if (piece.host) ofFile.push(...suppressionsIn(piece.host.fileComments).file);
    const forward = forwardCount(piece);
    for (let i = 0; i < sql.statements.length; i++) {
      const statement = sql.statements[i] as Statement;
      const finding = i < forward ? verdicts.get(statement) : undefined;
      if (!finding && !statement.notable) continue;
      const hidden = quirks.hides(statement);
      ofFile.push(...suppressionsIn(commentsOf(statement.text, 0, statement.text.length)).file);
      const start = sql.starts[i] as number;
      if (!finding || hidden || refused.get(piece)?.has(start)) continue;
      if (silences(suppressionsIn(commentsOf(statement.text, 0, statement.bodyEnd)).statement, postgresErrorId))
        continue;
      if (piece.host && silences(suppressionsIn(piece.host.comments).statement, postgresErrorId)) continue;
      const { span } = finding;
      added.push({
        finding,
        piece,
        statementStart: start,
        range: map.toRange(start + span.start, start + span.end),
        related: [],
      });
    }
  }
  if (added.length === 0 || silences(ofFile, postgresErrorId)) return review;
  const findings = [...review.findings, ...added];
  return {
    findings,
    get statements() {
      return review.statements;
    },
  };
}

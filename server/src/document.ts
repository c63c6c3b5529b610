/** A file with its pieces of SQL and their review. */
import { type Catalog, relationKey } from './catalog/catalog.ts';
import type { Session } from './catalog/session.ts';
import { markCreated, nextFile, type State } from './catalog/state.ts';
import { type Review, type ReviewOptions, review } from './review/review.ts';
import { commentsOf, type Suppression, silences, suppressionsIn } from './review/suppression.ts';
import type { Finding } from './rules/rule.ts';
import type { Piece } from './sources/piece.ts';
import type { Span } from './syntax/tokens.ts';

export interface PlacedFinding {
  readonly finding: Finding;
  readonly piece: Piece;
  /** Offset in the piece's SQL of the statement that the finding's spans count from. */
  readonly statementStart: number;
  /** UTF-16 offsets into the file. */
  readonly range: Span;
}

export interface FileReview {
  readonly reviews: readonly Review[];
  readonly statements: number;
  readonly findings: readonly PlacedFinding[];
  /** The schema after the forward part. */
  readonly after: Catalog;
}

/** Settings of the forward and of the backward part, each one object for good: reviews are remembered by their identity. */
export interface ReviewSettings {
  readonly forward: ReviewOptions;
  readonly backward: ReviewOptions;
}

export const reviewSettings = (targetVersion: number, rules = true): ReviewSettings => ({
  forward: { targetVersion, rules },
  backward: { targetVersion, rules: false },
});

/** @param base the schema before the file runs */
export function reviewFile(pieces: readonly Piece[], base: Catalog, settings: ReviewSettings): FileReview {
  const reviews: Review[] = [];
  const findings: PlacedFinding[] = [];
  const fileSuppressions: Suppression[] = [];
  let statements = 0;
  let catalog = base;
  let session: Session | null = null;
  for (const piece of pieces) {
    let initial: State = session
      ? { catalog, session: withWrapping(session, piece.wrapping) }
      : firstState(base, piece.wrapping);
    for (const table of piece.tablesCreatedBefore) initial = markCreated(initial, relationKey('public', table));
    const up = piece.downFrom > 0;
    const whole = piece.downFrom >= piece.sql.text.length;
    const result =
      whole || !up
        ? review(piece.sql, initial, up ? settings.forward : settings.backward)
        : reviewParts(piece, initial, settings);
    reviews.push(result);
    const hostSuppressions = piece.host ? suppressionsIn(piece.host.comments).statement : [];
    if (piece.host) fileSuppressions.push(...suppressionsIn(piece.host.fileComments).file);
    if (up) ({ catalog, session } = result.after);
    for (const reviewed of result.statements) {
      if (reviewed.statement.parsed.kind !== 'none') statements++;
      if (reviewed.statement.text.includes('pgreview-ignore-file'))
        fileSuppressions.push(
          ...suppressionsIn(commentsOf(reviewed.statement.text, 0, reviewed.statement.text.length)).file,
        );
      for (const finding of piece.reviewed ? reviewed.findings : []) {
        if (finding.rule !== 'syntax-error' && silences(hostSuppressions, finding.rule)) continue;
        const start = reviewed.start + finding.span.start;
        const end = reviewed.start + finding.span.end;
        // the end is mapped through the last character, which is surely in the file
        const range = {
          start: piece.map.toFile(start),
          end:
            end > start
              ? piece.map.toFile(end - 1) + (piece.map.toFile(end) - piece.map.toFile(end - 1))
              : piece.map.toFile(start),
        };
        findings.push({ finding, piece, statementStart: reviewed.start, range });
      }
    }
  }
  const shown =
    fileSuppressions.length > 0
      ? findings.filter((f) => f.finding.rule === 'syntax-error' || !silences(fileSuppressions, f.finding.rule))
      : findings;
  return { reviews, statements, findings: shown, after: catalog };
}

const withWrapping = (session: Session, wrapping: Session['wrapping']): Session =>
  session.wrapping === wrapping ? session : { ...session, wrapping };

const firstStates = new WeakMap<Catalog, Map<string, State>>();

/** One state per schema and wrapping: statements remember what was found by the identity of the state before them. */
function firstState(base: Catalog, wrapping: Session['wrapping']): State {
  let byWrapping = firstStates.get(base);
  if (!byWrapping) {
    byWrapping = new Map();
    firstStates.set(base, byWrapping);
  }
  const known = byWrapping.get(wrapping);
  if (known) return known;
  const state = nextFile(base, wrapping);
  byWrapping.set(wrapping, state);
  return state;
}

/** A forward and a backward part in one text: the backward one starts from what the forward one left. */
function reviewParts(piece: Piece, initial: State, settings: ReviewSettings): Review {
  const { sql } = piece;
  let split = sql.starts.findIndex((start, i) => {
    const statement = sql.statements[i];
    return statement !== undefined && start + statement.bodyStart >= piece.downFrom;
  });
  if (split < 0) split = sql.statements.length;
  const forward = review(sql.part(0, split), initial, settings.forward);
  const backward = review(sql.part(split, sql.statements.length), forward.after, settings.backward);
  return { statements: [...forward.statements, ...backward.statements], after: forward.after };
}

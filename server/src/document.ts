/** The review of a file: its pieces of SQL, replayed together, and what was found, placed in the file. */
import { type Catalog, emptyCatalog, relationKey } from './catalog/catalog.ts';
import type { Replay } from './catalog/replay.ts';
import { newSession } from './catalog/session.ts';
import { Quirks } from './review/quirks.ts';
import { createReplay, type Findings, type ReviewOptions, type Step, syntaxFindings } from './review/review.ts';
import { stillSo } from './review/stillSo.ts';
import { commentsOf, type Suppression, silences, suppressionsIn } from './review/suppression.ts';
import { missingSemicolon, syntaxErrorId, unterminatedComment } from './review/syntaxFinding.ts';
import type { Finding } from './rules/rule.ts';
import type { Piece } from './sources/piece.ts';
import type { SqlText } from './syntax/sqlText.ts';
import type { Statement } from './syntax/statement.ts';
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
  readonly statements: number;
  readonly findings: readonly PlacedFinding[];
}

/** Reviews one file again and again as it is edited; what an edit does not concern is not looked at again. */
export class FileReviewer {
  readonly #options: ReviewOptions;
  readonly #replay: Replay<Statement | Step, Findings>;

  constructor(options: ReviewOptions) {
    this.#options = options;
    this.#replay = createReplay(options);
  }

  get takesFollowUps(): boolean {
    return this.#options.takesFollowUps ?? false;
  }

  get besideHistory(): boolean {
    return this.#options.besideHistory ?? false;
  }

  /**
   * @param base the schema before the file runs
   * @param end the schema at the end of the file's history; null when the file is the last, or belongs to none
   */
  review(pieces: readonly Piece[], base: Catalog = emptyCatalog, end: Catalog | null = null): FileReview {
    this.replay(pieces, base);
    const findings: PlacedFinding[] = [];
    const fileSuppressions: Suppression[] = [];
    const hasSteps = stepsNeeded(pieces);
    let index = 0;
    for (const piece of pieces) {
      const hostSuppressions = piece.host ? suppressionsIn(piece.host.comments).statement : [];
      if (piece.host) fileSuppressions.push(...suppressionsIn(piece.host.fileComments).file);
      const quirks = new Quirks();
      const { sql } = piece;
      const forward = forwardCount(piece);
      if (hasSteps) index++;
      for (let i = 0; i < sql.statements.length; i++) {
        const statement = sql.statements[i] as Statement;
        const own = i < forward ? this.#findingsAt(index++, statement, end) : syntaxFindings(statement);
        // nearly every statement of a large file goes this way
        if (own.length === 0 && !statement.notable) continue;
        const start = sql.starts[i] as number;
        const hidden = quirks.hides(statement);
        fileSuppressions.push(...suppressionsIn(commentsOf(statement.text, 0, statement.text.length)).file);
        const unended = !statement.terminated && !hidden && statement.parsed.kind === 'tree' && hasSuccessor(sql, i);
        if (!piece.reviewed) continue;
        const comment = statement.parsed.kind === 'tree' ? unterminatedComment(statement) : null;
        const byItself = comment ?? (unended ? missingSemicolon(statement) : null);
        for (const finding of byItself ? [...own, byItself] : own) {
          // under psql's \if a statement may not run at all
          if (hidden && finding.severity === 'error') continue;
          if (finding.rule !== syntaxErrorId && silences(hostSuppressions, finding.rule)) continue;
          findings.push({ finding, piece, statementStart: start, range: place(piece, start, finding.span) });
        }
      }
    }
    const shown =
      fileSuppressions.length === 0
        ? findings
        : findings.filter((f) => f.finding.rule === syntaxErrorId || !silences(fileSuppressions, f.finding.rule));
    return {
      findings: shown,
      get statements() {
        return pieces.reduce((n, { sql }) => n + sql.statements.filter((s) => s.parsed.kind !== 'none').length, 0);
      },
    };
  }

  #findingsAt(index: number, statement: Statement, end: Catalog | null): Findings {
    const found = this.#replay.resultAt(index);
    const concluded = this.#replay.conclusionAt(index);
    if (!concluded || concluded.length === 0) return found;
    const lasting = end ? stillSo(concluded, statement, end, this.#options) : concluded;
    return found.length === 0 ? lasting : [...found, ...lasting];
  }

  /** Only carries the schema through the file. @returns the schema behind its forward part */
  replay(pieces: readonly Piece[], base: Catalog): () => Catalog {
    const items = stepsNeeded(pieces)
      ? pieces.flatMap((piece) => [stepOf(piece), ...forwardPart(piece)])
      : pieces[0]
        ? forwardPart(pieces[0])
        : [];
    this.#replay.update(items, base, newSession(pieces[0]?.wrapping ?? 'none'));
    return () => this.#replay.catalogAfter();
  }
}

/** One piece that nothing stands before is run by itself. */
const stepsNeeded = (pieces: readonly Piece[]): boolean =>
  pieces.length > 1 || pieces.some((piece) => piece.begins || piece.tablesCreatedBefore.length > 0);

export const stepOf = (piece: Piece): Step => ({
  wrapping: piece.wrapping,
  begins: piece.begins,
  createdBefore: piece.tablesCreatedBefore.map((name) => relationKey('public', name)),
});

export function forwardPart(piece: Piece): readonly Statement[] {
  const count = forwardCount(piece);
  return count === piece.sql.statements.length ? piece.sql.statements : piece.sql.statements.slice(0, count);
}

/** How many of the piece's statements belong to the part that runs forward. */
function forwardCount({ sql, downFrom }: Piece): number {
  if (downFrom >= sql.length) return sql.statements.length;
  // the mark that begins the backward part stands in the comments above its first statement
  const at = sql.indexAt(downFrom);
  const statement = sql.statements[at];
  return statement && (sql.starts[at] as number) + statement.bodyStart < downFrom ? at + 1 : Math.max(at, 0);
}

function hasSuccessor(sql: SqlText, i: number): boolean {
  for (let k = i + 1; k < sql.statements.length; k++) {
    const { bodyStart, bodyEnd } = sql.statements[k] as Statement;
    if (bodyEnd > bodyStart) return true;
  }
  return false;
}

/** The end is mapped through the last character, which is surely in the file. */
function place({ map }: Piece, statementStart: number, span: Span): Span {
  const start = map.toFile(statementStart + span.start);
  return { start, end: span.end > span.start ? Math.max(start, map.toFile(statementStart + span.end)) : start };
}

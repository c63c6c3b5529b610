/** The review of a file: its pieces of SQL, replayed together, and what was found, placed in the file. */
import { type Catalog, emptyCatalog, relationKey } from './catalog/catalog.ts';
import type { Replay } from './catalog/replay.ts';
import { newSession } from './catalog/session.ts';
import { Quirks } from './review/quirks.ts';
import { createReplay, type Findings, type ReviewOptions, type RunStatement, syntaxFindings } from './review/review.ts';
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
  readonly #replay: Replay<RunStatement, Findings>;
  /** One object for a statement run in one way, so that the replay knows it again. */
  readonly #runs = new WeakMap<Statement, RunStatement>();

  constructor(options: ReviewOptions) {
    this.#replay = createReplay(options);
  }

  /** @param base the schema before the file runs */
  review(pieces: readonly Piece[], base: Catalog = emptyCatalog): FileReview {
    this.replay(pieces, base);
    const findings: PlacedFinding[] = [];
    const fileSuppressions: Suppression[] = [];
    let statements = 0;
    let index = 0;
    for (const piece of pieces) {
      const hostSuppressions = piece.host ? suppressionsIn(piece.host.comments).statement : [];
      if (piece.host) fileSuppressions.push(...suppressionsIn(piece.host.fileComments).file);
      const quirks = new Quirks();
      const { sql } = piece;
      const marked = sql.text.includes('pgreview-ignore-file');
      for (let i = 0; i < sql.statements.length; i++) {
        const statement = sql.statements[i] as Statement;
        const start = sql.starts[i] as number;
        if (statement.parsed.kind !== 'none') statements++;
        if (marked) fileSuppressions.push(...suppressionsIn(commentsOf(statement.text, 0, statement.text.length)).file);
        const own = isForward(piece, start, statement) ? this.#replay.resultAt(index++) : syntaxFindings(statement);
        const hidden = quirks.hides(statement);
        const unended = !statement.terminated && !hidden && statement.parsed.kind === 'tree' && hasSuccessor(sql, i);
        const comment = statement.parsed.kind === 'tree' ? unterminatedComment(statement) : null;
        if (own.length === 0 && !unended && !comment) continue;
        if (!piece.reviewed) continue;
        const byItself = comment ?? (unended ? missingSemicolon(statement) : null);
        for (const finding of byItself ? [...own, byItself] : own) {
          if (finding.rule === syntaxErrorId ? hidden : silences(hostSuppressions, finding.rule)) continue;
          findings.push({ finding, piece, statementStart: start, range: place(piece, start, finding.span) });
        }
      }
    }
    const shown = findings.filter(
      (f) => f.finding.rule === syntaxErrorId || !silences(fileSuppressions, f.finding.rule),
    );
    return { statements, findings: shown };
  }

  /** Only carries the schema through the file. @returns the schema behind its forward part */
  replay(pieces: readonly Piece[], base: Catalog): () => Catalog {
    const runs: RunStatement[] = [];
    for (const piece of pieces) {
      const { sql } = piece;
      for (let i = 0; i < sql.statements.length; i++) {
        const statement = sql.statements[i] as Statement;
        if (isForward(piece, sql.starts[i] as number, statement))
          runs.push(this.#runOf(statement, piece, runs.length === 0 || i === 0));
      }
    }
    this.#replay.update(runs, base, newSession(pieces[0]?.wrapping ?? 'none'));
    return () => this.#replay.catalogAfter();
  }

  #runOf(statement: Statement, piece: Piece, first: boolean): RunStatement {
    const known = this.#runs.get(statement);
    const createdBefore = first ? piece.tablesCreatedBefore.map((name) => relationKey('public', name)) : [];
    if (known && known.wrapping === piece.wrapping && known.createdBefore.length === createdBefore.length) return known;
    const run = { statement, wrapping: piece.wrapping, createdBefore };
    this.#runs.set(statement, run);
    return run;
  }
}

const isForward = (piece: Piece, start: number, statement: Statement): boolean =>
  start + statement.bodyStart < piece.downFrom || piece.downFrom >= piece.sql.text.length;

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

/** The review of files: their pieces of SQL, replayed one after another, and what was found, placed in the file. */
import { type Catalog, emptyCatalog } from './catalog/catalog.ts';
import { Replay } from './catalog/replay.ts';
import { sameValue } from './catalog/sameValue.ts';
import type { FinalSchema, Trial } from './catalog/schema.ts';
import { newSession, type Session } from './catalog/session.ts';
import { type Undo, undoStatements } from './ddl/undoDdl.ts';
import { type BackwardRow, differencesBehind, reviewBackward } from './review/backward.ts';
import type { BackwardPart } from './review/backwardPart.ts';
import { Quirks } from './review/quirks.ts';
import {
  carry,
  conclude,
  examine,
  type Findings,
  isConcluded,
  type ReviewOptions,
  type Step,
  syntaxFindings,
  take,
} from './review/review.ts';
import { type EffectsThere, effectsThere, FileEffects } from './review/statementEffects.ts';
import { commentsOf, type Suppression, silences, suppressionsIn } from './review/suppression.ts';
import { missingSemicolon, syntaxErrorId, unterminatedComment } from './review/syntaxFinding.ts';
import type { Finding } from './rules/rule.ts';
import { forwardCount, forwardPart, type Piece } from './sources/piece.ts';
import type { Parser } from './syntax/parser.ts';
import type { SqlText } from './syntax/sqlText.ts';
import { Statement } from './syntax/statement.ts';
import type { Span } from './syntax/tokens.ts';

export interface PlacedFinding {
  readonly finding: Finding;
  readonly piece: Piece;
  /** Offset in the piece's SQL of the statement that the finding's spans count from. */
  readonly statementStart: number;
  /** UTF-16 offsets into the file. */
  readonly range: Span;
  /** The finding's related places that are in files of the row. */
  readonly related: readonly PlacedRelated[];
}

export interface PlacedRelated {
  readonly uri: string;
  /** UTF-16 offsets into that file. */
  readonly range: Span;
  readonly message: string;
}

export interface FileReview {
  readonly statements: number;
  readonly findings: readonly PlacedFinding[];
}

/** A file in the row of those that are run one after another. */
export interface RowFile {
  readonly uri: string;
  readonly pieces: readonly Piece[];
  /** Whether somebody may ask what is found in it. */
  readonly reviewed: boolean;
}

/** What a statement made of what the replay holds under a key. */
export interface Written {
  readonly statement: object;
  /** Undefined where it took it away. */
  readonly value: unknown;
}

/** The part that undoes a file. */
export interface Undoing {
  readonly part: BackwardPart;
  readonly options: ReviewOptions;
}

type Item = Statement | Step;

/** Numbers of the views, see {@link Replay}. */
const checks = 0;
const conclusions = 1;
const locks = 2;

/** Reviews a row of files again and again as they are edited; what an edit does not concern is not looked at again. */
export class Reviewer {
  readonly #optionsOf: (uri: string) => ReviewOptions;
  readonly #replay: Replay<Item>;
  #files: readonly RowFile[] = [];
  /** Of each file: the place of its first item in the row. */
  #starts: number[] = [];
  readonly #items = new WeakMap<readonly Piece[], { readonly reviewed: boolean; readonly items: readonly Item[] }>();
  /** The steps of each file as they last were: an equal one stays the same object. */
  readonly #steps = new Map<string, readonly Step[]>();
  /** Behind the last item of the file that is looked at. */
  #fileEnd = 0;

  constructor(optionsOf: (uri: string) => ReviewOptions) {
    this.#optionsOf = optionsOf;
    const options = (session: Session): ReviewOptions => optionsOf(session.file ?? '');
    const isStatement = (item: Item): boolean => item instanceof Statement;
    this.#replay = new Replay<Item>(
      (item, schema) =>
        item instanceof Statement
          ? carry(item, schema, options(schema.session))
          : take(item, schema, optionsOf(item.file).database?.path),
      [
        {
          at: 'before',
          concerns: isStatement,
          look: (item, schema, session) => examine(item as Statement, schema, options(session)),
        },
        {
          at: 'end',
          concerns: (item) => item instanceof Statement && isConcluded(item),
          look: (item, schema, session) => {
            const sessions = { session, ending: this.#replay.schemaAt(this.#fileEnd).session };
            return conclude(item as Statement, schema, sessions, options(session));
          },
        },
        {
          at: 'before',
          concerns: isStatement,
          look: (item, schema, session) => effectsThere(item as Statement, schema, options(session).targetVersion),
        },
      ],
    );
  }

  /**
   * @param files in the order in which they run
   * @param base the schema before the first
   */
  update(files: readonly RowFile[], base: Catalog = emptyCatalog): void {
    const starts: number[] = [];
    const parts = files.map((file) => this.#itemsOf(file));
    let length = 0;
    for (const part of parts) {
      starts.push(length);
      length += part.length;
    }
    const row = parts.length === 1 ? (parts[0] as readonly Item[]) : ([] as Item[]).concat(...parts);
    this.#files = files;
    this.#starts = starts;
    this.#replay.update(row, base, newSession('none'));
  }

  #itemsOf({ uri, pieces, reviewed }: RowFile): readonly Item[] {
    const known = this.#items.get(pieces);
    if (known?.reviewed === reviewed) return known.items;
    const before = this.#steps.get(uri) ?? [];
    const steps = pieces.map((piece, i) => {
      const step = stepOf(uri, reviewed, piece);
      return sameValue(before[i], step) ? (before[i] as Step) : step;
    });
    this.#steps.set(uri, steps);
    const [only] = pieces;
    const items =
      only && pieces.length === 1
        ? ([steps[0]] as Item[]).concat(forwardPart(only))
        : pieces.flatMap((piece, i): Item[] => [steps[i] as Step, ...forwardPart(piece)]);
    this.#items.set(pieces, { reviewed, items });
    return items;
  }

  /** The options of a file have changed. */
  forget(): void {
    this.#replay.forgetViews();
  }

  /** The schema just before that file. */
  catalogBefore(file: number): Catalog {
    return this.#replay.catalogAt(this.#starts[file]);
  }

  /** The schema behind that file; behind the last when none is named. */
  catalogAfter(file = this.#files.length - 1): Catalog {
    return this.#replay.catalogAt(this.#starts[file + 1]);
  }

  effects(file: number): FileEffects {
    const { uri, pieces } = this.#files[file] as RowFile;
    const firsts: number[] = [];
    let next = this.#starts[file] as number;
    for (const piece of pieces) {
      firsts.push(next + 1);
      next += 1 + forwardCount(piece);
    }
    return new FileEffects(
      pieces,
      this.#optionsOf(uri).targetVersion,
      (piece, i) => this.#replay.see(locks, (firsts[piece] as number) + i) as EffectsThere,
    );
  }

  review(file: number): FileReview {
    const { uri, pieces } = this.#files[file] as RowFile;
    this.#fileEnd = this.#starts[file + 1] ?? this.#replay.length;
    const findings: PlacedFinding[] = [];
    const fileSuppressions: Suppression[] = [];
    let index = this.#starts[file] as number;
    for (const piece of pieces) {
      index++;
      const hostSuppressions = piece.host ? suppressionsIn(piece.host.comments).statement : [];
      if (piece.host) fileSuppressions.push(...suppressionsIn(piece.host.fileComments).file);
      const quirks = new Quirks();
      const { sql } = piece;
      const forward = forwardCount(piece);
      const first = index;
      index += forward;
      for (let i = 0; i < sql.statements.length; i++) {
        const isForward = i < forward;
        // nearly every statement of a large file goes this way
        if (isForward && this.#replay.isSettled(first + i)) continue;
        const statement = sql.statements[i] as Statement;
        const own = isForward ? this.#findingsAt(first + i) : syntaxFindings(statement);
        if (own.length === 0 && !statement.notable) {
          if (isForward) this.#replay.settle(first + i);
          continue;
        }
        const start = sql.starts[i] as number;
        const hidden = quirks.hides(statement);
        fileSuppressions.push(...suppressionsIn(commentsOf(statement.text, 0, statement.text.length)).file);
        const unended = !statement.terminated && !hidden && statement.parsed.kind === 'tree' && hasSuccessor(sql, i);
        if (!piece.reviewed) continue;
        const comment = statement.parsed.kind === 'tree' ? unterminatedComment(statement) : null;
        const byItself = comment ?? (unended ? missingSemicolon(statement) : null);
        for (const finding of byItself ? [...own, byItself] : own) {
          // under psql's \if, or a condition of the host language, a statement may not run at all
          if ((hidden || piece.conditional) && finding.severity === 'error') continue;
          if (finding.rule !== syntaxErrorId && silences(hostSuppressions, finding.rule)) continue;
          const range = place(piece, start, finding.span);
          const related = (finding.related ?? []).flatMap(
            ({ span, message, statement: other }) =>
              (other ? this.#find(other, span, message) : { uri, range: place(piece, start, span), message }) ?? [],
          );
          findings.push({ finding, piece, statementStart: start, range, related });
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

  /** What is found in the part that undoes that file, in whatever file it stands. */
  backward(file: number, { part, options }: Undoing): PlacedFinding[] {
    return reviewBackward(part, this.#backwardRow(file), options).map(({ finding, at: { start, piece } }) => ({
      finding,
      piece,
      statementStart: start,
      range: place(piece, start, finding.span),
      related: [],
    }));
  }

  /** What is left to undo behind the part that undoes that file; null where that cannot be said, or not be written. */
  leftToUndo(file: number, { part, options }: Undoing, parser: Parser): Undo | null {
    const row = this.#backwardRow(file);
    const differences = differencesBehind(part, row, options);
    const [from, to] = [this.#starts[file] as number, this.placeBehind(file)];
    const after = row.trial.over(this.#replay.catalogAt(to));
    return differences && undoStatements(differences, this.#replay.catalogAt(from), after, parser);
  }

  /** Of a statement's place in the row; behind the file for one that undoes the migration. */
  placeOf(file: number, piece: Piece, statement: number): number {
    const { pieces } = this.#files[file] as RowFile;
    let place = this.#starts[file] as number;
    for (const each of pieces) {
      const count = forwardCount(each);
      if (each === piece && statement < count) return place + 1 + statement;
      // the schema that a part which undoes the file begins with
      if (each === piece) break;
      place += 1 + count;
    }
    return this.placeBehind(file);
  }

  #backwardRow(file: number): BackwardRow {
    const { pieces } = this.#files[file] as RowFile;
    const [from, to] = [this.#starts[file] as number, this.placeBehind(file)];
    return {
      before: this.#replay.schemaAt(from),
      trial: this.#replay.trialAt(to),
      written: this.#replay.keysWritten(from, to),
      forward: pieces.flatMap(forwardPart),
    };
  }

  /**
   * The schema that a statement meets which undoes its file: behind the file, and what stands before it there has been undone.
   * Null for a statement that runs forward.
   */
  trialBefore(file: number, piece: Piece, statement: number): Trial | null {
    if (statement < forwardCount(piece)) return null;
    const { uri, pieces } = this.#files[file] as RowFile;
    const trial = this.#replay.trialAt(this.placeBehind(file));
    for (const each of pieces) {
      const until = each === piece ? statement : each.sql.statements.length;
      for (let i = forwardCount(each); i < until; i++)
        carry(each.sql.statements[i] as Statement, trial, this.#optionsOf(uri));
      if (each === piece) break;
    }
    return trial;
  }

  /** The place in the row behind all of a file. */
  placeBehind(file: number): number {
    return this.#starts[file + 1] ?? this.#replay.length;
  }

  /** The schema just before a place of the row, to look things up in; behind all when none is given. */
  schemaAt(place = this.#replay.length): FinalSchema {
    return this.#replay.schemaAt(place);
  }

  /** As {@link schemaAt}, all of it. */
  catalogAt(place = this.#replay.length): Catalog {
    return this.#replay.catalogAt(place);
  }

  /** Which statements wrote a key of the replay before a place of the row, the latest first. */
  writersOf(key: string, place = this.#replay.length): readonly Written[] {
    return this.#replay.writersOf(key, place);
  }

  get files(): readonly RowFile[] {
    return this.#files;
  }

  /** Where a statement of the row stands; null where it is no longer part of it. */
  find(statement: object, span: Span): Omit<PlacedRelated, 'message'> | null {
    return this.#find(statement, span, '');
  }

  /** A place in another statement of the row; null where that is no longer part of it. */
  #find(statement: object, span: Span, message: string): PlacedRelated | null {
    for (const { uri, pieces } of this.#files)
      for (const piece of pieces) {
        const i = piece.sql.statements.indexOf(statement as Statement);
        if (i >= 0) return { uri, range: place(piece, piece.sql.starts[i] as number, span), message };
      }
    return null;
  }

  #findingsAt(index: number): Findings {
    const found = this.#replay.see(checks, index) as Findings;
    const concluded = this.#replay.see(conclusions, index) as Findings | undefined;
    if (!concluded || concluded.length === 0) return found;
    return found.length === 0 ? concluded : [...found, ...concluded];
  }
}

/** The review of a file by itself. */
export class FileReviewer {
  readonly #reviewer: Reviewer;

  constructor(options: ReviewOptions) {
    this.#reviewer = new Reviewer(() => options);
  }

  /** @param base the schema before the file runs */
  review(pieces: readonly Piece[], base: Catalog = emptyCatalog): FileReview {
    this.#reviewer.update([{ uri: '', pieces, reviewed: true }], base);
    return this.#reviewer.review(0);
  }

  /** The schema behind the forward part of what was reviewed last. */
  catalogAfter(): Catalog {
    return this.#reviewer.catalogAfter();
  }
}

const stepOf = (file: string, reviewed: boolean, piece: Piece): Step => ({
  file,
  reviewed,
  wrapping: piece.wrapping,
  begins: piece.begins,
  uncertain: piece.uncertain && piece.sql.length === 0,
  doubtful: piece.uncertain && piece.sql.length > 0,
});

function hasSuccessor(sql: SqlText, i: number): boolean {
  for (let k = i + 1; k < sql.statements.length; k++) {
    const { bodyStart, bodyEnd } = sql.statements[k] as Statement;
    if (bodyEnd > bodyStart) return true;
  }
  return false;
}

const place = ({ map }: Piece, statementStart: number, span: Span): Span =>
  map.toRange(statementStart + span.start, statementStart + span.end);

/** The files of a workspace: open documents, migration histories, and the schema that each file begins with. */

import { withUndoFix } from './backwardFix.ts';
import { type Catalog, emptyCatalog } from './catalog/catalog.ts';
import { finalSchema } from './catalog/finalSchema.ts';
import type { Configuration, NamedHistory, TransactionSetting } from './configuration.ts';
import { type FileReview, type PlacedFinding, Reviewer } from './document.ts';
import type { FileSystem, HistoryFile } from './history/fileSystem.ts';
import { onlyFinishes } from './history/finishing.ts';
import { type FollowUpPlace, migrationsAmong } from './history/followUps.ts';
import { type History, keyOf, nearestHistory, readHistories } from './history/history.ts';
import { otherDatabaseOf, otherDatabases } from './history/otherDatabase.ts';
import { backwardLeavesChanges } from './history/problems/backwardLeavesChanges.ts';
import { type FileProblem, findProblems } from './history/problems/index.ts';
import {
  backwardOf,
  missingBackward,
  problemFindings,
  revisionFindings,
  templateFindings,
  undoneBy,
  withFindings,
} from './historyFindings.ts';
import { defines } from './live/definitions.ts';
import type { KnownDatabase } from './live/knownDatabase.ts';
import type { DriftSubject } from './prismaEngine/drift.ts';
import type { DriftFinding } from './prismaEngine/driftFindings.ts';
import { isPrismaFile, PrismaSchemas, type SchemaBase } from './prismaSchemas.ts';
import type { BackwardPart } from './review/backwardPart.ts';
import type { ReviewOptions } from './review/review.ts';
import type { FileEffects } from './review/statementEffects.ts';
import { withSchemaAhead } from './schemaAhead.ts';
import { ImportedModules } from './sources/alembic/importedModules.ts';
import { wrappingBy } from './sources/asSet.ts';
import { sourceFor } from './sources/index.ts';
import type { Piece } from './sources/piece.ts';
import { datasourcesKey, datasourcesText } from './sources/prisma/datasources.ts';
import type { PrismaSchema } from './sources/prisma/model.ts';
import type { PrismaFile } from './sources/prisma/prismaFile.ts';
import type { Source, TextEdit } from './sources/source.ts';
import type { Grammar } from './syntax/grammars.ts';
import type { Parser } from './syntax/parser.ts';
import { Text } from './text/text.ts';
import { type Revision, readRevision } from './tools/alembic.ts';
import { besideNames, otherMigrations, readForName } from './tools/index.ts';
import { baseName, parent } from './tools/paths.ts';
import { type Beside, type NewFile, namedToolKey } from './tools/tool.ts';

/** UTF-16 units. A larger file is data, not something a person reviews. */
export const maxFileLength = 8_000_000;

export interface FileState {
  readonly uri: string;
  readonly source: Source;
  readonly text: Text;
  readonly pieces: readonly Piece[];
  /** Why the file is not reviewed; null when it is. */
  readonly refused: string | null;
}

export interface Row {
  readonly reviewer: Reviewer;
  /** The file's number in it. */
  readonly file: number;
  /** For a file beside a history: the history with whose end it begins. */
  readonly before: Reviewer | null;
}

/** The end of a history, and how a migration behind it is reviewed. */
export interface HistoryEnd {
  readonly place: FollowUpPlace;
  /** The schema behind the last migration. */
  readonly base: Catalog;
  readonly options: ReviewOptions;
  readonly parser: Parser;
}

/** Files that are read at the same time. */
const readTogether = 32;

/** How a file's statements share transactions by the user's settings; null where those say nothing. */
export type TransactionOf = (uri: string) => TransactionSetting | null;

/** The end of a Prisma schema's migrations. */
export interface PrismaEnd {
  readonly row: Row;
  readonly catalog: Catalog;
}

export class Workspace {
  readonly #parser: Parser;
  readonly #files: FileSystem;
  readonly #open = new Map<string, FileState>();
  /** Files of histories that are not open. */
  readonly #closed = new Map<string, FileState>();
  #histories: readonly History[] = [];
  /** The database that migrations are for which are not for Postgres, by URI. */
  #otherDatabases: ReadonlyMap<string, string> = new Map();
  #targetVersion: number;
  #grammars: readonly Grammar[] = [];
  readonly #refusedFiles: ReadonlySet<string>;
  readonly #now: () => Date;
  /** Whether new files can be created: the editor has to know how. */
  createsFiles = false;
  #beside: Beside = new Map();
  readonly #imported = new ImportedModules();
  /** Every file that was there at the last scan, and those added since. */
  #existing: ReadonlySet<string> = new Set();
  /** Problems of the histories' files by the file at which they are shown, as of the last scan. */
  #problems: ReadonlyMap<string, readonly FileProblem[]> = new Map();
  /** By files that undo another one: which. */
  #undoneBy: ReadonlyMap<string, string> = new Map();
  /** By the settings, as of the next scan. */
  #named: readonly NamedHistory[];
  #transactionOf: TransactionOf = () => null;
  /** By {@link keyOf} of a history, and by URI for files beside them. */
  readonly #reviewers = new Map<string, Reviewer>();
  /** Counts whatever may concern a review. */
  #changes = 0;
  /** Which count of changes and of reviewed files each history has been brought to. */
  readonly #broughtTo = new WeakMap<Reviewer, string>();
  /** By URI, until something changes. */
  readonly #options = new Map<string, ReviewOptions>();
  /** By {@link keyOf}, until something changes. */
  readonly #wholeHistories = new Map<string, boolean>();
  /** What {@link ReviewOptions.wholeHistory} was for files beside histories when they were last reviewed. */
  readonly #beganWhole = new WeakMap<Reviewer, boolean>();
  /** Files that somebody has asked the review of. */
  readonly #reviewed = new Set<string>();
  #database: KnownDatabase | null = null;
  /** What each history leaves to files beside it, while none of its files changes. */
  readonly #ends = new Map<string, Catalog>();
  readonly #prisma: PrismaSchemas;
  /** By {@link keyOf} of a history, as long as its end is the same. */
  readonly #prismaBases = new Map<string, SchemaBase & { readonly end: Catalog }>();

  constructor(
    parser: Parser,
    files: FileSystem,
    configuration: Configuration,
    grammars: readonly Grammar[] = [],
    refusedFiles: readonly string[] = [],
    now: () => Date = () => new Date(),
  ) {
    this.#now = now;
    this.#parser = parser;
    this.#files = files;
    this.#prisma = new PrismaSchemas(parser);
    this.#targetVersion = configuration.targetVersion;
    this.#named = configuration.histories;
    this.#grammars = grammars;
    this.#refusedFiles = new Set(refusedFiles);
  }

  get histories(): readonly History[] {
    return this.#histories;
  }

  /** @param grammars from the target version up to, but without, the newest */
  configure(
    configuration: Configuration,
    grammars: readonly Grammar[],
    transactionOf: TransactionOf = this.#transactionOf,
  ): void {
    // reviewers remember what they found under the settings they were made with
    this.#reviewers.clear();
    this.#moved();
    this.#targetVersion = configuration.targetVersion;
    this.#named = configuration.histories;
    this.#grammars = grammars;
    if (transactionOf === this.#transactionOf) return;
    this.#transactionOf = transactionOf;
    this.#readAgain();
  }

  /** What stands beside the files, or the settings, may tell otherwise how they are run. Their statements stay the same objects. */
  #readAgain(): void {
    const unchanged = { from: 0, to: 0, inserted: '' };
    for (const files of [this.#open, this.#closed])
      for (const [uri, file] of files)
        if (file.refused === null) files.set(uri, { ...file, pieces: this.#edited(file, unchanged, file.text) });
    this.#ends.clear();
    this.#moved();
  }

  #edited({ uri, source, pieces }: FileState, edit: TextEdit, text: Text): readonly Piece[] {
    return this.#asSet(uri, source.edit(uri, pieces, edit, text, this.#parser, this.#beside));
  }

  /** The pieces, run as the settings say, where the file itself does not. */
  #asSet(uri: string, pieces: readonly Piece[]): readonly Piece[] {
    const set = this.#transactionOf(uri);
    // what is remembered of a row of pieces stays with it
    return set === null || pieces.every((piece) => piece.declared)
      ? pieces
      : pieces.map((piece) => (piece.declared ? piece : { ...piece, wrapping: wrappingBy(set, piece) }));
  }

  /** The database that files begin in which belong to no history; null: they begin with what the nearest one leaves. */
  setDatabase(database: KnownDatabase | null): void {
    if (database === this.#database) return;
    this.#database = database;
    const histories = new Set(this.#histories.map(keyOf));
    for (const key of this.#reviewers.keys()) if (!histories.has(key)) this.#reviewers.delete(key);
    this.#moved();
  }

  get database(): KnownDatabase | null {
    return this.#database;
  }

  /** Finds the histories below these folders and reads their files. */
  async scan(folders: readonly string[], isCancelled: () => boolean = () => false): Promise<void> {
    const found: { uri: string; text: string }[] = [];
    const beside = new Map<string, string>(this.#named.map(({ tool, folder }) => [namedToolKey(folder), tool]));
    const existing = new Set<string>();
    const prisma = new Map<string, string>();
    for (const folder of folders) {
      const uris = await this.#files.list(folder);
      for (let i = 0; i < uris.length; i += readTogether) {
        if (isCancelled()) return;
        await Promise.all(
          uris.slice(i, i + readTogether).map(async (uri) => {
            existing.add(uri);
            if (besideNames.test(uri))
              beside.set(uri, readForName.test(uri) ? '' : ((await this.#files.read(uri)) ?? ''));
            if (isPrismaFile(uri)) prisma.set(uri, (await this.#files.read(uri)) ?? '');
            if (!/\.(?:sql|py)$/i.test(uri)) return;
            const text = this.#open.get(uri)?.text.toString() ?? (await this.#files.read(uri));
            if (text !== null && text.length <= maxFileLength) found.push({ uri, text });
          }),
        );
      }
    }
    // as if they had been read one after another
    found.sort((a, b) => (a.uri < b.uri ? -1 : 1));
    const every = readHistories(found, beside);
    const revisions = every.flatMap(({ tool, members }) => (tool.id === 'alembic' ? members : []));
    for (const [uri, text] of this.#imported.of(revisions, pythonAmong(found))) beside.set(uri, text);
    const others = otherDatabases(every, found, beside);
    const histories = every.filter(({ files }) => !others.has(files[0] as string));
    const problems = await findProblems(histories);
    await this.#prisma.scan(prisma, folders, this.#files);
    if (isCancelled()) return;
    const datasources = this.#prisma.datasources();
    if (datasources.some(({ isOther }) => isOther)) beside.set(datasourcesKey, datasourcesText(datasources));
    const moved = !sameTexts(beside, this.#beside);
    this.#beside = beside;
    this.#existing = existing;
    const before = this.#histories;
    this.#problems = problems;
    this.#histories = histories.map(({ tool, folder, files }) => ({ tool, folder, files }));
    this.#undoneBy = undoneBy(this.#histories, existing);
    this.#takeOtherDatabases(others);
    if (moved) this.#readAgain();
    this.#ends.clear();
    this.#moved();
    // a saved file scans the workspace as well: what is known of the others stays known
    if (!sameHistories(before, this.#histories)) this.#forgetHistories();
    const members = new Set([...this.#histories.flatMap((h) => h.files), ...this.#undoneBy.keys()]);
    const texts = new Map(found.map((f) => [f.uri, f.text]));
    for (const uri of this.#closed.keys()) if (!members.has(uri)) this.#closed.delete(uri);
    for (const uri of members) {
      const text = texts.get(uri);
      if (text !== undefined && this.#closed.get(uri)?.text.toString() !== text)
        this.#closed.set(uri, this.#read(uri, '', Text.of(text)));
    }
  }

  #forgetHistories(): void {
    const keys = new Set([...this.#histories.map(keyOf), ...this.#open.keys()]);
    for (const [key, reviewer] of this.#reviewers)
      if (keys.has(key)) reviewer.forget();
      else this.#reviewers.delete(key);
  }

  #takeOtherDatabases(others: ReadonlyMap<string, string>): void {
    const before = this.#otherDatabases;
    this.#otherDatabases = others;
    for (const [uri, { source, text }] of this.#open)
      if (others.get(uri) !== before.get(uri)) this.#open.set(uri, this.#read(uri, '', text, source));
  }

  open(uri: string, languageId: string, text: Text): void {
    if (sourceFor(uri, languageId)?.id === 'prisma') this.#prisma.open(uri, text.toString());
    const closed = this.#closed.get(uri);
    if (closed && closed.source === sourceFor(uri, languageId) && closed.text.toString() === text.toString()) {
      this.#open.set(uri, closed);
      return;
    }
    this.#open.set(uri, this.#read(uri, languageId, text));
    this.#forget(uri);
  }

  change(uri: string, edit: TextEdit): void {
    const before = this.#open.get(uri);
    if (!before) return;
    const text = before.text.edit(edit.from, edit.to, edit.inserted);
    const after =
      before.refused !== null || this.#refusal(uri, text) !== null
        ? this.#read(uri, '', text, before.source)
        : { ...before, text, pieces: this.#edited(before, edit, text) };
    if (before.source.id === 'prisma') this.#prisma.open(uri, text.toString());
    this.#open.set(uri, after);
    this.#forget(uri);
  }

  close(uri: string): void {
    const state = this.#open.get(uri);
    this.#open.delete(uri);
    this.#prisma.close(uri);
    this.#reviewers.delete(uri);
    if (state && this.#closed.has(uri)) this.#closed.set(uri, state);
    this.#moved();
  }

  get(uri: string): FileState | undefined {
    return this.#open.get(uri) ?? this.#closed.get(uri);
  }

  openUris(): string[] {
    return [...this.#open.keys()];
  }

  /** Null for a file that is neither open nor part of a history. */
  review(uri: string): FileReview | null {
    if (this.get(uri)?.source.id === 'prisma') return this.#prismaReview(uri);
    const review = this.#within(uri, (reviewer, file) => reviewer.review(file));
    const state = this.get(uri);
    return review && state && state.refused === null
      ? withFindings(
          review,
          [
            ...this.#historyFindings(uri, state),
            ...this.#revisionFindings(uri, state),
            ...templateFindings(state, this.#parser),
          ],
          state,
        )
      : review;
  }

  #revisionFindings(uri: string, state: FileState): PlacedFinding[] {
    const { wholeHistory, settled = false } = this.#optionsOf(uri);
    const before = (): Catalog | null =>
      wholeHistory === true ? this.#within(uri, (reviewer, file) => reviewer.catalogBefore(file)) : null;
    return revisionFindings(state, before, settled, this.#parser);
  }

  #prismaReview(uri: string): FileReview {
    const refused = this.get(uri)?.refused !== null;
    return { statements: 0, findings: refused ? [] : this.#prisma.review(uri, this.#prismaBase(uri)) };
  }

  /** The migrations that a schema of Prisma's is written down in. */
  #prismaHistory(uri: string): History | null {
    const histories = this.#histories.filter(({ tool }) => tool.id === 'prisma');
    const main = this.#prisma.mainFileOf(uri);
    return histories.find(({ folder }) => folder === `${parent(main)}/migrations`) ?? nearestHistory(main, histories);
  }

  /**
   * What a Prisma schema is compared with; null for one that is not for Postgres, has no migrations of its own, or whose
   * project says that its migrations are not all.
   */
  driftSubject(uri: string): DriftSubject | null {
    const schema = this.#prisma.schemaOf(uri);
    const history = schema && this.#prismaHistory(uri);
    const main = this.#prisma.mainFileOf(uri);
    const { version, external } = this.#prisma.projectOf(main);
    if (!history || external || !this.#isOwnHistory(history, main) || !this.#isWhollyRead(history)) return null;
    return {
      main,
      schema,
      files: this.#prisma.textsOf(uri),
      migrations: history.files.map((file) => ({
        name: baseName(parent(file)),
        sql: this.get(file)?.text.toString() ?? '',
      })),
      history: this.#endOf(history),
      version,
    };
  }

  /** The schema that a file is part of, and its files' texts; null where it is not for Postgres, or not known. */
  prismaFiles(uri: string): Pick<DriftSubject, 'schema' | 'files'> | null {
    const schema = this.#prisma.schemaOf(uri);
    return schema && { schema, files: this.#prisma.textsOf(uri) };
  }

  /** The Prisma schema that a migration was made of, or that the file's queries are about; null where that is not certain. */
  prismaSchemaBehind(uri: string): PrismaSchema | null {
    const history = this.#historyOf(uri) ?? this.#nearestTo(uri);
    if (history?.tool.id !== 'prisma') return null;
    const mains = this.#prisma
      .mainFiles()
      .filter((main) => this.#prismaHistory(main) === history && this.#isOwnHistory(history, main));
    return mains.length === 1 ? this.#prisma.schemaOf(mains[0] as string) : null;
  }

  /** Where the next migration of a Prisma schema goes; null where none can be written. */
  historyEnd(uri: string): HistoryEnd | null {
    const history = this.#prismaHistory(uri);
    return history && this.followUpPlace(uri) ? this.endBehind(history) : null;
  }

  /** Where a new migration of a history goes. */
  endBehind(history: History): HistoryEnd {
    const last = history.files.at(-1) as string;
    const options = { ...this.#optionsOf(last), takesFollowUps: true, settled: false };
    return { place: this.#placeBehind(history), base: this.#endOf(history), options, parser: this.#parser };
  }

  /** The Prisma schema that a history's migrations make; null where there is none, or it is not for Postgres. */
  prismaSchemaOf(history: History): PrismaSchema | null {
    const main = this.#prisma
      .mainFiles()
      .find((uri) => this.#prismaHistory(uri) === history && this.#isOwnHistory(history, uri));
    return main === undefined ? null : this.#prisma.schemaOf(main);
  }

  /** A file in Prisma's language, open or not. */
  prismaFile(uri: string): PrismaFile | null {
    return this.#prisma.get(uri);
  }

  /** The text of a file in Prisma's language, open or not; null where there is none. */
  prismaText(uri: string): string | null {
    return (
      this.#prisma
        .get(uri)
        ?.blocks.map(({ text }) => text)
        .join('') ?? null
    );
  }

  /** What the migrations of a Prisma schema leave; null where they are not its own, or not all known. */
  prismaEnd(uri: string): PrismaEnd | null {
    const history = this.#prismaHistory(uri);
    if (!history || this.#prismaBase(uri).history === null) return null;
    const row = { reviewer: this.#reviewerOf(history), file: history.files.length - 1, before: null };
    return { row, catalog: this.#endOf(history) };
  }

  /** Takes what was found. @returns whether that is another than before */
  setDrift(main: string, found: readonly DriftFinding[]): boolean {
    return this.#prisma.setDrift(main, found);
  }

  /** The migrations stand beside the schema or above it, and belong to no other schema that stands beside them. */
  #isOwnHistory({ folder }: History, main: string): boolean {
    const around = parent(folder);
    if (parent(main) === around) return this.#prisma.mainFiles().every((uri) => uri === main || parent(uri) !== around);
    return (
      main.startsWith(`${around}/`) &&
      !this.#prisma.mainFiles().some((uri) => uri !== main && uri.startsWith(`${around}/`))
    );
  }

  #prismaBase(uri: string): SchemaBase {
    const history = this.#prismaHistory(uri);
    if (!history || !this.#isWhollyRead(history)) return noBase;
    const main = this.#prisma.mainFileOf(uri);
    // the tables of another schema tell nothing of this one, and some are left to other tools
    if (!this.#isOwnHistory(history, main) || this.#prisma.projectOf(main).external) return noBase;
    const key = keyOf(history);
    const end = this.#endOf(history);
    let base = this.#prismaBases.get(key);
    if (base?.end !== end) {
      base = { end, history: finalSchema(end), takesFollowUps: this.#takesFollowUps(history.files.at(-1) as string) };
      this.#prismaBases.set(key, base);
    }
    return base;
  }

  /** What is found in the file as a part of its history, besides what its statements do forward. */
  #historyFindings(uri: string, state: FileState): PlacedFinding[] {
    const findings = problemFindings(
      this.#problems.get(uri) ?? [],
      state,
      this.#parser,
      ({ created = [] }) =>
        created.length === 0 || (this.createsFiles && !created.some((f) => this.#existing.has(f.uri))),
      this.#now,
    );
    const forward = this.#undoneBy.get(uri) ?? uri;
    const history = this.#historyOf(forward);
    if (!history) return findings;
    const way = { history, get: (file: string) => this.get(file) };
    const backward = backwardOf(forward, way);
    if ((backward?.uri ?? forward) !== uri) return findings;
    const file = history.files.indexOf(forward);
    const reviewer = this.#reviewerOf(history);
    const options = { ...this.#optionsOf(forward), takesFollowUps: false };
    const withFix = (placed: PlacedFinding, part: BackwardPart): PlacedFinding =>
      withUndoFix(placed, {
        file: state,
        part,
        options,
        left: (undoing) => reviewer.leftToUndo(file, undoing, this.#parser),
        parser: this.#parser,
        beside: this.#beside,
      });
    const missing = missingBackward(forward, way, this.#parser);
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

  /** What each statement of the file locks, rewrites and scans; null for a file that is neither open nor part of a history. */
  effects(uri: string): FileEffects | null {
    return this.#within(uri, (reviewer, file) => reviewer.effects(file));
  }

  /** The schema before a file runs: what the earlier files of its history leave behind, or the nearest history's end. */
  schemaBefore(uri: string): Catalog {
    return this.#within(uri, (reviewer, file) => reviewer.catalogBefore(file)) ?? this.#baseOf(uri);
  }

  /** The schema that a file leaves behind. */
  schemaAfter(uri: string): Catalog {
    return this.#within(uri, (reviewer, file) => reviewer.catalogAfter(file)) ?? this.#baseOf(uri);
  }

  /** Where a file stands among those that are run one after another; null for a file that is neither open nor part of a history. */
  rowOf(uri: string): Row | null {
    return this.#within(uri, (reviewer, file) => {
      const nearest = this.#historyOf(uri) ? null : this.#nearestTo(uri);
      return { reviewer, file, before: nearest && this.#reviewerOf(nearest) };
    });
  }

  /**
   * Files that are not open, belong to no history and hold SQL with a word in it: queries of TypeScript and files of SQL. They
   * are read each time.
   */
  async queriesWith(word: string): Promise<FileState[]> {
    const members = new Set(this.#histories.flatMap(({ files }) => files));
    const uris = [...this.#existing].filter(
      (uri) => /\.(?:sql|[cm]?[jt]sx?)$/i.test(uri) && !members.has(uri) && !this.#open.has(uri),
    );
    const pattern = new RegExp(word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
    const found: FileState[] = [];
    for (let i = 0; i < uris.length; i += readTogether)
      await Promise.all(
        uris.slice(i, i + readTogether).map(async (uri) => {
          const text = await this.#files.read(uri);
          if (text === null || !pattern.test(text)) return;
          const state = this.#read(uri, '', Text.of(text));
          if (state.pieces.length > 0) found.push(state);
        }),
      );
    return found.sort((a, b) => (a.uri < b.uri ? -1 : 1));
  }

  /** The row of a file that is not open; null where it is not about that history. */
  rowBeside(state: FileState, history: Reviewer): Row | null {
    const nearest = this.#nearestTo(state.uri, state);
    if (!nearest || this.#reviewerOf(nearest) !== history) return null;
    const reviewer = new Reviewer(() => ({ targetVersion: this.#targetVersion }));
    reviewer.update([{ uri: state.uri, pieces: state.pieces, reviewed: false }], this.#endOf(nearest));
    return { reviewer, file: 0, before: history };
  }

  /** The rows of all histories. */
  historyRows(): Reviewer[] {
    return this.#histories.map((history) => this.#reviewerOf(history));
  }

  /** Whether the file was there at the last scan, or was added since. */
  exists(uri: string): boolean {
    return this.#existing.has(uri);
  }

  #within<T>(uri: string, ask: (reviewer: Reviewer, file: number) => T): T | null {
    const state = this.get(uri);
    if (!state) return null;
    this.#reviewed.add(uri);
    const history = this.#historyOf(uri);
    if (history) return ask(this.#reviewerOf(history), history.files.indexOf(uri));
    const reviewer = this.#remembered(uri);
    // the file has got its first statement that is no query, or lost its last
    const whole = this.#optionsOf(uri).wholeHistory ?? false;
    if (this.#beganWhole.get(reviewer) !== whole) reviewer.forget();
    this.#beganWhole.set(reviewer, whole);
    reviewer.update([{ uri, pieces: state.pieces, reviewed: true }], this.#baseOf(uri));
    return ask(reviewer, 0);
  }

  /** What is asked of many files one after another is best announced: the histories are then brought up to date once. */
  expectReviewsOf(uris: readonly string[]): void {
    for (const uri of uris) this.#reviewed.add(uri);
  }

  #reviewerOf(history: History): Reviewer {
    const reviewer = this.#remembered(keyOf(history));
    const state = `${this.#changes} ${this.#reviewed.size}`;
    if (this.#broughtTo.get(reviewer) === state) return reviewer;
    this.#broughtTo.set(reviewer, state);
    reviewer.update(
      history.files.map((file) => ({
        uri: file,
        pieces: this.get(file)?.pieces ?? nothing,
        reviewed: this.#reviewed.has(file),
      })),
    );
    return reviewer;
  }

  #remembered(key: string): Reviewer {
    const known = this.#reviewers.get(key);
    if (known) return known;
    const reviewer = new Reviewer((uri) => this.#optionsOf(uri));
    this.#reviewers.set(key, reviewer);
    return reviewer;
  }

  /** Asked for at each statement. */
  #optionsOf(uri: string): ReviewOptions {
    let options = this.#options.get(uri);
    if (!options) {
      const database = this.#databaseOf(uri);
      options = {
        targetVersion: this.#targetVersion,
        takesFollowUps: this.#takesFollowUps(uri),
        leavesTransaction: sourceFor(uri)?.rewriter !== undefined,
        settled: this.#isSettled(uri),
        besideHistory: (database !== null || this.#histories.length > 0) && this.#historyOf(uri) === undefined,
        wholeHistory: database ? this.#definesNothing(uri) : this.#knowsWholeHistory(uri),
        database,
        grammars: this.#grammars,
      };
      this.#options.set(uri, options);
    }
    return options;
  }

  /**
   * Whether what runs before the file is told by files that are all read.
   */
  #knowsWholeHistory(uri: string): boolean {
    const own = this.#historyOf(uri);
    const history = own ?? this.#nearestTo(uri);
    if (!history) return false;
    const key = keyOf(history);
    let isRead = this.#wholeHistories.get(key);
    if (isRead === undefined) {
      isRead = this.#isWhollyRead(history);
      this.#wholeHistories.set(key, isRead);
    }
    return isRead && (own !== undefined || this.#runsAtEnd(uri));
  }

  #isWhollyRead({ tool, folder, files }: History): boolean {
    if (partlyRead.has(tool.id)) return false;
    if (tool.id === 'alembic') return this.#hasWholeGraph(files);
    if (!files.every((file) => file.endsWith('.sql') && this.get(file)?.refused === null)) return false;
    for (const file of this.#existing) if (parent(file) === folder && otherMigrations.test(file)) return false;
    return true;
  }

  /** Whether all revisions lead back to one that follows none; what of them could not be worked out is marked as such. */
  #hasWholeGraph(files: readonly string[]): boolean {
    const revisions = files.map((file) => {
      const state = this.get(file);
      return state?.refused === null ? revisionOf(state) : null;
    });
    const ids = new Set(revisions.map((revision) => revision?.id));
    const known = revisions.every((revision) => revision?.down.every((id) => ids.has(id)));
    return known && revisions.filter((revision) => revision?.down.length === 0).length === 1;
  }

  /** A file beside a history: a dump or a way back has statements that are no queries. */
  #runsAtEnd(uri: string): boolean {
    if (/\b(?:down|revert|rollback|undo)\b/i.test(uri)) return false;
    return (this.get(uri)?.pieces ?? nothing).every(({ sql }) =>
      sql.statements.every(({ parsed }) => parsed.kind !== 'tree' || queryTypes.has(Object.keys(parsed.node)[0] ?? '')),
    );
  }

  /** A file that defines something may have to wait for others, which the database has not seen. */
  #definesNothing(uri: string): boolean {
    return (this.get(uri)?.pieces ?? nothing).every(({ sql }) => !sql.statements.some(defines));
  }

  /** The history that a file beside all of them is about: Prisma's where it makes its queries with Prisma. */
  #nearestTo(uri: string, state = this.get(uri)): History | null {
    const byPrisma = state?.source.id === 'typescript' && /\$(?:query|execute)Raw/.test(state.text.toString());
    return nearestHistory(uri, byPrisma ? this.#histories.filter(({ tool }) => tool.id === 'prisma') : this.#histories);
  }

  #historyOf(uri: string): History | undefined {
    return this.#histories.find((h) => h.files.includes(uri));
  }

  /** In which a file begins that belongs to no history. */
  #databaseOf(uri: string): KnownDatabase | null {
    return this.#historyOf(uri) === undefined ? this.#database : null;
  }

  /** For a file that belongs to no history: the connected database, or what the nearest one leaves behind. */
  #baseOf(uri: string): Catalog {
    const database = this.#databaseOf(uri);
    if (database) return database.catalog;
    const nearest = this.#nearestTo(uri);
    if (!nearest) return emptyCatalog;
    const schema = this.prismaSchemaBehind(uri);
    return schema ? withSchemaAhead(this.#endOf(nearest), schema) : this.#endOf(nearest);
  }

  /** The schema behind a history's last file. */
  #endOf(history: History): Catalog {
    const key = keyOf(history);
    let end = this.#ends.get(key);
    if (!end) {
      end = this.#reviewerOf(history).catalogAfter();
      this.#ends.set(key, end);
    }
    return end;
  }

  /** A branch brings a few migrations at once; with more behind it, one has been run. */
  #isSettled(uri: string): boolean {
    const files = this.#historyOf(uri)?.files;
    return files !== undefined && files.length - files.indexOf(uri) > mostPending;
  }

  /**
   * Whether migrations may be put behind the file: it is the last of its history, but for those that only finish what an
   * earlier one began. (Behind others a table may be gone.)
   */
  #takesFollowUps(uri: string): boolean {
    const history = this.#historyOf(uri);
    if (!this.createsFiles || !history || !(history.tool.write || history.tool.append)) return false;
    if (history.tool.append) return true;
    for (let i = history.files.length - 1; history.files[i] !== uri; i--) {
      const later = this.get(history.files[i] as string);
      if (!later?.pieces.every(onlyFinishes)) return false;
    }
    return true;
  }

  /** Where follow-ups of a file's fixes go; null where it takes none. */
  followUpPlace(uri: string): FollowUpPlace | null {
    const isPrisma = isPrismaFile(uri);
    const history = isPrisma ? this.#prismaHistory(uri) : this.#historyOf(uri);
    if (!history || !this.#takesFollowUps(isPrisma ? (history.files.at(-1) as string) : uri)) return null;
    return this.#placeBehind(history);
  }

  #placeBehind(history: History): FollowUpPlace {
    return {
      ...history,
      now: this.#now(),
      read: (file) => this.get(file)?.text.toString() ?? this.#beside.get(file) ?? '',
      exists: (file) => this.#existing.has(file),
      others: [...this.#existing].filter((file) => parent(file) === history.folder && otherMigrations.test(file)),
      runsOutside: (file, others) => {
        const beside = new Map([...this.#beside, ...others.map((other) => [other.uri, other.text] as const)]);
        const pieces = sourceFor(file.uri)?.read(file.uri, Text.of(file.text), this.#parser, beside) ?? [];
        return this.#asSet(file.uri, pieces).every((p) => p.wrapping === 'none' || p.wrapping === 'single');
      },
    };
  }

  /** New files at the end of a history, before the next scan finds them. */
  addBehind(uri: string, files: readonly NewFile[]): void {
    this.#beside = new Map([...this.#beside, ...files.map((file) => [file.uri, file.text] as const)]);
    this.#existing = new Set([...this.#existing, ...files.map((file) => file.uri)]);
    const own = isPrismaFile(uri) ? this.#prismaHistory(uri) : this.#historyOf(uri);
    this.#histories = this.#histories.map((history) => {
      if (history !== own) return history;
      const migrations = migrationsAmong(files, history.tool);
      for (const file of migrations) this.#closed.set(file.uri, this.#read(file.uri, '', Text.of(file.text)));
      return { ...history, files: [...history.files, ...migrations.map((file) => file.uri)] };
    });
    this.#ends.clear();
    this.#moved();
    // which files take follow-ups has changed
    for (const reviewer of this.#reviewers.values()) reviewer.forget();
  }

  /** The files that run before this one, in order; null when the file belongs to no history. */
  filesBefore(uri: string): { readonly history: History; readonly files: readonly string[] } | null {
    const own = this.#historyOf(uri);
    if (own) return { history: own, files: own.files.slice(0, own.files.indexOf(uri)) };
    const nearest = this.#nearestTo(uri);
    return nearest ? { history: nearest, files: nearest.files } : null;
  }

  #moved(): void {
    this.#changes++;
    this.#options.clear();
    this.#wholeHistories.clear();
  }

  /** A file has changed: what its history leaves behind is no longer known. */
  #forget(uri: string): void {
    this.#moved();
    for (const history of this.#histories) if (history.files.includes(uri)) this.#ends.delete(keyOf(history));
  }

  #refusal(uri: string, text: Text): string | null {
    return this.#refusedFiles.has(uri)
      ? 'The review of this file took too long and was stopped. It is left out until the language server is restarted.'
      : refusal(text);
  }

  /** Asked when a file is opened, not on every key: who is writing is told what is wrong with the statement. */
  #otherRefusal(uri: string, source: Source, text: Text): string | null {
    if (source.id !== 'sql') return null;
    const ofHistory = this.#otherDatabases.get(uri);
    if (ofHistory) return `This file is not reviewed: its migrations are for ${ofHistory}, not for Postgres.`;
    const own = otherDatabaseOf(text.toString());
    return own === null ? null : `This file is not reviewed: it is for ${own}, not for Postgres.`;
  }

  #read(uri: string, languageId: string, text: Text, source = sourceFor(uri, languageId)): FileState {
    if (!source) throw new Error(`pgreview reads no files like ${uri}`);
    const refused = this.#refusal(uri, text) ?? this.#otherRefusal(uri, source, text);
    const pieces = refused === null ? this.#asSet(uri, source.read(uri, text, this.#parser, this.#beside)) : [];
    return { uri, source, text, pieces, refused };
  }
}

const pythonAmong = (files: readonly HistoryFile[]): ReadonlyMap<string, string> =>
  new Map(files.flatMap(({ uri, text }) => (uri.endsWith('.py') ? [[uri, text] as const] : [])));

const nothing: readonly Piece[] = [];

const noBase: SchemaBase = { history: null, takesFollowUps: false };

/** More migrations than these are hardly waiting to be run together. */
const mostPending = 10;

/** Tools whose histories also hold what we do not read: changelogs in XML or YAML. */
const partlyRead: ReadonlySet<string> = new Set(['liquibase']);

const revisions = new WeakMap<Text, Revision | null>();

/** Asked on each key. */
function revisionOf({ uri, text }: FileState): Revision | null {
  let revision = revisions.get(text);
  if (revision === undefined) {
    revision = readRevision({ uri, text: text.toString() });
    revisions.set(text, revision);
  }
  return revision;
}

const queryTypes: ReadonlySet<string> = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

const sameHistories = (a: readonly History[], b: readonly History[]): boolean =>
  a.length === b.length &&
  a.every((h, i) => keyOf(h) === keyOf(b[i] as History) && h.files.join() === b[i]?.files.join());

const sameTexts = (a: Beside, b: Beside): boolean =>
  a.size === b.size && [...a].every(([uri, text]) => b.get(uri) === text);

function refusal(text: Text): string | null {
  if (text.length > maxFileLength)
    return `This file is too large to be reviewed: ${(text.length / 1e6).toFixed(1)} million characters, at most ${maxFileLength / 1e6} are read.`;
  // a byte that no text file holds, early on
  return text.slice(0, 8000).includes('\0')
    ? 'This file is not text: it contains NUL bytes. It was not reviewed.'
    : null;
}

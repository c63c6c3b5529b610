/** The files of a workspace: open documents, migration histories, and the schema that each file begins with. */
import { type Catalog, emptyCatalog } from './catalog/catalog.ts';
import type { Configuration, NamedHistory } from './configuration.ts';
import { cutStatements } from './cutStatements.ts';
import { type FileReview, type PlacedFinding, Reviewer } from './document.ts';
import type { FileSystem } from './history/fileSystem.ts';
import { type FollowUpPlace, migrationsAmong } from './history/followUps.ts';
import { type History, keyOf } from './history/history.ts';
import { revisionFindings, templateFindings, withFindings } from './historyFindings.ts';
import type { KnownDatabase } from './live/knownDatabase.ts';
import type { DriftSubject } from './prismaEngine/drift.ts';
import type { DriftFinding } from './prismaEngine/driftFindings.ts';
import { isPrismaFile, PrismaSchemas } from './prismaSchemas.ts';
import type { ReviewOptions } from './review/review.ts';
import type { FileEffects } from './review/statementEffects.ts';
import { withSchemaAhead } from './schemaAhead.ts';
import { ImportedModules } from './sources/alembic/importedModules.ts';
import { sourceFor } from './sources/index.ts';
import type { PrismaSchema } from './sources/prisma/model.ts';
import type { PrismaFile } from './sources/prisma/prismaFile.ts';
import type { TextEdit } from './sources/source.ts';
import type { Grammar } from './syntax/grammars.ts';
import type { Parser } from './syntax/parser.ts';
import type { Text } from './text/text.ts';
import type { NewFile } from './tools/tool.ts';
import { ClosedFiles } from './workspace/closedFiles.ts';
import { type FileState, type TransactionOf, WorkspaceFiles } from './workspace/files.ts';
import { Histories } from './workspace/histories.ts';
import { type HistoryEnd, HistoryEnds } from './workspace/historyEnds.ts';
import { historyReview } from './workspace/historyReview.ts';
import { PrismaMigrations } from './workspace/prismaMigrations.ts';
import { Rows } from './workspace/rows.ts';
import { scanFolders } from './workspace/scan.ts';

export type { FileState, TransactionOf } from './workspace/files.ts';
export type { HistoryEnd } from './workspace/historyEnds.ts';

export interface Row {
  readonly reviewer: Reviewer;
  /** The file's number in it. */
  readonly file: number;
  /** For a file beside a history: the history with whose end it begins. */
  readonly before: Reviewer | null;
}

/** The end of a Prisma schema's migrations. */
export interface PrismaEnd {
  readonly row: Row;
  readonly catalog: Catalog;
}

export class Workspace {
  readonly #parser: Parser;
  readonly #fileSystem: FileSystem;
  readonly #closed: ClosedFiles;
  readonly #files: WorkspaceFiles;
  readonly #histories: Histories;
  readonly #rows: Rows;
  readonly #schemas: PrismaSchemas;
  readonly #prisma: PrismaMigrations;
  readonly #historyEnds: HistoryEnds;
  readonly #imported = new ImportedModules();
  readonly #now: () => Date;
  #targetVersion: number;
  #grammars: readonly Grammar[] = [];
  /** By the settings, as of the next scan. */
  #named: readonly NamedHistory[];
  #database: KnownDatabase | null = null;
  /** By URI, until something changes. */
  readonly #options = new Map<string, ReviewOptions>();

  constructor(
    parser: Parser,
    fileSystem: FileSystem,
    configuration: Configuration,
    grammars: readonly Grammar[] = [],
    refusedFiles: readonly string[] = [],
    now: () => Date = () => new Date(),
  ) {
    this.#now = now;
    this.#parser = parser;
    this.#fileSystem = fileSystem;
    this.#closed = new ClosedFiles(fileSystem, () => this.#closedUris());
    this.#files = new WorkspaceFiles(parser, refusedFiles);
    const get = (uri: string): FileState | undefined => this.#files.get(uri);
    this.#histories = new Histories(get);
    this.#rows = new Rows(get, (uri) => this.#optionsOf(uri));
    this.#schemas = new PrismaSchemas(parser);
    this.#prisma = new PrismaMigrations({ schemas: this.#schemas, histories: this.#histories, rows: this.#rows, get });
    this.#historyEnds = new HistoryEnds({
      histories: this.#histories,
      files: this.#files,
      rows: this.#rows,
      prisma: this.#prisma,
      parser,
      now,
      optionsOf: (uri) => this.#optionsOf(uri),
    });
    this.#targetVersion = configuration.targetVersion;
    this.#named = configuration.histories;
    this.#grammars = grammars;
  }

  get histories(): readonly History[] {
    return this.#histories.all;
  }

  /** Whether new files can be created: the editor has to know how. */
  get createsFiles(): boolean {
    return this.#histories.createsFiles;
  }

  set createsFiles(can: boolean) {
    this.#histories.createsFiles = can;
  }

  /** @param grammars from the target version up to, but without, the newest */
  configure(configuration: Configuration, grammars: readonly Grammar[], transactionOf?: TransactionOf): void {
    // reviewers remember what they found under the settings they were made with
    this.#rows.clear();
    this.#moved();
    this.#targetVersion = configuration.targetVersion;
    this.#named = configuration.histories;
    this.#grammars = grammars;
    if (transactionOf && this.#files.setTransactions(transactionOf)) {
      this.#rows.forgetEnds();
      this.#moved();
    }
  }

  /** The database that files begin in which belong to no history; null: they begin with what the nearest one leaves. */
  setDatabase(database: KnownDatabase | null): void {
    if (database === this.#database) return;
    this.#database = database;
    this.#rows.forgetBeside(this.#histories.all);
    this.#moved();
  }

  get database(): KnownDatabase | null {
    return this.#database;
  }

  /** Finds the histories below these folders and reads their files. */
  async scan(folders: readonly string[], isCancelled: () => boolean = () => false): Promise<void> {
    const scanned = await scanFolders(folders, {
      files: this.#fileSystem,
      named: this.#named,
      opened: (uri) => this.#files.opened(uri)?.text.toString(),
      prisma: this.#schemas,
      imported: this.#imported,
      isCancelled,
    });
    if (!scanned) return;
    const same = this.#histories.take(scanned);
    this.#files.setOtherDatabases(scanned.otherDatabases);
    this.#files.setBeside(scanned.beside);
    this.#closed.keep(scanned.existing);
    this.#rows.forgetEnds();
    this.#moved();
    const { all, undoing } = this.#histories;
    // a saved file scans the workspace as well: what is known of the others stays known
    if (!same) this.#rows.forget(new Set([...all.map(keyOf), ...this.#files.openUris()]));
    this.#files.keepClosed(new Set([...all.flatMap((h) => h.files), ...undoing]), scanned.texts);
  }

  open(uri: string, languageId: string, text: Text): void {
    if (sourceFor(uri, languageId)?.id === 'prisma') this.#schemas.open(uri, text.toString());
    if (this.#files.open(uri, languageId, text)) this.#forget(uri);
  }

  change(uri: string, edit: TextEdit): void {
    const file = this.#files.change(uri, edit);
    if (!file) return;
    if (file.source.id === 'prisma') this.#schemas.open(uri, file.text.toString());
    this.#forget(uri);
  }

  close(uri: string): void {
    this.#files.close(uri);
    this.#schemas.close(uri);
    this.#rows.close(uri);
    this.#moved();
  }

  get(uri: string): FileState | undefined {
    return this.#files.get(uri);
  }

  openUris(): string[] {
    return this.#files.openUris();
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
            ...historyReview(uri, state, {
              histories: this.#histories,
              files: this.#files,
              parser: this.#parser,
              now: this.#now,
              reviewerOf: (history) => this.#rows.of(history),
              optionsOf: (file) => this.#optionsOf(file),
            }),
            ...this.#revisionFindings(uri, state),
            ...templateFindings(state, this.#parser),
            ...cutStatements(uri, state, this.#parser),
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
    return { statements: 0, findings: refused ? [] : this.#schemas.review(uri, this.#prisma.baseOf(uri)) };
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
      const nearest = this.#histories.of(uri) ? null : this.#histories.nearestTo(uri);
      return { reviewer, file, before: nearest && this.#rows.of(nearest) };
    });
  }

  /** Files that are not open, belong to no history and hold SQL with a word in it: queries of TypeScript and files of SQL. */
  async queriesWith(word: string, isCancelled?: () => boolean): Promise<FileState[]> {
    const found = await this.#closed.withSql(word, isCancelled);
    return found.map((file) => this.#files.readAlone(file)).filter(({ pieces }) => pieces.length > 0);
  }

  /** See {@link ClosedFiles.countInPrisma}. */
  countInPrisma(pattern: RegExp): ReturnType<ClosedFiles['countInPrisma']> {
    const opened = this.openUris().map((uri) => ({ uri, text: this.get(uri)?.text.toString() ?? '' }));
    return this.#closed.countInPrisma(pattern, opened);
  }

  #closedUris(): string[] {
    const members = new Set(this.histories.flatMap(({ files }) => files));
    return [...this.#histories.existing].filter((uri) => !members.has(uri) && !this.#files.opened(uri));
  }

  /** The row of a file that is not open; null where it is not about that history. */
  rowBeside(state: FileState, history: Reviewer): Row | null {
    const nearest = this.#histories.nearestTo(state.uri, state);
    if (!nearest || this.#rows.of(nearest) !== history) return null;
    const reviewer = new Reviewer(() => ({ targetVersion: this.#targetVersion }));
    reviewer.update([{ uri: state.uri, pieces: state.pieces, reviewed: false }], this.#rows.endOf(nearest));
    return { reviewer, file: 0, before: history };
  }

  /** The rows of all histories. */
  historyRows(): Reviewer[] {
    return this.#histories.all.map((history) => this.#rows.of(history));
  }

  /** Whether the file was there at the last scan, or was added since. */
  exists(uri: string): boolean {
    return this.#histories.existing.has(uri);
  }

  /** Files that may be migrations and that the last scan could not read, or not all together. */
  get unread(): ReadonlySet<string> {
    return this.#histories.unread;
  }

  /** Whether anything of that URI, a file or a folder with files, was there at the last scan. */
  existsBelow(uri: string): boolean {
    return this.#histories.hasBelow(uri);
  }

  #within<T>(uri: string, ask: (reviewer: Reviewer, file: number) => T): T | null {
    const state = this.get(uri);
    if (!state) return null;
    this.#rows.expect([uri]);
    const history = this.#histories.of(uri);
    return history
      ? ask(this.#rows.of(history), history.files.indexOf(uri))
      : ask(this.#rows.beside(state, this.#baseOf(uri)), 0);
  }

  /** What is asked of many files one after another is best announced: the histories are then brought up to date once. */
  expectReviewsOf(uris: readonly string[]): void {
    this.#rows.expect(uris);
  }

  /** Asked for at each statement. */
  #optionsOf(uri: string): ReviewOptions {
    let options = this.#options.get(uri);
    if (!options) {
      const histories = this.#histories;
      const database = this.#databaseOf(uri);
      options = {
        targetVersion: this.#targetVersion,
        takesFollowUps: histories.takesFollowUps(uri),
        leavesTransaction: sourceFor(uri)?.rewriter !== undefined,
        settled: histories.isSettled(uri),
        besideHistory: (database !== null || histories.all.length > 0) && histories.of(uri) === null,
        wholeHistory: database ? histories.definesNothing(uri) : histories.knowsAllBefore(uri),
        database,
        grammars: this.#grammars,
      };
      this.#options.set(uri, options);
    }
    return options;
  }

  /** In which a file begins that belongs to no history. */
  #databaseOf(uri: string): KnownDatabase | null {
    return this.#histories.of(uri) === null ? this.#database : null;
  }

  /** For a file that belongs to no history: the connected database, or what the nearest one leaves behind. */
  #baseOf(uri: string): Catalog {
    const database = this.#databaseOf(uri);
    if (database) return database.catalog;
    const nearest = this.#histories.nearestTo(uri);
    if (!nearest) return emptyCatalog;
    const end = this.#rows.endOf(nearest);
    const schema = this.prismaSchemaBehind(uri);
    return schema ? withSchemaAhead(end, schema) : end;
  }

  /** What a Prisma schema is compared with; null where that cannot be done, see {@link PrismaMigrations.driftSubject}. */
  driftSubject(uri: string): DriftSubject | null {
    return this.#prisma.driftSubject(uri);
  }

  /** The schema that a file is part of, and its files' texts; null where it is not for Postgres, or not known. */
  prismaFiles(uri: string): Pick<DriftSubject, 'schema' | 'files'> | null {
    const schema = this.#schemas.schemaOf(uri);
    return schema && { schema, files: this.#schemas.textsOf(uri) };
  }

  /** The Prisma schema that a migration was made of, or that the file's queries are about; null where that is not certain. */
  prismaSchemaBehind(uri: string): PrismaSchema | null {
    return this.#prisma.schemaBehind(uri);
  }

  /** The Prisma schema that a history's migrations make; null where there is none, or it is not for Postgres. */
  prismaSchemaOf(history: History): PrismaSchema | null {
    return this.#prisma.schemaOf(history);
  }

  /** A file in Prisma's language, open or not. */
  prismaFile(uri: string): PrismaFile | null {
    return this.#schemas.get(uri);
  }

  /** The text of a file in Prisma's language, open or not; null where there is none. */
  prismaText(uri: string): string | null {
    return (
      this.#schemas
        .get(uri)
        ?.blocks.map(({ text }) => text)
        .join('') ?? null
    );
  }

  /** What the migrations of a Prisma schema leave; null where they are not its own, or not all known. */
  prismaEnd(uri: string): PrismaEnd | null {
    const history = this.#prisma.historyOf(uri);
    if (!history || this.#prisma.baseOf(uri).history === null) return null;
    const row = { reviewer: this.#rows.of(history), file: history.files.length - 1, before: null };
    return { row, catalog: this.#rows.endOf(history) };
  }

  /** Takes what was found. @returns whether that is another than before */
  setDrift(main: string, found: readonly DriftFinding[]): boolean {
    return this.#schemas.setDrift(main, found);
  }

  /** Where the next migration of a Prisma schema goes; null where none can be written. */
  historyEnd(uri: string): HistoryEnd | null {
    return this.#historyEnds.ofPrisma(uri);
  }

  /** Where a new migration of a history goes. */
  endBehind(history: History): HistoryEnd {
    return this.#historyEnds.of(history);
  }

  /** Where follow-ups of a file's fixes go; null where it takes none. */
  followUpPlace(uri: string): FollowUpPlace | null {
    return this.#historyEnds.placeFor(uri);
  }

  /** New files at the end of a history, before the next scan finds them. */
  addBehind(uri: string, files: readonly NewFile[]): void {
    const own = isPrismaFile(uri) ? this.#prisma.historyOf(uri) : this.#histories.of(uri);
    const migrations = own ? migrationsAmong(files, own.tool) : [];
    this.#files.addBeside(files);
    for (const file of migrations) this.#files.addClosed(file.uri, file.text);
    const uris = (some: readonly NewFile[]): string[] => some.map((file) => file.uri);
    this.#histories.add(uris(files), uris(migrations), own);
    this.#rows.forgetEnds();
    this.#moved();
    // which files take follow-ups has changed
    this.#rows.forgetAll();
  }

  /** The files that run before this one, in order; null when the file belongs to no history. */
  filesBefore(uri: string): { readonly history: History; readonly files: readonly string[] } | null {
    const own = this.#histories.of(uri);
    if (own) return { history: own, files: own.files.slice(0, own.files.indexOf(uri)) };
    const nearest = this.#histories.nearestTo(uri);
    return nearest ? { history: nearest, files: nearest.files } : null;
  }

  #moved(): void {
    this.#rows.moved();
    this.#options.clear();
    this.#histories.moved();
  }

  /** A file has changed: what its history leaves behind is no longer known. */
  #forget(uri: string): void {
    this.#moved();
    for (const history of this.#histories.all) if (history.files.includes(uri)) this.#rows.forgetEnds(history);
  }
}

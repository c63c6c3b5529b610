/**
 * Every feature in one screen. Plain functions over documents: no protocol, no transport, no Node.
 * Positions are LSP's (UTF-16); files are named by URI.
 */
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver-textdocument';
import type {
  CodeAction,
  CodeLens,
  CompletionList,
  Diagnostic,
  DocumentSymbol,
  Hover,
  InlayHint,
  Location,
  Position,
  Range,
  WorkspaceEdit,
} from 'vscode-languageserver-types';
import type { Catalog } from './catalog/catalog.ts';
import { type Configuration, defaultConfiguration } from './configuration.ts';
import type { FileReview } from './document.ts';
import type { ExplainSubject } from './explain/subject.ts';
import { codeActionsOf } from './features/codeActions.ts';
import { codeLensesOf } from './features/codeLenses.ts';
import { completionAt } from './features/completion.ts';
import { createMigrationActions } from './features/createMigration.ts';
import { type ClosedFiles, definitionAt, referencedWord, referencesAt } from './features/definition.ts';
import { diagnosticsOf, refusalDiagnostic } from './features/diagnostics.ts';
import { documentSymbolsOf } from './features/documentSymbols.ts';
import { explainSubjectAt } from './features/explainSubject.ts';
import { countFindings } from './features/findingCounts.ts';
import { historiesOf } from './features/histories.ts';
import { hoverAt } from './features/hover.ts';
import { type IndexMigration, indexMigration } from './features/indexMigration.ts';
import { inlayHintsIn } from './features/inlayHints.ts';
import { judgeSubjectOf, liveSubjectOf, withVerdicts } from './features/judged.ts';
import { modelLensesOf } from './features/modelLenses.ts';
import { nameHoverAt } from './features/nameHover.ts';
import { migrationName, type NextMigration, nextMigration } from './features/nextMigration.ts';
import { OpenDocuments } from './features/openDocuments.ts';
import { type KeepPlan, PlanFindings, planActions, planDiagnostics } from './features/planFindings.ts';
import { clientNameAt, clientUsesText } from './features/prismaClientUses.ts';
import { prismaDefinitionAt, prismaHoverAt, prismaReferencesAt, prismaWordAt } from './features/prismaNames.ts';
import { prepareRenameAt, type RenameTarget, renameAt } from './features/prismaRename.ts';
import { revisionDefinitionAt } from './features/revisionDefinition.ts';
import { schemaTextAt, tablesAt } from './features/schemaText.ts';
import { previewFor } from './features/sqlPreview.ts';
import { parameterHoverAt } from './features/typedParameters.ts';
import type { FileSystem } from './history/fileSystem.ts';
import { keyOf } from './history/history.ts';
import { type JudgeSubject, SaidByAll, type Verdicts } from './judge/subject.ts';
import type { KnownDatabase } from './live/knownDatabase.ts';
import type { LiveSubject } from './live/subject.ts';
import type { DriftSubject } from './prismaEngine/drift.ts';
import type { DriftStep } from './prismaEngine/steps.ts';
import type {
  FindingCounts,
  HistoryInfo,
  IndexProposal,
  IndexTrial,
  PreviewSqlParams,
  PreviewSqlResult,
  SchemaAtParams,
  SchemaPoint,
  TableInfo,
} from './protocol.ts';
import { reviewDrift } from './review/driftReview.ts';
import type { FileEffects } from './review/statementEffects.ts';
import type { Grammar } from './syntax/grammars.ts';
import type { Parser } from './syntax/parser.ts';
import type { LineDocument, SourceDocument } from './text/text.ts';
import { baseName, parent } from './tools/paths.ts';
import { type FileState, type TransactionOf, Workspace } from './workspace.ts';

export interface LanguageServiceOptions {
  /** URIs of files that are left out because a review of them never ended. */
  readonly refusedFiles?: readonly string[];
  /** Told which file is being worked on. */
  readonly onFile?: (uri: string) => void;
  /** The time for the names of new migrations; the machine's when absent. */
  readonly now?: () => Date;
}

export class LanguageService {
  readonly #onFile: (uri: string) => void;
  readonly #parser: Parser;
  readonly #workspace: Workspace;
  readonly #documents: OpenDocuments;
  #configuration: Configuration = defaultConfiguration;
  /** By the main file of a Prisma schema: what would bring its migrations to it. */
  readonly #drifts = new Map<string, readonly DriftStep[]>();
  readonly #plans = new PlanFindings();
  /** Whether the client has commands for plans that it was given. */
  showsPlans = false;
  readonly #said = new SaidByAll();

  constructor(
    parser: Parser,
    files: FileSystem,
    { refusedFiles = [], onFile = () => {}, now = () => new Date() }: LanguageServiceOptions = {},
  ) {
    this.#onFile = onFile;
    this.#parser = parser;
    this.#workspace = new Workspace(parser, files, this.#configuration, [], refusedFiles, now);
    this.#documents = new OpenDocuments(this.#workspace);
  }

  get configuration(): Configuration {
    return this.#configuration;
  }

  /** @param grammars from the target version up to, but without, the newest */
  configure(configuration: Configuration, grammars: readonly Grammar[] = [], transactionOf?: TransactionOf): void {
    this.#configuration = configuration;
    this.#workspace.configure(configuration, grammars, transactionOf);
  }

  /** Whether fixes may bring new files: the client has to be able to create them. */
  createsFiles(creates: boolean): void {
    this.#workspace.createsFiles = creates;
  }

  /** Reads the migration histories below these folders; until then each file is reviewed as if it stood alone. */
  scan(folders: readonly string[], isCancelled?: () => boolean): Promise<void> {
    return this.#workspace.scan(folders, isCancelled);
  }

  /** Files that may be migrations and that the last scan could not read, or not all together. */
  get unread(): ReadonlySet<string> {
    return this.#workspace.unread;
  }

  /** Whether anything of that URI, a file or a folder with files, was there at the last scan. */
  existsBelow(uri: string): boolean {
    return this.#workspace.existsBelow(uri);
  }

  // Documents

  open(uri: string, languageId: string, version: number, text: string): void {
    this.#onFile(uri);
    this.#documents.open(uri, languageId, version, text);
  }

  change(uri: string, version: number, changes: readonly TextDocumentContentChangeEvent[]): void {
    this.#onFile(uri);
    this.#documents.change(uri, version, changes);
  }

  close(uri: string): void {
    this.#said.forget(uri);
    this.#documents.close(uri);
  }

  openDocuments(): string[] {
    return this.#documents.uris();
  }

  versionOf(uri: string): number | null {
    return this.#documents.get(uri)?.version ?? null;
  }

  // The embedded Postgres and the connected database, whose word comes later than all else

  /** Whether the file stands among the migrations of a history, and the last scan has not seen it. */
  isNewMigration(uri: string): boolean {
    return !this.#workspace.exists(uri) && this.#workspace.histories.some(({ folder }) => uri.startsWith(`${folder}/`));
  }

  /** What it is asked about a file; null for one that it can say nothing of. */
  judgeSubject(uri: string): JudgeSubject | null {
    return this.#documents.get(uri) ? judgeSubjectOf(uri, this.#workspace, this.#configuration.targetVersion) : null;
  }

  /** What a connected database is asked about a file; null for one that it can say nothing of. */
  liveSubject(uri: string): LiveSubject | null {
    return this.#documents.get(uri) ? liveSubjectOf(uri, this.#workspace) : null;
  }

  /** Takes an answer. @returns whether that is another than before */
  setVerdicts(uri: string, verdicts: Verdicts, by: 'embedded' | 'live' = 'embedded'): boolean {
    return this.#said.set(uri, verdicts, by);
  }

  /** The connected database, in which files begin that belong to no history; null for none. */
  setDatabase(database: KnownDatabase | null): void {
    this.#workspace.setDatabase(database);
  }

  get database(): KnownDatabase | null {
    return this.#workspace.database;
  }

  // Prisma's engine, whose word on a schema comes later as well

  /** What a schema is compared with; null for a file of none, and where there is nothing to compare. */
  driftSubject(uri: string): DriftSubject | null {
    return this.#workspace.driftSubject(uri);
  }

  /** The schema that a file is part of, and its files' texts; null where it is not for Postgres, or not known. */
  prismaFiles(uri: string): Pick<DriftSubject, 'schema' | 'files'> | null {
    return this.#workspace.prismaFiles(uri);
  }

  /** Takes what would bring the migrations to the schema. @returns whether other findings come of it */
  setDrift(subject: DriftSubject, steps: readonly DriftStep[]): boolean {
    const { main } = subject;
    this.#drifts.set(main, steps);
    return this.#workspace.setDrift(main, reviewDrift(subject, steps, this.#configuration, this.#parser));
  }

  /**
   * A new migration that brings the migrations to the schema, as far as that is known; null where none can be written.
   * @param name in words; one that says what it does when absent
   */
  nextMigration(uri: string, name?: string): NextMigration | null {
    const steps = this.#drifts.get(this.#workspace.driftSubject(uri)?.main ?? '') ?? [];
    const end = steps.length > 0 ? this.#workspace.historyEnd(uri) : null;
    return end && nextMigration(name ?? migrationName(steps), steps, end);
  }

  /** An index that a plan proposes, as a migration of the history that makes its table. @param uri of the explained file */
  indexMigration(uri: string, index: IndexProposal): IndexMigration {
    return indexMigration(uri, index, {
      workspace: this.#workspace,
      parser: this.#parser,
      documentOf: this.#documentOf,
    });
  }

  // Features; each answers with nothing for a file that is not open

  diagnostics(uri: string): Diagnostic[] {
    return this.#with(uri, [], (document, file, review) =>
      file.refused !== null
        ? [refusalDiagnostic(file.refused)]
        : [
            ...diagnosticsOf(document, review, this.#configuration, this.#documents.lastEdit(uri), this.#documentOf),
            ...planDiagnostics(document, this.#plans.placed(uri, file)),
          ],
    );
  }

  codeActions(uri: string, range: Range, only?: readonly string[]): CodeAction[] {
    return this.#with(uri, [], (document, file, review) => [
      ...(file.source.id === 'prisma' ? this.#driftActions(uri, document, review, range, only) : []),
      ...codeActionsOf(uri, document, review, this.#configuration, range, only, this.#workspace.followUpPlace(uri)),
      ...planActions(uri, document, this.#plans.placed(uri, file), range, only, this.showsPlans),
    ]);
  }

  /** The new migration is written when it is asked for: it is tried out first. */
  #driftActions(
    uri: string,
    document: SourceDocument,
    review: FileReview,
    range: Range,
    only: readonly string[] | undefined,
  ): CodeAction[] {
    const steps = this.#drifts.get(this.#workspace.driftSubject(uri)?.main ?? '') ?? [];
    if (steps.length === 0 || !this.#workspace.historyEnd(uri)) return [];
    return createMigrationActions(uri, document, review, this.#configuration, range, only, migrationName(steps));
  }

  codeLenses(uri: string): CodeLens[] {
    if (!this.#configuration.codeLens) return [];
    return this.#with(uri, [], (document, file) => {
      const prisma = file.source.id === 'prisma' ? this.#workspace.prismaFiles(uri) : null;
      return prisma ? modelLensesOf(uri, document, prisma.schema) : codeLensesOf(uri, document, file);
    });
  }

  documentSymbols(uri: string): DocumentSymbol[] {
    return this.#with(uri, [], (document, file) => documentSymbolsOf(document, file));
  }

  hover(uri: string, position: Position): Hover | null {
    const file = this.#workspace.get(uri);
    return this.#withEffects<Hover | null>(uri, null, (document, effects) =>
      file
        ? file.source.id === 'prisma'
          ? prismaHoverAt(document, file, this.#workspace, this.#parser, position)
          : (nameHoverAt(document, file, this.#workspace, this.#parser, position) ??
            parameterHoverAt(document, file, this.#workspace, this.#parser, position) ??
            hoverAt(document, file, effects, position))
        : null,
    );
  }

  completion(uri: string, position: Position): CompletionList | null {
    return this.#atName<CompletionList | null>(uri, null, (document, file) =>
      completionAt(document, file, this.#workspace, this.#parser, position),
    );
  }

  definition(uri: string, position: Position): Location[] {
    return this.#atName<Location[]>(uri, [], (document, file) => {
      if (file.source.id === 'prisma')
        return asList(prismaDefinitionAt(document, file, this.#workspace, this.#documentOf, position));
      const found = definitionAt(document, file, this.#workspace, this.#documentOf, this.#parser, position);
      return found.length > 0
        ? found
        : asList(revisionDefinitionAt(document, file, this.#workspace, this.#documentOf, position));
    });
  }

  /** @param closed files that are not open, to be looked through as well: {@link queriesNaming} */
  references(uri: string, position: Position, closed: ClosedFiles = []): Location[] {
    return this.#atName<Location[]>(uri, [], (document, file) =>
      (file.source.id === 'prisma' ? prismaReferencesAt : referencesAt)(
        document,
        file,
        this.#workspace,
        this.#documentOf,
        position,
        closed,
      ),
    );
  }

  /** Files that are not open, and may name what stands there. */
  async queriesNaming(uri: string, position: Position, isCancelled?: () => boolean): Promise<ClosedFiles> {
    const word = this.#atName<string | null>(uri, null, (document, file) =>
      file.source.id === 'prisma'
        ? prismaWordAt(document, file, this.#workspace, position)
        : referencedWord(this.#workspace, file, document.offsetAt(position)),
    );
    return word === null ? [] : this.#workspace.queriesWith(word, isCancelled);
  }

  /** In Prisma's schemas. @returns a sentence where the name cannot be renamed now */
  prepareRename(uri: string, position: Position): RenameTarget | string | null {
    return this.#atName<RenameTarget | string | null>(uri, null, (document, file) =>
      file.source.id === 'prisma' ? prepareRenameAt(document, file, this.#workspace, position) : null,
    );
  }

  /** @returns a sentence where the name cannot be given */
  rename(uri: string, position: Position, newName: string): WorkspaceEdit | string | null {
    return this.#atName<WorkspaceEdit | string | null>(uri, null, (document, file) =>
      file.source.id === 'prisma'
        ? renameAt(document, file, this.#workspace, this.#documentOf, position, newName)
        : null,
    );
  }

  /** What a rename in Prisma's schema leaves to be done in TypeScript, in a sentence; null for nothing. To be asked before it. */
  async clientUses(uri: string, position: Position, newName: string): Promise<string | null> {
    const name = this.#atName(uri, null, (document, file) =>
      file.source.id === 'prisma' ? clientNameAt(document, file, this.#workspace, position) : null,
    );
    return name && clientUsesText(name, newName, await this.#workspace.countInPrisma(name.pattern));
  }

  inlayHints(uri: string, range: Range): InlayHint[] {
    if (!this.#configuration.lockHints) return [];
    return this.#withEffects(uri, [], (document, effects) => inlayHintsIn(document, effects, range));
  }

  /** The SQL that the file runs; null for a file that is neither open nor part of a history. */
  previewSql({ uri, backward }: PreviewSqlParams): PreviewSqlResult | null {
    this.#onFile(uri);
    const document = this.#documents.orFile(uri);
    const file = this.#workspace.get(uri);
    return document && file ? previewFor(document, file, backward) : null;
  }

  /** The statement to explain and what runs before it, or a sentence that says why there is none. */
  explainSubject(uri: string, range: Range): ExplainSubject | string {
    return this.#with<ExplainSubject | string>(
      uri,
      'pgreview does not know this file: open it first.',
      (document, file) => explainSubjectAt(uri, document, file, this.#workspace, this.#parser, range),
    );
  }

  /** For a plan of the statement at `range`, which comes later. */
  planKeeper(uri: string, range: Range): KeepPlan {
    return this.#atName<KeepPlan>(
      uri,
      () => false,
      (document, file) => this.#plans.keeper(uri, document, file, range),
    );
  }

  /** Takes what came of trying an index that a plan proposes. @returns whether other diagnostics come of it */
  setTrial(uri: string, index: IndexProposal, trial: IndexTrial): boolean {
    return this.#plans.tried(uri, index, trial);
  }

  /** Takes away what plans have shown in a file. @returns whether there was anything */
  clearPlanFindings(uri: string): boolean {
    return this.#plans.clear(uri);
  }

  // Histories; these answer for files that are not open too

  histories(): HistoryInfo[] {
    return historiesOf(this.#workspace);
  }

  /** The schema behind a history's last migration, or behind that one; null when there is none of that key or URI. */
  schemaBehind(key: string, upTo?: string): Catalog | null {
    const files = this.#workspace.histories.find((h) => keyOf(h) === key)?.files ?? [];
    const uri = upTo === undefined ? files.at(-1) : files.find((file) => file === upTo);
    return uri === undefined ? null : this.#workspace.schemaAfter(uri);
  }

  /** The migrations of a history of Prisma's; null for another one. */
  prismaMigrations(key: string): { readonly name: string; readonly text: string }[] | null {
    const history = this.#workspace.histories.find((h) => keyOf(h) === key);
    if (history?.tool.id !== 'prisma') return null;
    return history.files.map((file) => ({
      name: baseName(parent(file)),
      text: this.#workspace.get(file)?.text.toString() ?? '',
    }));
  }

  /** What is asked of many files one after another is best announced. */
  expectReviewsOf(uris: readonly string[]): void {
    this.#workspace.expectReviewsOf(uris);
  }

  /** Null for a file that is neither open nor part of a history. */
  findingCounts(uri: string): FindingCounts | null {
    this.#onFile(uri);
    const review = this.#workspace.review(uri);
    return review && countFindings(review, this.#configuration);
  }

  /** As {@link diagnostics}, also of a migration that is not open. */
  migrationDiagnostics(uri: string): Diagnostic[] {
    this.#onFile(uri);
    const document = this.#documents.orFile(uri);
    const review = this.#workspace.review(uri);
    if (!document || !review) return [];
    return diagnosticsOf(document, review, this.#configuration, 0, this.#documentOf);
  }

  tablesAt(point: SchemaPoint): TableInfo[] {
    return tablesAt(this.#workspace, point);
  }

  schemaAt(params: SchemaAtParams): string {
    return schemaTextAt(this.#workspace, this.#parser, params);
  }

  #with<T>(uri: string, nothing: T, answer: (document: SourceDocument, file: FileState, review: FileReview) => T): T {
    const document = this.#documents.get(uri);
    this.#onFile(uri);
    const file = this.#workspace.get(uri);
    const review = this.#workspace.review(uri);
    if (!document || !file || !review) return nothing;
    return answer(document, file, this.#said.isSilent(uri) ? review : withVerdicts(review, file, this.#said));
  }

  readonly #documentOf = (uri: string): LineDocument | null => this.#documents.orFile(uri);

  /** What asks for the schema only needs no review. */
  #atName<T>(uri: string, nothing: T, answer: (document: SourceDocument, file: FileState) => T): T {
    const document = this.#documents.get(uri);
    this.#onFile(uri);
    const file = this.#workspace.get(uri);
    return document && file ? answer(document, file) : nothing;
  }

  /** What asks for effects only needs no review. */
  #withEffects<T>(uri: string, nothing: T, answer: (document: SourceDocument, effects: FileEffects) => T): T {
    const document = this.#documents.get(uri);
    this.#onFile(uri);
    const effects = this.#workspace.effects(uri);
    return document && effects ? answer(document, effects) : nothing;
  }
}

const asList = <T>(found: T | null): T[] => (found === null ? [] : [found]);

/** `pgreview check`: reviews files as the editor does, and mends what is safe to mend. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { mkdir, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type Configuration, defaultConfiguration } from '../configuration.ts';
import type { FileReview } from '../document.ts';
import { fixAll } from '../features/codeActions.ts';
import { type ShownFinding, shownFindings } from '../features/diagnostics.ts';
import type { FixChanges } from '../features/fixChanges.ts';
import type { CheckedFile, CheckResult } from '../report/report.ts';
import type { Severity } from '../rules/rule.ts';
import { sourceFor } from '../sources/index.ts';
import type { Parser } from '../syntax/parser.ts';
import { Text } from '../text/text.ts';
import { Workspace } from '../workspace.ts';
import { loadGrammars } from './assets.ts';
import type { CheckedDatabase } from './checkLive.ts';
import { onePath, uriOf } from './clientUris.ts';
import { broughtBy, changedSince } from './gitChanges.ts';
import { nodeFiles } from './nodeFiles.ts';
import { UsageError } from './usageError.ts';
import { ignoredIn, readConfigurationFile, transactionIn } from './workspaceConfiguration.ts';

export interface CheckOptions {
  readonly fix: boolean;
  /** Findings below it are left out. */
  readonly severity: Severity;
  readonly targetVersion: number | null;
  /** A branch or commit: only what has changed in git since is told; null for everything. */
  readonly since: string | null;
  /** Where statements are tried as well: in the embedded Postgres, or in the database of a URL, which is only read. */
  readonly database: 'none' | 'embedded' | { readonly url: string };
  /** Told what takes its time. */
  readonly progress: (message: string) => void;
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2, hint: 3 };
/** A fix may make room for the next: enough rounds for what a person would do by hand. */
const maxRounds = 10;

export async function check(paths: readonly string[], options: CheckOptions, parser: Parser): Promise<CheckResult> {
  for (const path of paths) if (!existsSync(path)) throw new UsageError(`${path}: no such file or folder`);
  const root = projectRoot(resolve(paths[0] ?? '.'));
  const changed = options.since === null ? null : await changedSince(options.since, root);
  let configuration = await readConfigurationFile(join(root, 'pgreview.json'), defaultConfiguration);
  if (options.targetVersion !== null) configuration = { ...configuration, targetVersion: options.targetVersion };
  const grammars = await loadGrammars(configuration.targetVersion);
  const workspace = new Workspace(parser, nodeFiles, configuration, grammars);
  workspace.createsFiles = true;
  const transactionOf = transactionIn(root, configuration);
  workspace.configure(configuration, grammars, (uri) => transactionOf(fileURLToPath(uri)));
  await workspace.scan(
    [...new Set([root, ...paths.filter((p) => !isInside(resolve(p), root)).map((p) => folderOf(resolve(p)))])].map(
      (path) => uriOf(path),
    ),
  );
  const connected =
    typeof options.database === 'object'
      ? await (await import('./checkLive.ts')).connectTo(options.database.url, workspace, parser, options.progress)
      : null;
  try {
    const uris = await filesToCheck(paths, root, configuration);
    const ofChange = changed && new Set(uris.filter((uri) => changed.has(onePath(realpathSync(fileURLToPath(uri))))));
    return await checkFiles({ workspace, parser, configuration, options, connected, ofChange }, uris, paths);
  } finally {
    connected?.dispose();
  }
}

interface Checking {
  readonly workspace: Workspace;
  readonly parser: Parser;
  readonly configuration: Configuration;
  readonly options: CheckOptions;
  readonly connected: CheckedDatabase | null;
  /** URIs of the files that alone are told of and mended; null for all. */
  readonly ofChange: ReadonlySet<string> | null;
}

async function checkFiles(
  { workspace, parser, configuration, options, connected, ofChange }: Checking,
  uris: readonly string[],
  paths: readonly string[],
): Promise<CheckResult> {
  const files: CheckedFile[] = [];
  const created: string[] = [];
  let fixed = 0;
  workspace.expectReviewsOf(uris);
  for (const uri of uris) {
    const text = await nodeFiles.read(uri);
    const checked = text === null ? unreadable(uri, paths) : checkFile(workspace, uri, text, configuration, options);
    if (!checked) continue;
    if (options.fix && checked.findings.length > 0 && ofChange?.has(uri) !== false) {
      const result = await fixFile(workspace, uri, checked, configuration, options);
      fixed += result.count;
      created.push(...result.created);
      files.push(result.file);
    } else files.push(checked);
  }
  if (connected || options.database === 'embedded') {
    const paths = new Map(uris.map((uri) => [named(uri), uri]));
    const reviews = await (connected
      ? connected.judge(uris)
      : (await import('./checkEmbedded.ts')).judgeFiles(
          uris,
          workspace,
          configuration.targetVersion,
          options.progress,
        ));
    if (options.database === 'embedded') {
      const { compareSchemas } = await import('./checkDrift.ts');
      const compared = await compareSchemas(uris, workspace, parser, configuration, options.progress);
      for (const [uri, review] of compared) reviews.set(uri, review);
    }
    for (const [i, file] of files.entries()) {
      const review = reviews.get(paths.get(file.path) ?? '');
      if (review) files[i] = { ...file, findings: counted(review, configuration, options) };
    }
  }
  return { files: ofChange ? broughtBy(ofChange, files) : files, fixed, created };
}

const counted = (review: FileReview, configuration: Configuration, options: CheckOptions): ShownFinding[] =>
  shownFindings(review, configuration)
    .filter((f) => rank[f.severity] <= rank[options.severity])
    .sort((a, b) => a.range.start - b.range.start);

/**
 * One file that cannot be read does not keep the others of its folder from being reviewed. Null where nothing is to be said of it.
 * @throws UsageError when it was asked for by name
 */
function unreadable(uri: string, asked: readonly string[]): CheckedFile | null {
  const path = fileURLToPath(uri);
  if (asked.some((each) => resolve(each) === path))
    throw new UsageError(`${path}: it cannot be read, or is too large to be reviewed`);
  // who knows whether code holds SQL
  if (sourceFor(uri)?.id !== 'sql') return null;
  return {
    path: named(uri),
    document: TextDocument.create(uri, '', 1, ''),
    statements: 0,
    findings: [],
    refused: 'This file cannot be read, or is too large to be reviewed.',
    place: null,
  };
}

/** Null for a file that holds no SQL, and of which nothing is to be said. */
function checkFile(
  workspace: Workspace,
  uri: string,
  text: string,
  configuration: Configuration,
  options: CheckOptions,
): CheckedFile | null {
  workspace.open(uri, '', Text.of(text));
  const state = workspace.get(uri);
  const review = workspace.review(uri);
  if (!state || !review) return null;
  const holdsSql = state.source.id === 'sql' || state.pieces.length > 0 || workspace.prismaFiles(uri) !== null;
  if (!holdsSql && review.findings.length === 0) return null;
  return {
    path: named(uri),
    document: TextDocument.create(uri, '', 1, text),
    statements: review.statements,
    findings: counted(review, configuration, options),
    refused: state.refused,
    place: workspace.followUpPlace(uri),
  };
}

async function fixFile(
  workspace: Workspace,
  uri: string,
  checked: CheckedFile,
  configuration: Configuration,
  options: CheckOptions,
): Promise<{ file: CheckedFile; count: number; created: string[] }> {
  let file = checked;
  let count = 0;
  const written: Writing = { created: [], elsewhere: [] };
  for (let round = 0; round < maxRounds; round++) {
    const changes = fixAll(file.document, file.findings, workspace.followUpPlace(uri));
    if (changes.edits.length === 0) break;
    const text = TextDocument.applyEdits(file.document, [...changes.edits]);
    const next = checkFile(workspace, uri, text, configuration, options);
    // a fix that leaves more behind than it mends is none
    if (
      !next ||
      next.findings.length >= file.findings.length + changes.edits.length ||
      breaks(file.findings, next.findings)
    ) {
      checkFile(workspace, uri, file.document.getText(), configuration, options);
      break;
    }
    count += file.findings.length - next.findings.length;
    file = next;
    workspace.addBehind(uri, changes.created);
    written.created.push(...changes.created);
    written.elsewhere.push(...changes.elsewhere);
  }
  if (file !== checked) {
    // the new migrations first: a file that counts on them must not stand without
    for (const { uri: created, text } of written.created) await writeNew(fileURLToPath(created), text);
    for (const other of written.elsewhere) {
      const text = (await nodeFiles.read(other.uri)) ?? '';
      await writeWhole(fileURLToPath(other.uri), other.text + text);
    }
    await writeWhole(fileURLToPath(uri), file.document.getText());
  }
  return { file, count: Math.max(count, 0), created: written.created.map((f) => named(f.uri)) };
}

interface Writing {
  readonly created: FixChanges['created'][number][];
  readonly elsewhere: FixChanges['elsewhere'][number][];
}

/** Never overwrites what is there. */
async function writeNew(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    throw new UsageError(`${path}: cannot be written: ${(error as Error).message}`);
  }
}

/** As users name it: relative to where the command runs. */
const named = (uri: string): string => relative(process.cwd(), fileURLToPath(uri)) || fileURLToPath(uri);

const breaks = (before: readonly ShownFinding[], after: readonly ShownFinding[]): boolean =>
  errors(after) > errors(before);
const errors = (findings: readonly ShownFinding[]): number => findings.filter((f) => f.severity === 'error').length;

/** Never leaves half a file behind. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text, { mode: statSync(path).mode });
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw new UsageError(`${path}: cannot be written: ${(error as Error).message}`);
  }
}

async function filesToCheck(paths: readonly string[], root: string, configuration: Configuration): Promise<string[]> {
  const ignored = ignoredIn(root, configuration);
  const found = new Set<string>();
  for (const path of paths) {
    const absolute = resolve(path);
    if (statSync(absolute).isDirectory()) {
      for (const uri of await nodeFiles.list(uriOf(absolute))) {
        if (sourceFor(uri) && !ignored(fileURLToPath(uri))) found.add(uri);
      }
    } else {
      if (!sourceFor(uriOf(absolute)))
        throw new UsageError(`${path}: pgreview reads .sql, .pgsql, .psql, .ddl, .py, .prisma, .ts and .js files`);
      found.add(uriOf(absolute));
    }
  }
  return [...found];
}

/** The nearest folder upwards with a pgreview.json, else with a .git, else one that a Python project begins in; else the folder itself. */
export function projectRoot(path: string): string {
  const start = folderOf(path);
  for (const mark of ['pgreview.json', '.git', 'pyproject.toml', 'setup.py', 'alembic.ini']) {
    for (let folder = start; ; folder = dirname(folder)) {
      if (existsSync(join(folder, mark))) return folder;
      if (dirname(folder) === folder) break;
    }
  }
  return start;
}

const folderOf = (path: string): string => (existsSync(path) && statSync(path).isDirectory() ? path : dirname(path));
const isInside = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(`${folder}/`) || path.startsWith(`${folder}\\`);

/** `pgreview explain`: the plan of a statement in a file, or of a plan that is there already. */
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { defaultConfiguration } from '../configuration.ts';
import { type Statistics, statisticsIn } from '../database/embedded/statistics.ts';
import { readPlan } from '../explain/planFile.ts';
import { planText } from '../explain/shown/planText.ts';
import { buildTree } from '../explain/shown/planTree.ts';
import { LanguageService } from '../languageService.ts';
import type { ExplainOption, ExplainParams, ExplainTarget, PlanReport } from '../protocol.ts';
import { sourceFor } from '../sources/index.ts';
import type { Parser } from '../syntax/parser.ts';
import { projectRoot } from './check.ts';
import { uriOf } from './clientUris.ts';
import { createExplainService } from './explainService.ts';
import { nodeFiles } from './nodeFiles.ts';
import { UsageError } from './usageError.ts';
import { readConfigurationFile, transactionIn } from './workspaceConfiguration.ts';

export interface ExplainOptions {
  /** Runs the statement, in a transaction that is rolled back. */
  readonly analyze: boolean;
  /** A statement that writes may be run too. */
  readonly writes: boolean;
  /** `embedded`, or the URL of a server. */
  readonly database: string;
  /** Null: what serves the statement best. */
  readonly options: readonly ExplainOption[] | null;
  /** By name, as text; null is SQL NULL. */
  readonly parameters: Readonly<Record<string, string | null>>;
  /** Milliseconds that the statement may run; null: as the project's pgreview.json says. */
  readonly timeoutMs: number | null;
  readonly format: 'json' | 'text';
  /** A file with what `pg_dump --statistics-only` wrote; null: the embedded Postgres knows only what the files insert. */
  readonly stats: string | null;
  readonly progress: (message: string) => void;
  /** Ends the statement on the server too. */
  readonly signal: AbortSignal;
}

/**
 * @param place `-` for a plan on standard input, `FILE`, `FILE:LINE` (the line counts from 1; the file's first statement without it), or a file with a plan
 * @throws UsageError for a file that cannot be read, or that holds neither a statement there nor a plan
 */
export async function explainPlace(place: string, options: ExplainOptions, parser: Parser): Promise<string> {
  if (options.stats !== null && options.analyze)
    throw new UsageError(
      '--stats leaves nothing to run: it tells the planner of rows that are not there. Leave out --analyze.',
    );
  if (options.stats !== null && options.database !== 'embedded')
    throw new UsageError(
      '--stats is for the embedded Postgres: a server has statistics of its own. Leave out --database.',
    );
  if (place === '-') return printPlans('standard input', await text(process.stdin), options, parser);
  const { path, line } = await placeOf(place);
  const uri = uriOf(resolve(path));
  const content = await nodeFiles.read(uri);
  if (content === null) throw new UsageError(`${path}: no such file, or it cannot be read`);
  if (sourceFor(uri)) return print([await planned(path, uri, { text: content, line }, options, parser)], options);
  return printPlans(path, content, options, parser);
}

function printPlans(name: string, content: string, options: ExplainOptions, parser: Parser): string {
  const read = readPlan(content, parser);
  if (read.kind === 'error') throw new UsageError(`${name}: ${read.message}`);
  return print(read.reports, options);
}

/** A colon may be part of the name. */
async function placeOf(place: string): Promise<{ path: string; line: number | null }> {
  const numbered = /^(.+):(\d+)$/.exec(place);
  if (!numbered || (await nodeFiles.read(uriOf(resolve(place)))) !== null) return { path: place, line: null };
  return { path: numbered[1] as string, line: Number(numbered[2]) };
}

async function planned(
  path: string,
  uri: string,
  { text, line }: { readonly text: string; readonly line: number | null },
  { analyze, writes, database, options, parameters, timeoutMs, stats, progress, signal }: ExplainOptions,
  parser: Parser,
): Promise<PlanReport> {
  const lines = text.replace(/\r?\n$/, '').split('\n');
  if (line !== null && (line < 1 || line > lines.length))
    throw new UsageError(`${path}:${line}: there is no such line; the last one is ${lines.length}`);
  const root = projectRoot(resolve(path));
  const configuration = await readConfigurationFile(join(root, 'pgreview.json'), defaultConfiguration);
  const service = new LanguageService(parser, nodeFiles);
  const transactionOf = transactionIn(root, configuration);
  service.configure(configuration, [], (other) => transactionOf(fileURLToPath(other)));
  await service.scan([uriOf(root)]);
  service.open(uri, '', 1, text);
  const start = { line: line === null ? firstLine(text) : line - 1, character: 0 };
  // anywhere on the line
  const end = { line: start.line, character: lines[start.line]?.length ?? 0 };
  const subject = [start, end]
    .map((position) => service.explainSubject(uri, { start: position, end: position }))
    .reduce((best, found) => (typeof best === 'string' ? found : best));
  if (typeof subject === 'string') throw new UsageError(`${path}:${start.line + 1}: ${subject}`);
  const target: ExplainTarget =
    database === 'embedded' ? { kind: 'embedded' } : { kind: 'connection', name: 'the database', url: database };
  const params: ExplainParams = {
    textDocument: { uri },
    range: subject.range,
    analyze,
    confirmed: writes,
    target,
    statementTimeoutMs: timeoutMs ?? configuration.statementTimeout,
    ...(options === null ? {} : { options }),
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
  };
  const statistics = stats === null ? {} : { statistics: await statisticsOf(stats, parser) };
  const explain = createExplainService(parser);
  try {
    const result = await explain.explain(subject, params, { progress, signal, ...statistics });
    switch (result.kind) {
      case 'plan':
        return result.report;
      case 'confirm':
        throw new UsageError(`${path}: ${result.reason} Say --writes to run it.`);
      case 'parameters': {
        const open = result.parameters.filter(({ name }) => !Object.hasOwn(parameters, name));
        const given = open.map(({ name }) => `--parameter ${name}=…`).join(' ');
        throw new UsageError(`${path}: the statement needs the values of its parameters: ${given}`);
      }
      case 'error': {
        const at = result.range ? `:${result.range.start.line + 1}` : '';
        throw new UsageError(`${path}${at}: ${result.message}`);
      }
    }
  } finally {
    explain.dispose();
  }
}

async function statisticsOf(path: string, parser: Parser): Promise<readonly Statistics[]> {
  const content = await nodeFiles.read(uriOf(resolve(path)));
  if (content === null) throw new UsageError(`${path}: no such file, or it cannot be read`);
  const found = statisticsIn(content, parser);
  if (found.length === 0)
    throw new UsageError(
      `${path}: there are no statistics in it. pg_dump --statistics-only of PostgreSQL 18 or later writes them, also of older servers.`,
    );
  return found;
}

/** Of the first statement, as far as that shows without reading the file: blank lines and comments stand before it. */
function firstLine(text: string): number {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '' && !/^\s*(?:--|#)/.test(line));
  return Math.max(first, 0);
}

function print(reports: readonly PlanReport[], { format }: ExplainOptions): string {
  if (format === 'text') return reports.map((report) => planText(report, buildTree(report))).join('\n');
  const written = reports.map(({ plan, nodes, findings, notes }) => ({ plan, nodes, findings, notes }));
  return `${JSON.stringify(written.length === 1 ? written[0] : written, null, 2)}\n`;
}

/** Settings, the same for editor and command line: `pgreview.json` in the workspace, overridden by the editor's `pgreview.*`. */

import { historyProblems } from './history/problems/index.ts';
import { postgresErrorId } from './judge/verdict.ts';
import { syntaxErrorId, tooComplexId } from './review/syntaxFinding.ts';
import { newerSyntaxId } from './review/targetVersion.ts';
import { revisionRules } from './rules/alembic/index.ts';
import { rules } from './rules/index.ts';
import { modelRules } from './rules/prisma/index.ts';
import type { Severity } from './rules/rule.ts';
import { templateRules } from './rules/typescript/index.ts';
import { toolIds } from './tools/index.ts';
import type { ToolId } from './tools/tool.ts';

/**
 * How the statements of a file share transactions. `file`: one around all, as `psql --single-transaction`. `statement`: each
 * has its own, as `psql -f`. `string`: the file is sent as one string, in which several statements are one transaction.
 * `unknown`: nothing is said of transactions.
 */
export type TransactionSetting = 'file' | 'statement' | 'string' | 'unknown';

export interface NamedHistory {
  readonly tool: ToolId;
  /** As written, relative to the file that names it; {@link Configuration} has its URI once that file has been read. */
  readonly folder: string;
}

export interface Configuration {
  /** Major version of Postgres that the files are for, 14 to 18. */
  readonly targetVersion: number;
  readonly severities: Readonly<Record<string, Severity | 'off'>>;
  /** Globs of paths that are not reviewed, relative to the workspace. */
  readonly ignore: readonly string[];
  /** By globs of paths, relative to the workspace; of several that match, the last one holds. */
  readonly transactions: Readonly<Record<string, TransactionSetting>>;
  /** Histories that are not found by themselves, or taken for another tool's. */
  readonly histories: readonly NamedHistory[];
  /** `embedded`, `off`, or the URL of a database or the name of a saved connection, which is read besides. */
  readonly database: string;
  readonly codeLens: boolean;
  /** Inlay hints behind statements whose locks make others wait. */
  readonly lockHints: boolean;
  /** Milliseconds. */
  readonly statementTimeout: number;
}

export const defaultConfiguration: Configuration = {
  targetVersion: 18,
  severities: {},
  ignore: [],
  transactions: {},
  histories: [],
  database: 'embedded',
  codeLens: true,
  lockHints: true,
  statementTimeout: 30_000,
};

export class ConfigurationError extends Error {}

/** Whatever can be given another severity: the rules, the problems of histories, and what is said of a statement's syntax. */
export const configurableIds: readonly string[] = [
  ...rules.map((r) => r.id),
  ...modelRules.map((r) => r.id),
  ...revisionRules.map((r) => r.id),
  ...templateRules.map((r) => r.id),
  ...historyProblems.map((p) => p.id),
  syntaxErrorId,
  newerSyntaxId,
  tooComplexId,
  postgresErrorId,
];

/** Alembic's revisions are known by what stands in them. */
export const namedTools: readonly ToolId[] = toolIds.filter((id) => id !== 'alembic');

const fileSettings = ['$schema', 'targetVersion', 'rules', 'ignore', 'transactions', 'histories', 'database'];

/**
 * Reads `pgreview.json`, where a setting that does not exist is a mistake.
 * @throws ConfigurationError
 */
export function readFileConfiguration(value: unknown, where: string, base: Configuration): Configuration {
  const unknown =
    typeof value === 'object' && value !== null ? Object.keys(value).find((k) => !fileSettings.includes(k)) : undefined;
  if (unknown !== undefined)
    throw new ConfigurationError(
      `${where}: there is no setting "${unknown}"; there are ${fileSettings.slice(1).join(', ')}`,
    );
  return readConfiguration(value, where, base);
}

const transactionSettings: readonly string[] = [
  'file',
  'statement',
  'string',
  'unknown',
] satisfies TransactionSetting[];
const levels = ['off', 'error', 'warning', 'information', 'hint'];

/**
 * Reads settings over `base`; what is not set stays.
 * @param where named in errors
 * @throws ConfigurationError that names the setting and what it takes
 */
export function readConfiguration(
  value: unknown,
  where: string,
  base: Configuration = defaultConfiguration,
): Configuration {
  if (value === null || value === undefined) return base;
  if (typeof value !== 'object' || Array.isArray(value))
    throw new ConfigurationError(`${where}: expected an object of settings`);
  const given = value as Record<string, unknown>;
  const fail = (name: string, expected: string): never => {
    throw new ConfigurationError(`${where}: "${name}" must be ${expected}, not ${JSON.stringify(given[name])}`);
  };
  let result = base;
  const {
    targetVersion,
    rules: levelsByRule,
    ignore,
    transactions,
    histories,
    database,
    codeLens,
    lockHints,
    explain,
  } = given;
  if (targetVersion !== undefined) {
    if (
      typeof targetVersion !== 'number' ||
      !Number.isInteger(targetVersion) ||
      targetVersion < 14 ||
      targetVersion > 18
    )
      fail('targetVersion', 'a version of Postgres from 14 to 18');
    result = { ...result, targetVersion: targetVersion as number };
  }
  if (levelsByRule !== undefined) {
    if (typeof levelsByRule !== 'object' || levelsByRule === null) fail('rules', 'an object from rule id to severity');
    for (const [id, level] of Object.entries(levelsByRule as object)) {
      if (!configurableIds.includes(id))
        throw new ConfigurationError(`${where}: "rules" names "${id}", which is no rule; "pgreview rules" lists them`);
      if (!levels.includes(level))
        throw new ConfigurationError(
          `${where}: the severity of "${id}" must be one of ${levels.join(', ')}, not ${JSON.stringify(level)}`,
        );
    }
    result = { ...result, severities: { ...result.severities, ...(levelsByRule as Record<string, Severity>) } };
  }
  if (ignore !== undefined) {
    if (!Array.isArray(ignore) || !ignore.every((g) => typeof g === 'string')) fail('ignore', 'a list of globs');
    refuseIntricate(ignore as string[], where, 'ignore');
    result = { ...result, ignore: ignore as string[] };
  }
  if (transactions !== undefined) {
    if (typeof transactions !== 'object' || transactions === null || Array.isArray(transactions))
      fail('transactions', 'an object from glob to "file", "statement", "string" or "unknown"');
    refuseIntricate(Object.keys(transactions as object), where, 'transactions');
    for (const [glob, set] of Object.entries(transactions as object)) {
      if (!transactionSettings.includes(set))
        throw new ConfigurationError(
          `${where}: "transactions" of "${glob}" must be one of ${transactionSettings.join(', ')}, not ${JSON.stringify(set)}`,
        );
    }
    result = { ...result, transactions: transactions as Configuration['transactions'] };
  }
  if (histories !== undefined) {
    if (!Array.isArray(histories)) fail('histories', 'a list of { "tool": …, "folder": … }');
    for (const history of histories as unknown[]) {
      const { tool, folder, ...others } = (history ?? {}) as Record<string, unknown>;
      if (typeof folder !== 'string' || folder === '' || Object.keys(others).length > 0)
        throw new ConfigurationError(
          `${where}: each of "histories" must have a "tool" and a "folder", and nothing else: ${JSON.stringify(history)}`,
        );
      if (!namedTools.includes(tool as ToolId))
        throw new ConfigurationError(
          `${where}: the tool of the history in "${folder}" must be one of ${namedTools.join(', ')}, not ${JSON.stringify(tool)}`,
        );
    }
    result = { ...result, histories: histories as NamedHistory[] };
  }
  if (database !== undefined) {
    if (typeof database !== 'string' || database.trim() === '')
      fail('database', '"embedded", "off", the name of a connection or its URL');
    result = { ...result, database: (database as string).trim() };
  }
  if (typeof codeLens === 'object' && codeLens !== null && 'enabled' in codeLens)
    result = { ...result, codeLens: codeLens.enabled !== false };
  if (typeof lockHints === 'object' && lockHints !== null && 'enabled' in lockHints)
    result = { ...result, lockHints: lockHints.enabled !== false };
  if (
    typeof explain === 'object' &&
    explain !== null &&
    'statementTimeout' in explain &&
    typeof explain.statementTimeout === 'number'
  )
    result = { ...result, statementTimeout: explain.statementTimeout };
  return result;
}

/** A glob becomes a regular expression, and one with many repetitions could take for ever to match a path. */
function refuseIntricate(globs: readonly string[], where: string, name: string): void {
  for (const glob of globs) {
    const parts = glob.replaceAll('**', '').split('/');
    const isIntricate =
      /[+*]\(|\)\+/.test(glob) || glob.split('**').length > 5 || parts.some((part) => part.split('*').length > 4);
    if (isIntricate)
      throw new ConfigurationError(
        `${where}: "${name}" has the glob "${glob.slice(0, 100)}", which is too intricate: at most four ** and three * between slashes, and no repeated groups`,
      );
  }
}

/** What `database` says of a connection: its name or URL; null where it names none. */
export const connectionIn = ({ database }: Configuration): string | null =>
  database === 'embedded' || database === 'off' ? null : database;

/** The severity a finding is shown with; null when its rule is off. */
export function severityOf(rule: string, own: Severity, configuration: Configuration): Severity | null {
  const set = configuration.severities[rule] ?? own;
  return set === 'off' ? null : set;
}

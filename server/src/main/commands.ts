/** The commands of the command line. Exit codes: 0 nothing found, 1 findings, 2 could not run. */
import { Command, InvalidArgumentError, Option } from 'commander';
import manifest from '../../../package.json' with { type: 'json' };
import { ConfigurationError } from '../configuration.ts';
import type { ExplainOption } from '../protocol.ts';
import { githubReport } from '../report/github.ts';
import { gitlabReport } from '../report/gitlab.ts';
import { jsonReport } from '../report/json.ts';
import { junitReport } from '../report/junit.ts';
import { prettyReport } from '../report/pretty.ts';
import type { Report } from '../report/report.ts';
import { sarifReport } from '../report/sarif.ts';
import type { Severity } from '../rules/rule.ts';
import { loadParser } from './assets.ts';
import { type CheckOptions, check } from './check.ts';
import { explainOptionWords } from './explainOptionWords.ts';
import { inRepository } from './inRepository.ts';
import { interruptible } from './interruptible.ts';
import { locksOf } from './locksCommand.ts';
import { listRules } from './rulesCommand.ts';
import { sqlOf } from './sqlCommand.ts';
import { UsageError } from './usageError.ts';

const reports: Readonly<Record<string, Report>> = {
  pretty: prettyReport,
  json: jsonReport,
  github: githubReport,
  gitlab: gitlabReport,
  sarif: sarifReport,
  junit: junitReport,
};
const severities: Readonly<Record<string, Severity>> = {
  error: 'error',
  warning: 'warning',
  info: 'information',
  hint: 'hint',
};

const program = new Command('pgreview')
  .version(manifest.version)
  .description('Reviews PostgreSQL migrations and queries: locks, rewrites, syntax.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .showHelpAfterError('(pgreview --help tells more)');

program
  .command('check', { isDefault: false })
  .description('review .sql files, Prisma migrations and SQL in Alembic revisions; exit code 1 when something is found')
  .argument('[path...]', 'files and folders', ['.'])
  .addOption(new Option('--format <format>', 'how to print it').choices(Object.keys(reports)).default('pretty'))
  .option('--fix', 'write the fixes that are safe, and the migrations that they bring', false)
  .addOption(
    new Option('--severity <severity>', 'the least severe finding that counts')
      .choices(Object.keys(severities))
      .default('warning'),
  )
  .option(
    '--since <commit>',
    'tell only of what a branch of git has changed since it left this one: --since origin/main',
  )
  .option('--target-version <version>', 'major version of Postgres, 14 to 18', targetVersion)
  .addOption(
    new Option(
      '--database <database>',
      'try statements in a database as well: none, embedded, or the URL of one, which is only read (password: PGPASSWORD)',
    )
      .argParser(databaseOf)
      .default('none'),
  )
  .action(
    async (
      paths: string[],
      options: {
        format: string;
        fix: boolean;
        severity: string;
        since?: string;
        targetVersion?: number;
        database: CheckOptions['database'];
      },
    ) => {
      const result = await check(
        paths,
        {
          fix: options.fix,
          severity: severities[options.severity] ?? 'warning',
          targetVersion: options.targetVersion ?? null,
          since: options.since ?? null,
          database: options.database,
          progress: showProgress,
        },
        await loadParser(),
      );
      const color = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
      if (result.files.length === 0) {
        const where = `${paths.join(', ')}${options.since === undefined ? '' : ` that changed since ${options.since}`}`;
        process.stderr.write(`pgreview: no SQL in ${where}\n`);
      }
      process.stdout.write(
        (reports[options.format] ?? prettyReport)(result, { color, version: manifest.version, inRepository }),
      );
      process.exitCode = result.files.some((f) => f.findings.length > 0) ? 1 : 0;
    },
  );

program
  .command('sql')
  .description('print the SQL that a migration file runs, in order')
  .argument('<file>')
  .option('--downgrade', 'the part that undoes the migration', false)
  .action(async (file: string, options: { downgrade: boolean }) => {
    process.stdout.write(await sqlOf(file, options.downgrade, await loadParser()));
  });

program
  .command('locks')
  .description('tell what each statement of a file locks, rewrites and scans')
  .argument('<file>')
  .addOption(new Option('--format <format>', 'how to print it').choices(['pretty', 'json']).default('pretty'))
  .option('--target-version <version>', 'major version of Postgres, 14 to 18', targetVersion)
  .action(async (file: string, options: { format: 'json' | 'pretty'; targetVersion?: number }) => {
    const { format, targetVersion: version = null } = options;
    process.stdout.write(await locksOf(file, { format, targetVersion: version }, await loadParser()));
  });

program
  .command('explain')
  .description('plan a statement of a file, or show a plan that a file holds')
  .argument('<place>', 'FILE, FILE:LINE, or a file with plans: as text, JSON, YAML, XML or a log; - for standard input')
  .option('--analyze', 'run the statement, in a transaction that is rolled back', false)
  .option('--writes', 'also one that writes', false)
  .option(
    '--options <list>',
    `EXPLAIN's options, with commas: ${Object.keys(explainOptionWords).join(', ')} (default: what serves the statement best)`,
    explainOptions,
  )
  .option('--database <database>', "'embedded', or the URL of a server (password: PGPASSWORD)", 'embedded')
  .option('--stats <file>', "plan with a server's statistics, as pg_dump --statistics-only writes them")
  .option('--parameter <name=value...>', 'the value of a parameter: 1=7 for $1, name=x for :name', parameterValue, {})
  .option('--null <name...>', 'a parameter that is NULL', [])
  .option('--timeout <seconds>', 'how long the statement may run (default: 30, or as pgreview.json says)', seconds)
  .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'))
  .action(
    async (
      place: string,
      options: {
        analyze: boolean;
        writes: boolean;
        options?: readonly ExplainOption[];
        database: string;
        stats?: string;
        parameter: Readonly<Record<string, string>>;
        null: readonly string[];
        timeout?: number;
        format: 'json' | 'text';
      },
    ) => {
      const { parameter, null: nulls, timeout, options: chosen = null, stats = null, ...rest } = options;
      const parameters = { ...parameter, ...Object.fromEntries(nulls.map((name) => [name, null])) };
      const timeoutMs = timeout === undefined ? null : timeout * 1_000;
      const { explainPlace } = await import('./explainCommand.ts');
      const parser = await loadParser();
      process.stdout.write(
        await interruptible((signal) =>
          explainPlace(
            place,
            { ...rest, options: chosen, stats, parameters, timeoutMs, progress: showProgress, signal },
            parser,
          ),
        ),
      );
    },
  );

program
  .command('rules')
  .description('list the rules')
  .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
  .action((options: { format: 'text' | 'json' }) => {
    process.stdout.write(listRules(options.format));
  });

program
  .command('lsp')
  .description('run the language server')
  .requiredOption('--stdio', 'speak over standard input and output')
  .action(async () => {
    await import('./lsp.ts');
  });

/** On one line of a terminal, which the next one takes the place of; nothing where nobody looks on. */
function showProgress(message: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${message}`);
}

function databaseOf(value: string): CheckOptions['database'] {
  if (value === 'none' || value === 'embedded') return value;
  if (/^postgres(?:ql)?:\/\//.test(value)) return { url: value };
  // commander would repeat the value, and it may hold a password
  throw new UsageError('--database takes none, embedded, or a URL: postgresql://user@host:5432/database');
}

function parameterValue(value: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const [, name, text] = /^([^=]+)=(.*)$/s.exec(value) ?? [];
  if (name === undefined || text === undefined) throw new InvalidArgumentError('It takes NAME=VALUE.');
  return { ...before, [name]: text };
}

function explainOptions(value: string): ExplainOption[] {
  return value.split(',').map((word) => {
    const option = explainOptionWords[word.trim().toLowerCase()];
    if (option === undefined) throw new InvalidArgumentError(`It takes ${Object.keys(explainOptionWords).join(', ')}.`);
    return option;
  });
}

function seconds(value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new InvalidArgumentError('It takes a number of seconds.');
  return number;
}

function targetVersion(value: string): number {
  const version = Number(value);
  if (!Number.isInteger(version) || version < 14 || version > 18)
    throw new InvalidArgumentError('It takes 14, 15, 16, 17 or 18.');
  return version;
}

program.parseAsync().catch((error: unknown) => {
  const known = error instanceof UsageError || error instanceof ConfigurationError;
  process.stderr.write(`pgreview: ${known ? error.message : ((error as Error)?.stack ?? String(error))}\n`);
  process.exitCode = 2;
});

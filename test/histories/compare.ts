/** What the files' catalog says of a whole history, compared with a server that ran the history. */
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { type Catalog, emptyCatalog } from '../../server/src/catalog/catalog.ts';
import type { History } from '../../server/src/history/history.ts';
import { forwardPart, type Piece } from '../../server/src/sources/piece.ts';
import type { Workspace } from '../../server/src/workspace.ts';
import type { AlembicRunner, Run } from '../alembic/runner.ts';
import { counts, difference, fileLines } from '../postgres/harness/catalogLines.ts';
import { serverLines } from '../postgres/harness/catalogQueries.ts';
import { catalogBehind, runPieces } from '../postgres/harness/histories.ts';
import type { TestDatabase, Version } from '../postgres/harness/servers.ts';

/** How Alembic runs the revisions of a project. */
export interface WithAlembic extends Pick<Run, 'root' | 'convention'> {
  readonly runner: AlembicRunner;
}

export interface ComparedHistory {
  readonly files: number;
  /** Files that fail on the server, and are left out on both sides: with what Postgres says. */
  readonly failed: readonly string[];
  /** Revisions that Alembic cannot run without the application: the SQL that we make of them was run. */
  readonly ownSql: readonly string[];
  /** Facts about objects whose names are built when SQL runs: no file has them. */
  readonly atRunTime: number;
  /** How many facts of each kind the server has. */
  readonly counts: Readonly<Record<string, number>>;
  /** Facts that only one side has. */
  readonly differences: readonly string[];
  /** Those of them about objects of which the files do not tell all, as the catalog says itself. */
  readonly uncertain: readonly string[];
}

/** The relations that a line is about; indexes, constraints and expressions go with their tables. */
export function namesOf(line: string): string[] {
  const found =
    /^index \S+ on (\S+)/.exec(line) ??
    /^needs policy .* ([^. ]+)\.[^.]+$/.exec(line) ??
    /^needs \S+ \S+ ([^.]+)/.exec(line) ??
    /^referenced \S+ \S+ by [^.]+\.(\S+)/.exec(line) ??
    /^sequence \S+ owned by [^. ]+\.([^. ]+)/.exec(line) ??
    /^(?:column|constraint|trigger|policy|table|partitioned|view|materialized view) [^. ]+\.([^. ]+)/.exec(line);
  return found ? [found[1] as string] : [];
}

/** Runs the history on the database, which has at most what the history needs. */
export async function compareHistory(
  workspace: Workspace,
  history: History,
  database: TestDatabase,
  version: Version,
  alembic: WithAlembic | null = null,
): Promise<ComparedHistory> {
  const client = await database.client();
  const before = new Set(await serverLines(client));
  let catalog: Catalog = emptyCatalog;
  const [failed, ownSql]: [string[], string[]] = [[], []];
  const texts: string[] = [];
  for (const uri of history.files) {
    const file = workspace.get(uri);
    if (!file) throw new Error(`${uri} is not read.`);
    texts.push(file.text.toString().toLowerCase());
    const { pieces } = file;
    if (alembic && uri.endsWith('.py')) {
      const { runner, root, convention } = alembic;
      const file = fileURLToPath(uri);
      const problem = await runner.run({ url: database.url, file, function: 'upgrade', root, convention });
      if (problem === null) {
        catalog = catalogBehind(pieces, catalog);
        continue;
      }
      ownSql.push(`${uri}: ${problem}`);
    }
    // as its command line does before each file (pkg/migration/apply.go)
    if (history.tool.id === 'supabase') await client.query('RESET ALL');
    const problem = await runPieces(pieces, client);
    // Alembic has failed behind a COMMIT of the revision: the rest of it is run
    const hasBegun = ownSql.at(-1)?.startsWith(uri) === true && problem?.endsWith('already exists') === true;
    if (hasBegun) await runRest(pieces, client);
    // a file that needs what code between the files has made: neither side has it
    if (problem === null || hasBegun) catalog = catalogBehind(pieces, catalog);
    else failed.push(`${uri}: ${problem}`);
  }
  const all = (await serverLines(client)).filter((line) => !before.has(line));
  // what functions and EXECUTE make under names that no file has
  const lines = all.filter((line) =>
    namesOf(line).every((name) => texts.some((text) => text.includes(name.toLowerCase()))),
  );
  // an index on a table that only such code makes, and may have dropped
  const told = fileLines(catalog, version).filter((line) => !/ undefined\b/.test(line));
  const differences = difference(lines, told);
  const isUncertain = (line: string): boolean => {
    const [name = ''] = namesOf(line.replace(/^(?:server|files): +/, ''));
    const relation = catalog.relations.get(`public.${name}`);
    if (/: +(?:constraint|referenced) /.test(line) && catalog.doubts.get('constraints') === true) return true;
    return relation?.complete === false || catalog.doubts.get(`of public.${name}`) === true;
  };
  return {
    files: history.files.length,
    failed,
    ownSql,
    atRunTime: all.length - lines.length,
    counts: counts(lines),
    differences: differences.filter((line) => !isUncertain(line)),
    uncertain: differences.filter(isUncertain),
  };
}

/** Those statements that are not done yet. */
async function runRest(pieces: readonly Piece[], client: pg.Client): Promise<void> {
  for (const { body, parsed } of pieces.flatMap(forwardPart)) {
    if (parsed.kind === 'none') continue;
    try {
      await client.query(body);
    } catch (error) {
      if (!/already exists$/.test((error as Error).message)) throw error;
    }
  }
}

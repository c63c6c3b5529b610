/**
 * Names misspelt on purpose in the bodies of a project's functions. plpgsql_check, an extension of Postgres that looks names up as
 * a call would, says of each whether it is a mistake; those must be found in the file.
 */
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { defaultConfiguration } from '../../server/src/configuration.ts';
import type { PlacedFinding } from '../../server/src/document.ts';
import { nodeFiles } from '../../server/src/main/nodeFiles.ts';
import { forwardPart } from '../../server/src/sources/piece.ts';
import { everyCommand } from '../../server/src/syntax/bodies/plpgsql/commands.ts';
import { routinesOf } from '../../server/src/syntax/bodies/routines.ts';
import type { Statement } from '../../server/src/syntax/statement.ts';
import { Tokens } from '../../server/src/syntax/tokens.ts';
import { Text } from '../../server/src/text/text.ts';
import { Workspace } from '../../server/src/workspace.ts';
import { parser } from '../harness/parser.ts';
import { type Mutation, misspelt, mutationsOf, type Random, seeded, shuffled } from './sites.ts';

/** Where a name stands. */
export type BodyKind = 'column or variable' | 'qualifier' | 'table' | 'field assigned';

interface Site extends Pick<Mutation, 'start' | 'end' | 'newText'> {
  readonly kind: BodyKind;
}

interface Placed {
  readonly uri: string;
  readonly statement: Statement;
  /** Offset of the statement in the file. */
  readonly at: number;
}

export interface BodyOutcome {
  readonly functions: number;
  /** By kind: how many are mistakes, and how many of them were found. */
  readonly counts: ReadonlyMap<BodyKind, { mistakes: number; found: number }>;
  readonly missed: readonly string[];
  /** Findings where plpgsql_check finds nothing wrong with the function as it is. */
  readonly falseAlarms: readonly string[];
  /** What plpgsql_check says of functions as they are, with what we say of them behind it. */
  readonly wrongAsTheyAre: readonly string[];
}

const ofNames = /^(?:unknown-|missing-from-clause|name-not-in-search-path)/;
const codes = new Set(['42703', '42P01']);

/**
 * @param url of a server that has plpgsql_check; databases are created and dropped there
 * @param perKind how many mistakes of a kind are enough
 */
export async function mutateBodies(folder: string, url: string, seed: number, perKind: number): Promise<BodyOutcome> {
  const root = pathToFileURL(folder).href;
  const workspace = new Workspace(parser, nodeFiles, defaultConfiguration);
  await workspace.scan([root]);
  const random = seeded(seed);
  const counts = new Map<BodyKind, { mistakes: number; found: number }>();
  const missed: string[] = [];
  const falseAlarms: string[] = [];
  const wrongAsTheyAre: string[] = [];
  let functions = 0;
  for (const history of workspace.histories) {
    if (!history.files.every((file) => file.endsWith('.sql'))) continue;
    const all = history.files.flatMap((uri) => statementsOf(workspace, uri));
    if (!all.some(({ statement }) => isFunction(statement))) continue;
    await withDatabase(url, async (client) => {
      for (const { statement } of all) await client.query(statement.body).catch(() => client.query('ROLLBACK'));
      const trials: { placed: Placed; site: Site }[] = [];
      const bodies = all.filter(({ statement }) => isFunction(statement));
      for (const [i, placed] of bodies.entries()) {
        const isAgain = bodies.slice(i + 1).some(({ statement }) => bodyOf(statement) === bodyOf(placed.statement));
        if (isAgain || !(await isAlive(client, placed.statement))) continue;
        functions++;
        const said = findingsAt(workspace, placed);
        const wrong = await errorsOf(client, placed.statement.body);
        if (wrong.length > 0) {
          wrongAsTheyAre.push(`${placed.uri}: ${wrong.join('; ')} -- we: ${said.join('; ')}`);
          continue;
        }
        falseAlarms.push(...said.map((finding) => `${placed.uri}: ${finding}`));
        for (const site of sitesIn(placed.statement, random)) trials.push({ placed, site });
      }
      for (const { placed, site } of shuffled(trials, random)) {
        const count = counts.get(site.kind) ?? { mistakes: 0, found: 0 };
        counts.set(site.kind, count);
        if (count.mistakes >= perKind) continue;
        const { statement } = placed;
        const mutated = statement.text.slice(0, site.start) + site.newText + statement.text.slice(site.end);
        const errors = await errorsOf(client, mutated.slice(statement.bodyStart));
        if (!errors.some((error) => codes.has(error.slice(0, 5)))) continue;
        count.mistakes++;
        if (isFound(workspace, placed, site)) count.found++;
        else
          missed.push(
            `${site.kind} ${placed.uri.split('/').slice(-2).join('/')}: ${lineOf(statement, site)} (${errors[0]})`,
          );
      }
    });
  }
  return {
    functions,
    counts,
    missed,
    falseAlarms,
    wrongAsTheyAre,
  };
}

async function withDatabase(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  const name = `bodies_${process.pid}_${Date.now()}`;
  await admin.query(`CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: own.href });
  try {
    await client.connect();
    // out of the way of search paths that the files set
    await client.query('CREATE SCHEMA checks; CREATE EXTENSION plpgsql_check SCHEMA checks');
    await work(client);
  } finally {
    await client.end();
    await admin.query(`DROP DATABASE ${name}`);
    await admin.end();
  }
}

function statementsOf(workspace: Workspace, uri: string): Placed[] {
  return (workspace.get(uri)?.pieces ?? []).flatMap((piece) =>
    forwardPart(piece).flatMap((statement, i) =>
      statement.parsed.kind === 'tree' ? [{ uri, statement, at: piece.map.toFile(piece.sql.starts[i] as number) }] : [],
    ),
  );
}

const isFunction = ({ parsed }: Statement): boolean => parsed.kind === 'tree' && 'CreateFunctionStmt' in parsed.node;

const bodyOf = (statement: Statement): string | undefined => routinesOf(statement).written?.text;

/** Whether the body is that of a function at the end of the history. */
async function isAlive(client: pg.Client, statement: Statement): Promise<boolean> {
  const { written } = routinesOf(statement);
  if (!written) return false;
  const name = written.routine.name.at(-1);
  const { rows } = await client.query('SELECT 1 FROM pg_proc WHERE proname = $1 AND prosrc = $2', [name, written.text]);
  return rows.length > 0;
}

/** SQLSTATEs and messages: what CREATE FUNCTION is refused for, or else what plpgsql_check finds in it. */
async function errorsOf(client: pg.Client, sql: string): Promise<string[]> {
  const replace = sql.replace(/^\s*create\s+(?:or\s+replace\s+)?(?=function|procedure)/i, 'CREATE OR REPLACE ');
  await client.query('BEGIN');
  try {
    await client.query(replace);
    const { rows: created } = await client.query(
      `SELECT p.oid, p.prorettype = 'trigger'::regtype AS trigger, l.lanname AS language FROM pg_proc p
       JOIN pg_language l ON l.oid = p.prolang WHERE p.xmin = pg_current_xact_id()::xid`,
    );
    const errors: string[] = [];
    for (const { oid, trigger, language } of created) {
      if (language !== 'plpgsql') continue;
      const { rows: tables } = trigger
        ? await client.query(
            `SELECT DISTINCT tgrelid AS relid, tgoldtable AS old, tgnewtable AS new FROM pg_trigger
             WHERE tgfoid = $1 AND tgparentid = 0`,
            [oid],
          )
        : { rows: [{ relid: 0, old: null, new: null }] };
      for (const { relid, old, new: changed } of tables) {
        const { rows } = await client.query(
          `SELECT sqlstate, message FROM checks.plpgsql_check_function_tb($1::regprocedure, $2::regclass, fatal_errors => false,
             oldtable => $3, newtable => $4) WHERE level = 'error'`,
          [oid, relid, old, changed],
        );
        errors.push(...rows.map((row) => `${row.sqlstate} ${row.message}`));
      }
    }
    return errors;
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    return [`${code} ${message}`];
  } finally {
    await client.query('ROLLBACK');
  }
}

function sitesIn(statement: Statement, random: Random): Site[] {
  const { program, embedded } = routinesOf(statement);
  const sites: Site[] = [];
  const put = (kind: BodyKind, start: number, end: number, newText: string, old: string): void => {
    if (statement.text.slice(start, end) === old && old !== newText) sites.push({ kind, start, end, newText });
  };
  for (const { sql, node, kind, toStatement } of embedded) {
    if (kind === 'dynamic') continue;
    const inner = {
      parsed: { kind: 'tree', node },
      text: sql,
      bodyStart: 0,
      bodyEnd: sql.length,
    } as unknown as Statement;
    for (const { kind: of, start, end, newText } of mutationsOf(inner, { dropped: [], created: [] }, random)) {
      const site = of === 'column' ? 'column or variable' : of === 'alias' ? 'qualifier' : of === 'table' ? of : null;
      if (site) put(site, toStatement(start), toStatement(end - 1) + 1, newText, sql.slice(start, end));
    }
  }
  for (const command of everyCommand(program?.commands ?? [])) {
    if (!program || command.kind !== 'assign' || command.target.length !== 2) continue;
    const token = new Tokens(program.text, command.start, command.end).span(2);
    const { start, end } = program.span(token);
    const old = program.text.slice(token.start, token.end);
    if (old.length > 3 && !old.startsWith('"')) put('field assigned', start, end, misspelt(old, random), old);
  }
  return sites;
}

function findingsAt(workspace: Workspace, { uri, at, statement }: Placed): string[] {
  return nameFindings(workspace, uri)
    .filter(({ range }) => range.start >= at && range.end <= at + statement.text.length)
    .map(({ finding }) => `${finding.rule}: ${finding.message}`);
}

const nameFindings = (workspace: Workspace, uri: string): readonly PlacedFinding[] =>
  (workspace.review(uri)?.findings ?? []).filter(({ finding }) => ofNames.test(finding.rule));

function isFound(workspace: Workspace, { uri, at }: Placed, { start, end, newText }: Site): boolean {
  const original = workspace.get(uri)?.text.toString() ?? '';
  const from = at + start;
  workspace.open(uri, 'sql', Text.of(original.slice(0, from) + newText + original.slice(at + end)));
  const found = nameFindings(workspace, uri).some(
    ({ range }) => range.start < from + newText.length && range.end > from,
  );
  workspace.open(uri, 'sql', Text.of(original));
  return found;
}

function lineOf({ text }: Statement, { start, end, newText }: Site): string {
  const from = text.lastIndexOf('\n', start) + 1;
  return `${text.slice(from, start)}»${newText}«${text.slice(end).split('\n', 1)[0]}`.trim().slice(0, 160);
}

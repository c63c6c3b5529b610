/**
 * Mistakes made on purpose in the files of a project: each is run on a real Postgres at its place in the history, and those
 * that it refuses for what they are must be found in the file.
 */
import { pathToFileURL } from 'node:url';
import type pg from 'pg';
import { defaultConfiguration } from '../../server/src/configuration.ts';
import type { PlacedFinding } from '../../server/src/document.ts';
import { nodeFiles } from '../../server/src/main/nodeFiles.ts';
import { forwardPart } from '../../server/src/sources/piece.ts';
import { parametersOf } from '../../server/src/syntax/parameters.ts';
import type { Statement } from '../../server/src/syntax/statement.ts';
import type { Span } from '../../server/src/syntax/tokens.ts';
import { Text } from '../../server/src/text/text.ts';
import { Workspace } from '../../server/src/workspace.ts';
import { parser } from '../harness/parser.ts';
import type { TestServer } from '../postgres/harness/servers.ts';
import { foundEmbedded, foundLive } from './judges.ts';
import { type Earlier, type Kind, kinds, type Mutation, mutationsOf, type Random, seeded, shuffled } from './sites.ts';

/** SQLSTATEs with which Postgres refuses each kind of mistake. */
const codes: Readonly<Record<Kind, readonly string[]>> = {
  column: ['42703'],
  table: ['42P01'],
  alias: ['42P01'],
  type: ['42704'],
  'enum value': ['22P02'],
  constraint: ['42704'],
  index: ['42704'],
  'value count': ['42601'],
  'ambiguous column': ['42702'],
  'dropped table': ['42P01'],
  'existing table': ['42P07'],
};

export interface Trial extends Mutation {
  readonly uri: string;
  readonly statement: Statement;
  /** Offset of the statement in the file. */
  readonly at: number;
}

export interface Missed extends Trial {
  readonly line: string;
}

/** Who finds a mistake: the review by itself, the embedded Postgres, a connected database. */
export type Tier = 'static' | 'embedded' | 'live';
export const tiers = ['static', 'embedded', 'live'] as const satisfies readonly Tier[];

/** Of a kind: how many Postgres refuses, how many of them each tier finds, and how many none does. */
export type Counts = Record<Tier | 'refused' | 'none', number>;

export interface Outcome {
  readonly counts: ReadonlyMap<Kind, Counts>;
  /** What the review by itself did not find. */
  readonly missed: readonly Missed[];
  /** Findings of names in the files as they are. */
  readonly falseAlarms: readonly string[];
}

const namesFamily = /^(?:unknown-|missing-from-clause|ambiguous-column|column-count-mismatch)/;

/**
 * @param perKind how many refused mistakes of a kind are enough
 * @param judges whether the embedded Postgres and a connected database are asked, too
 */
export async function mutateProject(
  folder: string,
  server: TestServer,
  seed: number,
  perKind: number,
  judges = false,
): Promise<Outcome> {
  const root = pathToFileURL(folder).href;
  const workspace = new Workspace(parser, nodeFiles, defaultConfiguration);
  await workspace.scan([root]);
  const random = seeded(seed);
  const counts = new Map<Kind, Counts>(
    kinds.map((kind) => [kind, { refused: 0, static: 0, embedded: 0, live: 0, none: 0 }]),
  );
  const refused: Trial[] = [];
  const inHistories = new Set(workspace.histories.flatMap((h) => h.files));
  for (const history of workspace.histories) {
    if (!history.files.every((file) => file.endsWith('.sql'))) continue;
    const database = await server.freshDatabase();
    const client = await database.client();
    const trials = chosen(
      history.files.flatMap((uri) => statementsOf(workspace, uri)),
      random,
      perKind * 6,
    );
    for (const uri of history.files)
      for (const { statement } of statementsOf(workspace, uri)) {
        for (const trial of trials.get(statement) ?? []) if (await isRefused(client, trial)) refused.push(trial);
        await client.query(statement.body).catch(() => client.query('ROLLBACK'));
      }
    // queries beside the history run at its end
    const beside = (await nodeFiles.list(root)).filter(
      (uri) => uri.endsWith('.sql') && !inHistories.has(uri) && workspace.filesBefore(uri)?.history === history,
    );
    for (const uri of beside) {
      const text = await nodeFiles.read(uri);
      if (text !== null) workspace.open(uri, 'sql', Text.of(text));
    }
    const queries = beside.flatMap((uri) => statementsOf(workspace, uri));
    for (const trialsOf of chosen(queries, random, perKind * 6).values())
      for (const trial of trialsOf) if (await isRefusedQuery(client, trial)) refused.push(trial);
    await database.drop();
  }
  const missed: Missed[] = [];
  const sample: Trial[] = [];
  for (const trial of shuffled(refused, random)) {
    const count = counts.get(trial.kind);
    if (!count || count.refused >= perKind) continue;
    count.refused++;
    sample.push(trial);
  }
  const found = new Map<Tier, ReadonlySet<Trial>>([
    ['static', new Set(sample.filter((trial) => isFound(workspace, trial)))],
    ['embedded', judges ? await foundEmbedded(workspace, sample) : new Set()],
    ['live', judges ? await foundLive(workspace, sample, server) : new Set()],
  ]);
  for (const trial of sample) {
    const count = counts.get(trial.kind) as Counts;
    for (const tier of tiers) if (found.get(tier)?.has(trial)) count[tier]++;
    if (!tiers.some((tier) => found.get(tier)?.has(trial))) count.none++;
    if (!found.get('static')?.has(trial)) missed.push({ ...trial, line: lineOf(trial) });
  }
  const falseAlarms = [...inHistories, ...workspace.openUris()].flatMap((uri) =>
    (workspace.review(uri)?.findings ?? [])
      .filter(({ finding }) => namesFamily.test(finding.rule))
      .map(({ finding }) => `${uri}: ${finding.rule}: ${finding.message}`),
  );
  return { counts, missed, falseAlarms };
}

interface Placed {
  readonly uri: string;
  readonly statement: Statement;
  readonly at: number;
}

export function statementsOf(workspace: Workspace, uri: string): Placed[] {
  return (workspace.get(uri)?.pieces ?? []).flatMap((piece) =>
    forwardPart(piece).flatMap((statement, i) =>
      statement.parsed.kind === 'tree' ? [{ uri, statement, at: piece.map.toFile(piece.sql.starts[i] as number) }] : [],
    ),
  );
}

/** Some of every kind, by the statement that they are made in. */
function chosen(statements: readonly Placed[], random: Random, most: number): Map<Statement, Trial[]> {
  const dropped: string[] = [];
  const created: string[] = [];
  const earlier: Earlier = { dropped, created };
  const all = statements.flatMap((placed) => {
    const trials = mutationsOf(placed.statement, earlier, random).map((mutation) => ({ ...placed, ...mutation }));
    const node = placed.statement.parsed.kind === 'tree' ? placed.statement.parsed.node : null;
    if (!node) return trials;
    if ('CreateStmt' in node && node.CreateStmt.relation?.relname) created.push(node.CreateStmt.relation.relname);
    if ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_TABLE')
      for (const object of node.DropStmt.objects ?? [])
        if ('List' in object) {
          const name = object.List.items?.at(-1);
          if (name && 'String' in name && name.String.sval) dropped.push(name.String.sval);
        }
    return trials;
  });
  const counts = new Map<Kind, number>();
  const byStatement = new Map<Statement, Trial[]>();
  for (const trial of shuffled(all, random)) {
    const count = counts.get(trial.kind) ?? 0;
    if (count >= most) continue;
    counts.set(trial.kind, count + 1);
    byStatement.set(trial.statement, [...(byStatement.get(trial.statement) ?? []), trial]);
  }
  return byStatement;
}

const mutated = ({ statement, start, end, newText }: Trial): string =>
  statement.text.slice(statement.bodyStart, start) + newText + statement.text.slice(end, statement.bodyEnd);

async function codeOf(client: pg.Client, sql: string): Promise<string | null> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    return null;
  } catch (error) {
    return (error as { code?: string }).code ?? '';
  } finally {
    await client.query('ROLLBACK');
  }
}

/** For what it is: the statement itself runs. */
async function isRefused(client: pg.Client, trial: Trial): Promise<boolean> {
  const code = await codeOf(client, mutated(trial));
  if (code === null || !codes[trial.kind].includes(code)) return false;
  return (await codeOf(client, trial.statement.body)) === null;
}

/** With the parameters of sqlc and of drivers. */
async function isRefusedQuery(client: pg.Client, trial: Trial): Promise<boolean> {
  const prepare = (sql: string): string =>
    `PREPARE tried AS ${parametersOf(sql.replace(/sqlc\.n?arg\(\s*'?(\w+)'?\s*\)/g, '@$1')).sql}`;
  const code = await codeOf(client, prepare(mutated(trial)));
  if (code === null || !codes[trial.kind].includes(code)) return false;
  return (await codeOf(client, prepare(trial.statement.body))) === null;
}

/** A finding that was not there before, at the words that were changed. */
export function isFound(workspace: Workspace, trial: Trial): boolean {
  const before = new Set((workspace.review(trial.uri)?.findings ?? []).map(ofFinding));
  return whileMutated(workspace, trial, () =>
    (workspace.review(trial.uri)?.findings ?? []).some(
      (f) => isNameFinding(f) && !before.has(ofFinding(f)) && isAtWords(trial, f.range),
    ),
  );
}

/** Whether a place in the mutated file is that of the words that were changed; of a count, anywhere in the statement. */
export function isAtWords({ at, start, newText, kind, statement }: Trial, range: Span): boolean {
  const from = kind === 'value count' ? at : at + start;
  const to = kind === 'value count' ? at + statement.text.length : at + start + newText.length;
  return range.start < to && range.end > from;
}

/** Makes the mistake, asks, and takes it back. */
export function whileMutated<T>(workspace: Workspace, { uri, at, start, end, newText }: Trial, ask: () => T): T {
  const original = workspace.get(uri)?.text.toString() ?? '';
  workspace.open(uri, 'sql', Text.of(original.slice(0, at + start) + newText + original.slice(at + end)));
  const answer = ask();
  workspace.open(uri, 'sql', Text.of(original));
  return answer;
}

const ofFinding = ({ finding, range }: PlacedFinding): string => `${finding.rule} ${finding.message} ${range.start}`;

const isNameFinding = ({ finding }: PlacedFinding): boolean =>
  finding.severity === 'error' || /^unknown-(?:table|index)$/.test(finding.rule);

function lineOf({ statement, start, newText, end }: Trial): string {
  const from = Math.max(statement.bodyStart, statement.text.lastIndexOf('\n', start) + 1);
  return `${statement.text.slice(from, start)}»${newText}«${statement.text.slice(end).split('\n', 1)[0]}`;
}

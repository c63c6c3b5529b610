/**
 * Tries an index on a statement. On a server that has hypopg the planner is asked about one that is never made. Otherwise, when the
 * user agrees (in the embedded Postgres nobody else waits), it is made in a transaction that is rolled back, and a statement that
 * only reads is run without and with it.
 */
import { PostgresError, type Session } from '../database/database.ts';
import type { IndexProposal, IndexTrial, TryIndexParams, TryIndexResult } from '../protocol.ts';
import { indexStatement } from './advice/advice.ts';
import { inventedIndex } from './hypotheticalIndex.ts';
import { type JsonPlan, parsePlan, placeNodes } from './plan.ts';
import { rangesOfNodes } from './ranges.ts';
import { reportOn } from './report.ts';
import { routineEffects } from './routineEffects.ts';
import { beginning, commandsFor, type ExplainContext, prepared, timeoutOf } from './run.ts';
import { type ExplainableStatement, readStatement } from './statement.ts';
import type { ExplainSubject } from './subject.ts';
import { sizeOfTable } from './tableSize.ts';

/** Never throws: what goes wrong is an answer of kind `error`. */
export async function tryIndex(
  subject: ExplainSubject,
  params: TryIndexParams,
  context: ExplainContext,
): Promise<TryIndexResult> {
  try {
    return await tried(subject, params, context);
  } catch (error) {
    return { kind: 'error', message: error instanceof Error ? error.message : String(error) };
  }
}

const name = 'pgreview_proposal';

async function tried(
  subject: ExplainSubject,
  params: TryIndexParams,
  { database, parser, signal, progress }: ExplainContext,
): Promise<TryIndexResult> {
  const statement = readStatement(subject.sql, parser);
  if (statement.kind === 'problem') return { kind: 'error', message: statement.message };
  const definition = createStatement(params.index, (sql) => parser.parse(sql).kind === 'tree');
  if (definition === null) return { kind: 'error', message: 'This is no index that Postgres could make.' };
  const given = params.parameters;
  if (!subject.parameters.every((parameter) => given && Object.hasOwn(given, parameter.name)))
    return { kind: 'parameters', parameters: subject.parameters };
  const timeoutMs = timeoutOf(params.statementTimeoutMs);
  const session = await database.open({ signal, progress });
  const asked: Asked = {
    query: (sql) => session.query(sql, { signal, timeoutMs }),
    session,
    statement,
    values: subject.parameters.map((parameter) => given?.[parameter.name] ?? null),
  };
  const trialOf = (before: Measured, after: Measured, index: Index): TryIndexResult => ({
    kind: 'trial',
    trial: {
      how: index.isInvented ? 'hypothetical' : before.ms !== null && after.ms !== null ? 'ran' : 'planned',
      isUsed: placeNodes(after.plan.Plan).some(({ json }) => json['Index Name'] === index.name),
      costBefore: before.plan.Plan['Total Cost'],
      costAfter: after.plan.Plan['Total Cost'],
      ...timesOf(before, after),
      bytes: index.bytes,
    },
    report: reportOn(after.plan, {
      source: { uri: subject.uri, range: subject.range },
      sql: subject.sql,
      target: { name: database.name, version: session.version.text },
      generic: false,
      schema: session.schema,
      parser,
      rangesOf: (placed) => rangesOfNodes(placed, statement),
      toRange: (start, end) => subject.toRange(start, end),
    }),
  });
  try {
    const isServer = session.schema === null;
    for (const { sql } of beginning(!isServer || params.confirmed === true, timeoutMs)) await asked.query(sql);
    if (isServer && !params.confirmed) {
      progress?.('planning without the index');
      const before = await planned(asked);
      const invented = params.really ? null : await inventedIndex(definition, asked.query);
      if (!invented) return await question(params.index, asked);
      progress?.('planning as if there were the index');
      try {
        return trialOf(before, await planned(asked), { ...invented, isInvented: true });
      } finally {
        // a session that was cancelled is lost, and the index with it
        await session.query(invented.drop).catch(() => {});
      }
    }
    progress?.('running the statement without the index');
    const before = await measured(asked);
    progress?.('making the index');
    await asked.query(definition);
    const [size, isHeldBack] = await madeIndex(asked);
    progress?.('running the statement with the index');
    // what could not be run without it is not run with it
    const after = before.ms === null ? await planned(asked) : await measured(asked);
    const result = trialOf(before, after, { name, bytes: size, isInvented: false });
    if (result.kind === 'trial' && !result.trial.isUsed && isHeldBack) return { kind: 'error', message: heldBack };
    return result;
  } finally {
    // a session that is lost has rolled back by itself
    await session.query('ROLLBACK').catch(() => {});
    await session.close();
  }
}

interface Asked {
  readonly session: Session;
  readonly statement: ExplainableStatement;
  /** Of the parameters, in order. */
  readonly values: readonly (string | null)[];
  query(sql: string): ReturnType<Session['query']>;
}

interface Index {
  readonly name: string;
  readonly bytes: number | null;
  readonly isInvented: boolean;
}

interface Measured {
  readonly plan: JsonPlan;
  /** Of the fastest run; null when it was not run. */
  readonly ms: number | null;
}

const planned = async (asked: Asked): Promise<Measured> => ({ plan: await explained(asked, false), ms: null });

/** A statement that takes less is run again, and the fastest run counts: the first one fills the cache for those behind it. */
const longMs = 2_000;
const mostRuns = 3;

/** Only planned where running it would write. */
async function measured(asked: Asked): Promise<Measured> {
  if (asked.statement.writes || (await routineEffects(asked.session, asked.statement.calls)).length > 0)
    return planned(asked);
  try {
    let best: Measured | null = null;
    for (let run = 0; run < mostRuns; run++) {
      const plan = await explained(asked, true);
      const ms = plan['Execution Time'] ?? null;
      if (ms === null) return { plan, ms };
      if (!best || ms < (best.ms ?? ms)) best = { plan, ms };
      if (ms > longMs) break;
    }
    return best as Measured;
  } catch (error) {
    // it takes too long, or calls what writes: the planner's word is left
    if (error instanceof PostgresError) return planned(asked);
    throw error;
  }
}

async function explained({ session, statement, values, query }: Asked, analyze: boolean): Promise<JsonPlan> {
  const options = ['FORMAT JSON', 'SETTINGS', ...(analyze ? ['ANALYZE', 'BUFFERS'] : [])];
  // DEALLOCATE of what was never prepared fails, and a failure ends a transaction
  await query('SAVEPOINT planning');
  try {
    if (analyze) await query('SET TRANSACTION READ ONLY');
    let text = '';
    for (const { sql } of commandsFor(session, statement, { options, analyze, generic: false, values }))
      text = (await query(sql)).map(([line]) => line ?? '').join('\n');
    if (values.length > 0) await query(`DEALLOCATE ${prepared}`);
    return parsePlan(text);
  } finally {
    await session.query('ROLLBACK TO SAVEPOINT planning').catch(() => {});
  }
}

function timesOf(
  before: Measured,
  after: Measured,
): Pick<IndexTrial, 'msBefore' | 'msAfter' | 'rowsBefore' | 'rowsAfter'> {
  const ran = before.ms !== null && after.ms !== null;
  const rowsOf = ({ plan }: Measured): number | null => (ran ? (plan.Plan['Actual Rows'] ?? null) : null);
  return {
    msBefore: ran ? before.ms : null,
    msAfter: ran ? after.ms : null,
    rowsBefore: rowsOf(before),
    rowsAfter: rowsOf(after),
  };
}

/** Its size, and whether Postgres lets no transaction use it that is as old as this one. */
async function madeIndex({ query }: Asked): Promise<[bytes: number | null, isHeldBack: boolean]> {
  const [row] = await query(
    `SELECT pg_catalog.pg_relation_size(indexrelid), indcheckxmin FROM pg_catalog.pg_index JOIN pg_catalog.pg_class c ON c.oid = indexrelid WHERE relname = '${name}'`,
  );
  return [row?.[0] == null ? null : Number(row[0]), row?.[1] === 't'];
}

const heldBack =
  'It could not be tried: rows of the table were changed while older transactions are open, and Postgres uses such an index in later transactions only. Try it again when those have ended.';

/** Above this, making an index takes long. */
const largeBytes = 1024 ** 3;

async function question({ table }: IndexProposal, { query }: Asked): Promise<TryIndexResult> {
  const size = await sizeOfTable(table, query);
  const isLarge = size !== null && size.bytes > largeBytes;
  return { kind: 'confirm', table, bytes: size?.bytes ?? null, rows: size?.rows ?? null, isLarge };
}

/** Null when it is no statement, or more than one: the proposal has been to the client and back. */
function createStatement(index: IndexProposal, parses: (sql: string) => boolean): string | null {
  const sql = indexStatement(index).replace('CREATE INDEX CONCURRENTLY', `CREATE INDEX ${name}`);
  return parses(sql) && !sql.includes(';') ? sql : null;
}

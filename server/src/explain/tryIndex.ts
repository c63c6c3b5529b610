/** Tries an index: makes it in a transaction that is rolled back, and asks for the plan without and with it. */
import type { Session } from '../database/database.ts';
import type { IndexProposal, TryIndexParams, TryIndexResult } from '../protocol.ts';
import { indexStatement } from './advice/advice.ts';
import { type JsonPlan, parsePlan, placeNodes } from './plan.ts';
import { rangesOfNodes } from './ranges.ts';
import { reportOn } from './report.ts';
import { beginning, commandsFor, type ExplainContext, prepared, timeoutOf } from './run.ts';
import { readStatement } from './statement.ts';
import type { ExplainSubject } from './subject.ts';

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
  const timeoutMs = timeoutOf(params.statementTimeoutMs);
  const values = subject.parameters.map(({ name: parameter }) => params.parameters?.[parameter] ?? null);
  const generic = subject.parameters.length > 0 && params.parameters === undefined;
  const session = await database.open({ signal, progress });
  const plan = async (): Promise<JsonPlan> => {
    let text = '';
    const options = ['FORMAT JSON', 'SETTINGS'];
    for (const { sql } of commandsFor(session, statement, { options, analyze: false, generic, values }))
      text = (await session.query(sql, { signal, timeoutMs })).map(([line]) => line ?? '').join('\n');
    await session.query(`DEALLOCATE ${prepared}`).catch(() => {});
    return parsePlan(text);
  };
  try {
    for (const { sql } of beginning(true, timeoutMs)) await session.query(sql, { signal, timeoutMs });
    progress?.('planning without the index');
    const before = await inSavepoint(session, plan);
    progress?.('making the index');
    await session.query(definition, { signal, timeoutMs });
    progress?.('planning with it');
    const after = await inSavepoint(session, plan);
    const isUsed = placeNodes(after.Plan).some(({ json }) => json['Index Name'] === name);
    const trial = { costBefore: before.Plan['Total Cost'], costAfter: after.Plan['Total Cost'], isUsed };
    const report = reportOn(after, {
      source: { uri: subject.uri, range: subject.range },
      sql: subject.sql,
      target: { name: database.name, version: session.version.text },
      generic,
      schema: session.schema,
      parser,
      rangesOf: (placed) => rangesOfNodes(placed, statement),
      toRange: (start, end) => subject.toRange(start, end),
    });
    return { kind: 'trial', trial, report };
  } finally {
    // a session that is lost has rolled back by itself
    await session.query('ROLLBACK').catch(() => {});
    await session.close();
  }
}

/** DEALLOCATE of what was never prepared fails, and a failure ends a transaction. */
async function inSavepoint<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query('SAVEPOINT planning');
  const result = await work();
  await session.query('ROLLBACK TO SAVEPOINT planning');
  return result;
}

/** Null when it is no statement, or more than one: the proposal has been to the client and back. */
function createStatement(index: IndexProposal, parses: (sql: string) => boolean): string | null {
  const sql = indexStatement(index).replace('CREATE INDEX CONCURRENTLY', `CREATE INDEX ${name}`);
  return parses(sql) && !sql.includes(';') ? sql : null;
}

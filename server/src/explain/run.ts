/**
 * Plans a statement without doing anything that lasts. Plain EXPLAIN runs nothing; ANALYZE runs the statement in a
 * transaction that is always rolled back, READ ONLY unless the user has agreed to a statement that writes.
 */
import {
  type Database,
  DatabaseFailure,
  PostgresError,
  type Progress,
  type ReplayedSchema,
  type Row,
  type Session,
} from '../database/database.ts';
import type { ExplainParams, ExplainResult } from '../protocol.ts';
import type { Parser } from '../syntax/parser.ts';
import { codePointOffset, codePointToUtf16 } from '../text/positions.ts';
import { quoteLiteral } from './literal.ts';
import { explainOptions } from './options.ts';
import { type JsonPlan, parsePlan } from './plan.ts';
import { type PlanFacts, readPlanFacts } from './planFacts.ts';
import { rangesOfNodes } from './ranges.ts';
import { reportOn, sentence } from './report.ts';
import { routineEffects } from './routineEffects.ts';
import { type ExplainableStatement, readStatement } from './statement.ts';
import type { ExplainSubject } from './subject.ts';

export interface ExplainContext {
  readonly database: Database;
  readonly parser: Parser;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

const defaultTimeoutMs = 30_000;
/** Waiting for another session's lock is no part of a plan, and whoever waits makes others wait. */
const lockTimeoutMs = 5_000;
/** PREPARE's name for the statement. */
export const prepared = 'pgreview_statement';

/** Never throws: what goes wrong is an answer of kind `error`. */
export async function explainStatement(
  subject: ExplainSubject,
  params: ExplainParams,
  context: ExplainContext,
): Promise<ExplainResult> {
  const statement = readStatement(subject.sql, context.parser);
  if (statement.kind === 'problem') {
    const { message, offset } = statement;
    if (offset === undefined) return { kind: 'error', message, range: subject.range };
    return { kind: 'error', message, range: rangeAt(subject, offset) };
  }
  const analyze = params.analyze || statement.analyze;
  const question = whatToAsk(subject, params, statement, analyze);
  if (question) return question;
  try {
    const { signal, progress } = context;
    const session = await context.database.open({ signal, progress });
    try {
      progress?.(analyze ? 'running the statement' : 'planning');
      return await explainIn(session, subject, params, statement, analyze, context);
    } finally {
      await session.close();
    }
  } catch (error) {
    return { kind: 'error', message: error instanceof Error ? error.message : String(error) };
  }
}

/** What must be known before anything runs: agreement to write, values of parameters. */
function whatToAsk(
  { parameters }: ExplainSubject,
  params: ExplainParams,
  { effects, preparable }: ExplainableStatement,
  analyze: boolean,
): ExplainResult | null {
  if (parameters.length > 0 && !preparable)
    return {
      kind: 'error',
      message:
        'A statement with parameters can be explained when it is SELECT, INSERT, UPDATE, DELETE, MERGE or VALUES.',
    };
  const values = params.parameters;
  const complete = values !== undefined && parameters.every(({ name }) => Object.hasOwn(values, name));
  const wantsValues = analyze || values !== undefined || (params.options && !params.options.includes('generic plan'));
  if (parameters.length > 0 && !complete && wantsValues) return { kind: 'parameters', parameters };
  const nul = parameters.find(({ name }) => values?.[name]?.includes('\0'));
  if (nul) return { kind: 'error', message: `The value of ${nul.text} contains a NUL, which Postgres does not take.` };
  return analyze && effects.length > 0 && !params.confirmed ? toConfirm(effects) : null;
}

const toConfirm = (effects: readonly string[]): ExplainResult => ({
  kind: 'confirm',
  reason: `ANALYZE runs the statement: ${effects.join('; ')}. It runs in a transaction that is rolled back.`,
});

async function explainIn(
  session: Session,
  subject: ExplainSubject,
  params: ExplainParams,
  statement: ExplainableStatement,
  analyze: boolean,
  { database, parser, signal }: ExplainContext,
): Promise<ExplainResult> {
  if (analyze && session.schema?.statistics)
    return {
      kind: 'error',
      message: 'ANALYZE runs the statement, and there are no rows: only its statistics are known.',
    };
  const timeoutMs = timeoutOf(params.statementTimeoutMs);
  const hidden = analyze ? await routineEffects(session, statement.calls, { signal, timeoutMs }) : [];
  if (hidden.length > 0 && !params.confirmed) return toConfirm(hidden);
  const writes = statement.writes || hidden.length > 0;
  const values = subject.parameters.map(({ name }) => params.parameters?.[name] ?? null);
  const options = explainOptions(params.options, {
    analyze,
    writes,
    version: session.version,
    hasParameters: subject.parameters.length > 0,
  });
  const generic = options.generic || (subject.parameters.length > 0 && params.parameters === undefined);
  const commands = [
    ...beginning(analyze && writes, timeoutMs),
    ...(analyze && session.schema === null && session.version.number >= 140000 ? [endsWithClient] : []),
    ...commandsFor(session, statement, { options: options.words, analyze, generic, values }),
  ];
  let rows: readonly Row[] = [];
  let plan: JsonPlan;
  let facts: PlanFacts | null = null;
  try {
    for (const { sql, prefix, ifRefused } of commands) {
      try {
        rows = await session.query(sql, { signal, timeoutMs });
      } catch (error) {
        if (ifRefused && error instanceof PostgresError) {
          await session.query(ifRefused);
          continue;
        }
        if (error instanceof DatabaseFailure && error.reason === 'timeout')
          return { kind: 'error', message: timedOut(timeoutMs), range: subject.range };
        if (!(error instanceof PostgresError)) throw error;
        return failure(error, subject, session, { prefix, timeoutMs, statement });
      }
    }
    plan = parsePlan(rows.map(([text]) => text ?? '').join('\n'));
    if (analyze) facts = await readPlanFacts(session, plan);
  } finally {
    // a session that is lost has rolled back by itself
    await session.query('ROLLBACK').catch(() => {});
    await session.query(`DEALLOCATE ${prepared}`).catch(() => {});
  }
  return {
    kind: 'plan',
    report: reportOn(plan, {
      source: { uri: subject.uri, range: subject.range },
      sql: subject.sql,
      target: { name: database.name, version: session.version.text },
      generic,
      options: params.options,
      schema: session.schema ?? null,
      facts,
      notes: options.notes,
      parser,
      rangesOf: (placed) => rangesOfNodes(placed, statement),
      toRange: (start, end) => subject.toRange(start, end),
    }),
  };
}

/** Postgres takes whole milliseconds up to 2^31 - 1, and 0 as no limit, which nobody may ask for here. */
export function timeoutOf(wanted: number | undefined): number {
  if (wanted === undefined || !(wanted > 0)) return defaultTimeoutMs;
  return Math.min(Math.ceil(wanted), 2_147_483_647);
}

export interface Command {
  readonly sql: string;
  /** Code points before the user's statement; null when the statement is not part of it. */
  readonly prefix: number | null;
  /** What is sent when the server does not take it; the others go on. */
  readonly ifRefused?: string;
}

interface HowToRun {
  /** In EXPLAIN's parentheses; not GENERIC_PLAN. */
  readonly options: readonly string[];
  readonly analyze: boolean;
  readonly generic: boolean;
  readonly values: readonly (string | null)[];
}

const other = (text: string): Command => ({ sql: text, prefix: null });

/** A transaction that is rolled back in the end. */
export const beginning = (writes: boolean, timeoutMs: number): Command[] => [
  other(writes ? 'BEGIN' : 'BEGIN READ ONLY'),
  // with it off, a server would read strings, and so where the statement ends, unlike the parser here did
  other('SET LOCAL standard_conforming_strings = on'),
  other(`SET LOCAL statement_timeout = ${timeoutMs}`),
  other(`SET LOCAL lock_timeout = ${Math.min(lockTimeoutMs, timeoutMs)}`),
];

/**
 * A server notices that its client is gone (an editor that was killed, a network that broke) when it next sends something: at the
 * end. It looks each second with this setting, from 14 on, where its system lets it: not on Windows.
 */
const endsWithClient: Command = {
  ...other("SAVEPOINT pgreview; SET LOCAL client_connection_check_interval = '1s'; RELEASE SAVEPOINT pgreview"),
  ifRefused: 'ROLLBACK TO SAVEPOINT pgreview',
};

export function commandsFor(
  session: Session,
  { sql }: ExplainableStatement,
  { options, analyze, generic, values }: HowToRun,
): Command[] {
  const withStatement = (before: string): Command => ({ sql: before + sql, prefix: before.length });
  if (values.length === 0) return [withStatement(`EXPLAIN (${options.join(', ')}) `)];
  // a statement that runs needs values, whatever it is planned for
  if (generic && !analyze && session.version.number >= 160000)
    return [withStatement(`EXPLAIN (${options.join(', ')}, GENERIC_PLAN) `)];
  const literals = values.map(quoteLiteral).join(', ');
  return [
    other(`SET LOCAL plan_cache_mode = ${generic ? 'force_generic_plan' : 'force_custom_plan'}`),
    withStatement(`PREPARE ${prepared} AS `),
    other(`EXPLAIN (${options.join(', ')}) EXECUTE ${prepared}(${literals})`),
  ];
}

interface FailureContext {
  readonly prefix: number | null;
  readonly timeoutMs: number;
  readonly statement: ExplainableStatement;
}

function failure(
  error: PostgresError,
  subject: ExplainSubject,
  session: Session,
  { prefix, timeoutMs, statement }: FailureContext,
): ExplainResult {
  const range = error.position !== null && prefix !== null ? rangeOf(error.position, prefix, subject, statement) : null;
  return {
    kind: 'error',
    message: explainError(error, session, timeoutMs),
    range: range ?? subject.range,
  };
}

function rangeOf(position: number, prefix: number, subject: ExplainSubject, statement: ExplainableStatement) {
  const offset = codePointToUtf16(statement.sql, codePointOffset(Math.max(0, position - 1 - prefix)));
  return rangeAt(subject, offset);
}

/** The word or symbol at an offset. */
function rangeAt(subject: ExplainSubject, offset: number) {
  const start = Math.min(offset, subject.sql.length);
  const length = /^(?:"(?:[^"]|"")*"|[\w$\u0080-\uffff]+(?:\.[\w$\u0080-\uffff]+)*|.)/su.exec(
    subject.sql.slice(start),
  )?.[0].length;
  return subject.toRange(start, start + (length ?? 0)) ?? subject.range;
}

function explainError(error: PostgresError, session: Session, timeoutMs: number): string {
  if (error.code === '57014' && /statement timeout/.test(error.message)) return timedOut(timeoutMs);
  if (error.code === '55P03')
    return `Another session holds a lock that the statement needs (${error.message}). Nothing was changed.`;
  if (error.code === '25006')
    return `This query calls something that writes (${error.message}). ANALYZE runs what looks like a read in a READ ONLY transaction, so nothing was changed. Explain it without ANALYZE.`;
  const parts = [sentence(error.message), error.detail ?? '', error.hint ?? ''];
  if (session.schema && ['42P01', '42703', '42704', '42883', '3F000'].includes(error.code))
    parts.push(whyMissing(error, session.schema));
  return parts.filter((part) => part !== '').join(' ');
}

function timedOut(timeoutMs: number): string {
  return `The statement was ended after ${timeoutMs / 1000} s (statement timeout). Nothing was changed.`;
}

/** For a name that the embedded Postgres does not know: what was replayed into it, and what failed. */
function whyMissing({ message }: PostgresError, { steps, failures }: ReplayedSchema): string {
  if (steps === 0)
    return 'No statements were found that create its schema: migrations before it, or statements above it.';
  const name = /"(?:[^"]*\.)?([^".]+)"/.exec(message)?.[1] ?? '';
  const related = failures.find(({ sql }) => name !== '' && sql.includes(name)) ?? failures[0];
  if (!related) return `The schema was replayed from ${steps} statements, and none of them failed.`;
  return `${failures.length} of ${steps} schema statements could not be replayed, such as ${related.origin}: ${sentence(related.message)}`;
}

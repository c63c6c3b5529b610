/** Which refusals of a connected database are told. It has what it has: only what the file itself changes is doubtful. */
import type { PostgresError } from '../database/database.ts';
import type { Attempt } from '../judge/attempt.ts';
import type { Doubts } from '../judge/doubts.ts';
import { mentionsOf } from '../judge/names.ts';
import { isMissingFromClause, missingFunction, namesIn, ofQueries, ofTypes, refusal } from '../judge/verdict.ts';
import type { Finding } from '../rules/rule.ts';
import type { Statement } from '../syntax/statement.ts';
import type { KnownDatabase } from './knownDatabase.ts';

export interface LiveVerdictContext {
  readonly attempt: Extract<Attempt, { sql: string }>;
  /** What the file's statements before it have done, which the database has not seen. */
  readonly doubts: Doubts;
  /** Bare names of what the database has otherwise than the file finds it. */
  readonly differing: ReadonlySet<string>;
  /** The statement stands in a migration, and other migrations may be waiting before it. */
  readonly ofHistory: boolean;
  readonly database: KnownDatabase;
}

/** Undefined table, schema, type or other object. */
const ofMissing: ReadonlySet<string> = new Set(['42P01', '3F000', '42704']);
/** A temporary table, which some code outside of the files makes, has no schema before its name; the review warns of it. */
const mayBeOfSession = ({ code, message }: PostgresError): boolean =>
  code === '42P01' && !/^relation ".+\..+" /.test(message);
/** Constraints and indexes, casts and operators: those of migrations that wait are not compared. */
const ofWaiting: ReadonlySet<string> = new Set(['42P10', '42846', '42P21', '42P22']);

/** @returns null where the refusal says nothing certain about the statement */
export function liveVerdictOn(statement: Statement, error: PostgresError, context: LiveVerdictContext): Finding | null {
  if (!isCertain(statement, error, context)) return null;
  const { name, version } = context.database;
  return refusal(
    statement,
    error,
    context.attempt,
    `Said by the connected database ${name} (Postgres ${version.text}); the statement was only analysed there.`,
  );
}

function isCertain(
  statement: Statement,
  error: PostgresError,
  { attempt, doubts, differing, ofHistory, database }: LiveVerdictContext,
): boolean {
  const { code, message, where } = error;
  // inside a function that was called
  if (where !== null || doubts.concern(statement)) return false;
  const { things, callables, functionSchemas } = mentionsOf(statement);
  const named = namesIn(error);
  if (named.some((name) => doubts.has(name) || differing.has(name))) return false;
  if ([...things, ...callables].some((name) => differing.has(name))) return false;
  // a schema of functions that only a code generator knows: `sqlc.arg(name)`
  for (const schema of functionSchemas)
    if (schema !== 'public' && schema !== 'pg_catalog' && !database.catalog.namespaces.has(schema)) return false;
  if (ofHistory && ofWaiting.has(code)) return false;
  if (isMissingFromClause(error)) return true;
  if (ofMissing.has(code)) return !ofHistory && !mayBeOfSession(error) && !/^role /.test(message);
  if (ofQueries.has(code)) return true;
  if (!ofTypes.has(code) || attempt.hasParameters) return false;
  if (!ofHistory || code !== '42883') return true;
  const missing = missingFunction(message);
  return missing !== null && (database.ownNames.has(missing) || database.catalog.functions.has(missing));
}

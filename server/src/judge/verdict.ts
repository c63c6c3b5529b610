/** Which of Postgres's refusals are told, and how. What depends on data, rights, settings or missing names is not. */
import type { PostgresError } from '../database/database.ts';
import type { Finding } from '../rules/rule.ts';
import type { Statement } from '../syntax/statement.ts';
import type { Span } from '../syntax/tokens.ts';
import { tokenize } from '../text/lexer.ts';
import { codePointOffset, codePointToUtf16 } from '../text/positions.ts';
import type { Attempt } from './attempt.ts';
import type { Doubts } from './doubts.ts';
import { mentionsOf, wordsIn } from './names.ts';

export const postgresErrorId = 'postgres-error';

/** SQLSTATEs of refusals that come from the statement and the schema alone. */
export const ofQueries: ReadonlySet<string> = new Set([
  '42601', // more values than columns, and the like; broken syntax is told before
  '42702', // ambiguous column
  '42703', // undefined column
  '42712', // duplicate alias
  '42803', // grouping
  '42809', // wrong kind of object
  '42P09', // ambiguous alias
  '42P10', // no such ORDER BY position, no constraint for ON CONFLICT
  '42P19', // recursion
  '42P20', // window functions
  '428C9', // a generated column is written
]);
/** Those in which the types of values have a say. */
export const ofTypes: ReadonlySet<string> = new Set([
  '42725', // ambiguous function
  '42804', // datatype mismatch
  '42846', // cannot be cast
  '42883', // undefined function or operator
  '42P21', // collations
  '42P22', // collations
  '22P02', // a value that its type does not take
]);
/** Those of statements that define something. */
const ofDefinitions = new Set([
  '2BP01', // others depend on it
  '42611', // column definition
  '42701', // duplicate column
  '42710', // duplicate object
  '42723', // duplicate function
  '42830', // foreign key
  '42P07', // duplicate relation
  '42P13', // function definition
  '42P16', // table definition
  '42P17', // object definition
]);
/** Of 0A000, which also stands for what only the embedded build lacks. */
const notSupported =
  /^cannot (?:use subquery in|use column reference in|alter type of a column used by|change the owner|inherit)|^set-returning functions are not allowed|^(?:aggregate|window) functions are not allowed/;
/** Types whose input no version has become stricter about. */
const sameInputEver =
  /^invalid input (?:value for enum|syntax for type (?:uuid|boolean|smallint|integer|bigint|numeric):)/;
/** A table that the query names before a column and not in FROM: whatever the schema has. It shares its code with missing tables. */
export const isMissingFromClause = ({ code, message }: PostgresError): boolean =>
  code === '42P01' && /^(?:missing|invalid reference to) FROM-clause entry /.test(message);

/** Postgres's own catalogs and what older versions have under other names. */
const ofCatalogs = /^(?:pg_|information_schema$)/;

export interface VerdictContext {
  readonly attempt: Extract<Attempt, { sql: string }>;
  readonly doubts: Doubts;
  readonly besideHistory: boolean;
  /** A statement above in the file has changed the role. */
  readonly actsAsAnother: boolean;
  readonly targetVersion: number;
  /** Names of functions that exist at this point, whatever their arguments. */
  hasFunction(name: string): Promise<boolean>;
  hasSchema(name: string): Promise<boolean>;
  /** Whether an extension has brought the operator, for one of these types that it has brought as well. */
  bringsOperator(name: string, types: readonly string[]): Promise<boolean>;
  /** As people say it: `18.6`. */
  readonly version: string;
}

/** @returns null where the refusal says nothing certain about the statement */
export async function verdictOn(
  statement: Statement,
  error: PostgresError,
  context: VerdictContext,
): Promise<Finding | null> {
  if (!(await isCertain(statement, error, context))) return null;
  const said = `Said by the embedded Postgres ${context.version}, in which the statements before this one were run.`;
  return refusal(statement, error, context.attempt, said);
}

/** @param said by whom, as a sentence */
export function refusal(
  statement: Statement,
  error: PostgresError,
  attempt: VerdictContext['attempt'],
  said: string,
): Finding {
  const span = spanOf(statement, error, attempt);
  const help = [
    error.detail === null ? null : ended(error.detail),
    error.hint === null ? null : ended(error.hint),
    said,
  ];
  return {
    rule: postgresErrorId,
    severity: 'error',
    span,
    message: `Postgres refuses this: ${ended(error.message)}`,
    help: help.filter((part) => part !== null).join('\n'),
    fixes: [],
  };
}

const ended = (sentence: string): string => (/[.!?]$/.test(sentence.trim()) ? sentence.trim() : `${sentence.trim()}.`);

async function isCertain(statement: Statement, error: PostgresError, context: VerdictContext): Promise<boolean> {
  const { attempt, doubts, besideHistory, targetVersion } = context;
  const { code, message, where } = error;
  // inside a function that was called, or a DO block: whether it comes to that is another question
  if (where !== null && !isItsOwnBody(statement, where)) return false;
  const defines = attempt.kind === 'run';
  // what it defines may be there already, made by the history that it stands beside
  if (defines && besideHistory) return false;
  // whose rights those above have had is not known
  if (defines && context.actsAsAnother) return false;
  if (doubts.concern(statement)) return false;
  // a schema of functions that only a code generator knows (`sqlc.arg(name)`): its arguments are no columns
  for (const name of mentionsOf(statement).functionSchemas) if (!(await context.hasSchema(name))) return false;
  if (namesIn(error).some((word) => doubts.has(word))) return false;
  if (targetVersion < 18) {
    const { things, callables } = mentionsOf(statement);
    if ([...things, ...callables].some((name) => ofCatalogs.test(name))) return false;
    // constraints of NOT NULL have names since 18
    if (code === '42710') return false;
    // a column went with the generated columns that use it
    if (code === '2BP01' && targetVersion < 15) return false;
    if (code === '22P02' && !sameInputEver.test(message)) return false;
    // what stands in a string has a grammar of its own
    if (/ of (?:jsonpath|json) input$/.test(message)) return false;
  }
  if (ofQueries.has(code) || isMissingFromClause(error)) return true;
  if (ofTypes.has(code)) {
    if (attempt.hasParameters || doubts.unknownExtension) return false;
    if (code !== '42883' || isOperatorOfOurs(message)) return true;
    const { name, types } = missingOperator(message) ?? {};
    return name !== undefined && types !== undefined
      ? context.bringsOperator(name, types)
      : isKnownFunction(message, context);
  }
  if (!defines || /^role /.test(message)) return false;
  if (code === '0A000') return targetVersion === 18 && notSupported.test(message);
  if (code === '42710' || code === '42P06') return !/^(?:extension|schema) /.test(message);
  return ofDefinitions.has(code);
}

/** Postgres reads the body of a function that is created. */
const isItsOwnBody = ({ parsed }: Statement, where: string): boolean =>
  parsed.kind === 'tree' &&
  'CreateFunctionStmt' in parsed.node &&
  /^(?:SQL function|compilation of PL\/pgSQL function) .*$/.test(where);

/** What the refusal names. */
export const namesIn = ({ message, detail }: PostgresError): string[] =>
  wordsIn(`${[...message.matchAll(/"([^"]+)"/g)].map(([, name]) => name).join(' ')} ${detail ?? ''}`);

/** Operators that extensions outside of the files bring as well (`%`, `<->`, `@@` …) may be there on a server. */
const isOperatorOfOurs = (message: string): boolean =>
  /^operator does not exist: .* (?:=|<>|<|>|<=|>=|~~|!~~|~~\*|!~~\*|\|\|) /.test(message);

/**
 * The operator that does not exist for these types, as Postgres prints them. One that the extension of a type does not have for it, no
 * other extension is known to bring: that goes for `vector <-> text`, not for `text <-> text`.
 */
export function missingOperator(message: string): { readonly name: string; readonly types: readonly string[] } | null {
  const [, left = '', name, right = ''] =
    /^operator does not exist: (?:(.+?) )?([-+*/<>=~!@#%^&|`?]+) (.+)$/.exec(message) ?? [];
  return name === undefined ? null : { name, types: [left, right].filter((type) => type !== '') };
}

/** Name of the function that does not exist for these arguments. */
export const missingFunction = (message: string): string | null =>
  /^(?:function|procedure) (?:.*\.)?"?([\w$]+)"?\(/.exec(message)?.[1] ?? null;

/** A function that does not exist under any arguments may come from an extension that no file creates. */
async function isKnownFunction(message: string, context: VerdictContext): Promise<boolean> {
  const name = missingFunction(message);
  return name !== null && (await context.hasFunction(name));
}

/** Where the error is, in the statement's text: Postgres's position; else the first place of a name in its message. */
function spanOf(
  { text, bodyStart, bodyEnd }: Statement,
  error: PostgresError,
  { sql, toBody }: VerdictContext['attempt'],
): Span {
  const tokens = tokenize(text, bodyStart, bodyEnd).filter((token) => token.kind !== 'comment');
  if (error.position !== null) {
    const at = bodyStart + toBody(codePointToUtf16(sql, codePointOffset(Math.max(0, error.position - 1))));
    const token = tokens.find(({ start, end }) => start <= at && at < end);
    // in a string that is a function's body the position is inside the token
    if (token?.start === at) return { start: at, end: token.end };
    const word = /^(?:"[^"]*"|[\p{L}_][\p{L}\p{N}_$]*|[-+*/<>=~!@#%^&|`?]+)/u.exec(text.slice(at, bodyEnd))?.[0] ?? '';
    return { start: at, end: Math.min(bodyEnd, at + Math.max(1, word.length)) };
  }
  for (const [, name = ''] of `${error.message} ${error.where ?? ''}`.matchAll(/"([^"]+)"/g)) {
    const token = tokens.find(({ start, end }) => wordsIn(text.slice(start, end))[0] === name.toLowerCase());
    if (token) return { start: token.start, end: token.end };
  }
  const first = tokens[0];
  return first ? { start: first.start, end: first.end } : { start: bodyStart, end: bodyEnd };
}

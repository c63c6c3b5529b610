/** How the embedded Postgres tries one statement. */
import type { Node } from '@pgsql/types';
import { planExtension, readsOnly, withoutTraces } from '../database/embedded/replay.ts';
import { parametersOf } from '../syntax/parameters.ts';
import type { Statement } from '../syntax/statement.ts';
import { walk } from '../syntax/walk.ts';
import { tokenize } from '../text/lexer.ts';

export type Attempt =
  | {
      /** `prepare`: analysed, not executed. */
      readonly kind: 'run' | 'prepare';
      /** Offsets of the statement's body, but for parameters that became longer: see `toBody`. */
      readonly sql: string;
      toBody(offset: number): number;
      /** Values are filled in later, perhaps with types that Postgres would not guess. */
      readonly hasParameters: boolean;
    }
  /** It leaves nothing behind, or nothing that could make another statement fail. */
  | { readonly kind: 'skip' }
  /** It would matter, and cannot be done here. */
  | { readonly kind: 'impossible' };

const skip: Attempt = { kind: 'skip' };
const impossible: Attempt = { kind: 'impossible' };
const same = (offset: number): number => offset;

const known = new WeakMap<Statement, Attempt>();

/** @param extensions those that the embedded Postgres has */
export function attemptOf(statement: Statement, extensions: ReadonlySet<string>): Attempt {
  let attempt = known.get(statement);
  if (!attempt) {
    attempt = attemptAt(statement, extensions);
    known.set(statement, attempt);
  }
  return attempt;
}

/** How a query is analysed; null for a statement that is none. */
export const queryAttemptOf = ({ parsed, body }: Statement): Attempt | null =>
  parsed.kind === 'tree' && isQuery(parsed.node) ? query(parsed.node, body) : null;

function attemptAt(statement: Statement, extensions: ReadonlySet<string>): Attempt {
  const { parsed, body } = statement;
  if (parsed.kind === 'none') return skip;
  if (parsed.kind !== 'tree') return impossible;
  const { node } = parsed;
  if (isQuery(node)) return query(node, body);
  const type = Object.keys(node)[0] ?? '';
  if (withoutTraces.has(type) || withoutShape.has(type)) return skip;
  if ('CreateExtensionStmt' in node) {
    const plan = planExtension(node.CreateExtensionStmt.extname ?? '', node, extensions);
    return plan.kind === 'run' ? run(plan.sql) : plan.kind === 'skip' ? skip : impossible;
  }
  if ('VariableSetStmt' in node) {
    // who acts matters for rights only, and those are not judged
    if (node.VariableSetStmt.kind === 'VAR_SET_MULTI' || changesRole(statement)) return skip;
    return run(without(body, 'local'));
  }
  if (tokenize(body).some((token) => token.kind === 'placeholder')) return impossible;
  return run(without(body, 'concurrently'));
}

/** Besides those that leave no traces at all: what they leave makes no other statement fail. */
const withoutShape = new Set(['CopyStmt', 'RefreshMatViewStmt', 'PrepareStmt', 'ExecuteStmt', 'DeallocateStmt']);

const run = (sql: string) => ({ kind: 'run' as const, sql, toBody: same, hasParameters: false });

function isQuery(node: Node): boolean {
  if ('SelectStmt' in node) return !node.SelectStmt.intoClause;
  return 'InsertStmt' in node || 'UpdateStmt' in node || 'DeleteStmt' in node || 'MergeStmt' in node;
}

function query(node: Node, body: string): Attempt {
  const { sql, parameters, unusable, toText } = parametersOf(body);
  if (unusable !== null) return impossible;
  // `@t.x` is Postgres's absolute value of a column, not the parameter `@t`
  if (parameters.some(({ text }) => text.startsWith('@') && body.includes(`${text}.`))) return impossible;
  const hasParameters = parameters.length > 0;
  // what a function does when it is called may be what the statement is there for
  const kind = 'SelectStmt' in node && !hasParameters && !readsOnly(node) ? 'run' : 'prepare';
  return { kind, sql, toBody: toText, hasParameters };
}

/** The statement with a keyword blanked out: a transaction takes no CONCURRENTLY, and a LOCAL setting would not last in none. */
function without(body: string, keyword: string): string {
  const token = tokenize(body).find(
    ({ kind, start, end }) => kind === 'word' && body.slice(start, end).toLowerCase() === keyword,
  );
  return token ? body.slice(0, token.start) + ' '.repeat(keyword.length) + body.slice(token.end) : body;
}

/** Whether the statement calls a function of the project's, or of an extension's: what that does depends on data, too. */
export function callsForEffect(node: Node): boolean {
  if ('CallStmt' in node) return true;
  if (!('SelectStmt' in node) || readsOnly(node)) return false;
  let effect = false;
  walk(node, (type, fields) => {
    if (type !== 'FuncCall') return;
    const name = (fields as { funcname?: { String?: { sval?: string } }[] }).funcname?.at(-1)?.String?.sval ?? '';
    if (!['setval', 'nextval', 'set_config'].includes(name)) effect = true;
  });
  return effect;
}

export const changesRole = ({ parsed }: Statement): boolean =>
  parsed.kind === 'tree' &&
  'VariableSetStmt' in parsed.node &&
  /^(?:role|session_authorization)$/.test(parsed.node.VariableSetStmt.name ?? '');

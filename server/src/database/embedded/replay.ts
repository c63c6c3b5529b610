import type { Node, RawStmt } from '@pgsql/types';
import type { Parser } from '../../syntax/parser.ts';
import { walk } from '../../syntax/walk.ts';
import { tokenize } from '../../text/lexer.ts';
import type { PostgresError } from '../database.ts';
import { platformSchema } from './messages.ts';

/** One statement of the schema's history. */
export interface SchemaStep {
  readonly sql: string;
  /** Where it is written, for messages: `migrations/001_init.sql:12`. */
  readonly origin: string;
}

/** A step with what is done with it. */
export interface PlannedStep extends SchemaStep {
  readonly plan: Exclude<StepPlan, { kind: 'skip' }>;
}

/** What the embedded Postgres does with a step. */
export type StepPlan =
  /** `sql` may differ from the step's: what a single session cannot do is left out of it. */
  | { readonly kind: 'run'; readonly sql: string; readonly extensions?: readonly string[] }
  /** It leaves nothing behind that a plan could depend on. */
  | { readonly kind: 'skip' }
  /** It would be needed, and cannot be done here. */
  | { readonly kind: 'impossible'; readonly message: string };

/** UTF-16 units; a longer INSERT is a data load, and plans do not need all of its rows. */
const maxDataStatement = 1_000_000;

const skip: StepPlan = { kind: 'skip' };

/** Statements that neither define nor fill anything. Transactions are left out because each step commits by itself. */
export const withoutTraces = new Set([
  'TransactionStmt',
  'ExplainStmt',
  'VacuumStmt',
  'ClusterStmt',
  'ReindexStmt',
  'CheckPointStmt',
  'LockStmt',
  'ListenStmt',
  'UnlistenStmt',
  'NotifyStmt',
  'VariableShowStmt',
  'FetchStmt',
  'ClosePortalStmt',
  'DeclareCursorStmt',
  'CreatedbStmt',
  'DropdbStmt',
  'AlterDatabaseStmt',
  'AlterDatabaseSetStmt',
  'AlterSystemStmt',
  'CreateTableSpaceStmt',
  'DropTableSpaceStmt',
  'CreateSubscriptionStmt',
  'AlterSubscriptionStmt',
  'DropSubscriptionStmt',
]);

/** @param extensions those that the embedded Postgres has */
export function planStep(step: SchemaStep, parser: Parser, extensions: ReadonlySet<string>): StepPlan {
  const outcome = parser.parse(step.sql);
  // a query that a program fills in, not a part of the schema
  if (outcome.kind === 'error' && tokenize(step.sql).some(({ kind }) => kind === 'placeholder')) return skip;
  if (outcome.kind === 'error') return { kind: 'impossible', message: outcome.message };
  if (outcome.kind === 'refused') return { kind: 'impossible', message: outcome.reason };
  const stmt = onlyStatement(outcome.stmts);
  if (stmt === null) return skip;
  const [type, node] = Object.entries(stmt)[0] as [string, Record<string, unknown>];
  if (withoutTraces.has(type)) return skip;
  if ('CreateExtensionStmt' in stmt) return planExtension(stmt.CreateExtensionStmt.extname ?? '', stmt, extensions);
  if (isQueryWithParameters(stmt)) return skip;
  if ('SelectStmt' in stmt) return readsOnly(stmt) ? skip : { kind: 'run', sql: step.sql };
  if ('CopyStmt' in stmt) {
    return node.is_from ? { kind: 'impossible', message: 'COPY data is not loaded into the embedded Postgres' } : skip;
  }
  if ('InsertStmt' in stmt || 'UpdateStmt' in stmt || 'DeleteStmt' in stmt || 'MergeStmt' in stmt) {
    if (step.sql.length > maxDataStatement)
      return { kind: 'impossible', message: 'it loads more data than the embedded Postgres takes' };
  }
  const named = 'DoStmt' in stmt ? extensionsNamedIn(step.sql, extensions) : [];
  return { kind: 'run', sql: step.sql, ...(named.length > 0 ? { extensions: named } : {}) };
}

/** A setting of the session (SET, set_config): it holds for the rest of its own file only. */
export function isSessionSetting(sql: string): boolean {
  return /^\s*(set\s(?!local\b|constraints\b)|select\s+(pg_catalog\.)?set_config\s*\()/i.test(sql);
}

function onlyStatement(stmts: readonly RawStmt[]): Node | null {
  return stmts[0]?.stmt ?? null;
}

/**
 * The version that the file wants is left out, because there is only one here; CASCADE brings in what it builds upon.
 */
export function planExtension(name: string, stmt: Node, extensions: ReadonlySet<string>): StepPlan {
  if (name === 'plpgsql') return skip;
  if (!extensions.has(name))
    return { kind: 'impossible', message: `the embedded Postgres does not have the extension "${name}"` };
  const options = 'CreateExtensionStmt' in stmt ? (stmt.CreateExtensionStmt.options ?? []) : [];
  let schema = '';
  for (const option of options) {
    if (!('DefElem' in option) || option.DefElem.defname !== 'schema') continue;
    const value = option.DefElem.arg;
    if (value && 'String' in value) schema = ` SCHEMA ${quoteIdentifier(value.String.sval ?? '')}`;
  }
  const sql = `CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(name)}${schema} CASCADE`;
  return { kind: 'run', sql, extensions: [name] };
}

/**
 * Those of `known` that a text may create, also within a DO block: a bundle costs start time, so only these are loaded. One too many
 * does no harm.
 */
export function extensionsNamedIn(text: string, known: Iterable<string>): string[] {
  const words = new Set<string>();
  for (const [, rest = ''] of text.matchAll(/\bcreate\s+extension\b([^;]*)/gi))
    for (const [word] of rest.matchAll(/[\w-]+/g)) words.add(word.toLowerCase());
  return words.size === 0 ? [] : [...known].filter((name) => words.has(name));
}

/**
 * What a statement lacks that belongs to the server and not to the migrations, as SQL that makes it: roles that policies and grants
 * name, and the schema where a platform puts extensions.
 */
export function missingOnServer({ code, message }: PostgresError): string | null {
  const role = code === '42704' ? /^role "(.*)" does not exist$/.exec(message)?.[1] : undefined;
  if (role !== undefined) return `CREATE ROLE ${quoteIdentifier(role)}`;
  return code === '3F000' && message === `schema "${platformSchema}" does not exist`
    ? `CREATE SCHEMA ${quoteIdentifier(platformSchema)}`
    : null;
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `$1` in a query is for a program to fill in; in a function's body it is the function's. */
function isQueryWithParameters(stmt: Node): boolean {
  if (!/^(Select|Insert|Update|Delete|Merge)Stmt$/.test(Object.keys(stmt)[0] ?? '')) return false;
  let found = false;
  walk(stmt, (type) => {
    if (type === 'ParamRef') found = true;
  });
  return found;
}

/**
 * A query that reads tables is written for its result; one that only calls functions, or sets a sequence or a setting,
 * may be there for what they do.
 */
export function readsOnly(stmt: Node): boolean {
  if (!('SelectStmt' in stmt)) return false;
  const { fromClause, intoClause } = stmt.SelectStmt;
  if (intoClause) return false;
  let writes = false;
  walk(stmt, (type, fields) => {
    if (/^(Insert|Update|Delete|Merge)Stmt$/.test(type)) writes = true;
    if (type !== 'FuncCall') return;
    const name = (fields as { funcname?: { String?: { sval?: string } }[] }).funcname?.at(-1)?.String?.sval ?? '';
    if (!fromClause?.length || ['setval', 'nextval', 'set_config'].includes(name)) writes = true;
  });
  return !writes;
}

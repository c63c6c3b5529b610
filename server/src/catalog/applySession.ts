/** BEGIN, COMMIT, ROLLBACK, SET. */
import type { Node, SelectStmt, TransactionStmt, VariableSetStmt } from '@pgsql/types';
import { nameParts } from './names.ts';
import type { SchemaWriter } from './schema.ts';
import { inTransaction, type Session, type Settings } from './session.ts';

export function applyTransaction(schema: SchemaWriter, stmt: TransactionStmt): void {
  const { session } = schema;
  switch (stmt.kind) {
    case 'TRANS_STMT_BEGIN':
    case 'TRANS_STMT_START':
      if (!session.explicitTransaction)
        schema.setSession({
          explicitTransaction: true,
          transaction: session.transaction + 1,
          beforeTransaction: settingsOf(session),
        });
      return;
    case 'TRANS_STMT_ROLLBACK':
      if (session.explicitTransaction) schema.restore();
      end(schema, stmt, session.beforeTransaction ?? session.afterTransaction);
      return;
    case 'TRANS_STMT_COMMIT':
    case 'TRANS_STMT_PREPARE':
      end(schema, stmt, session.afterTransaction);
      return;
    case 'TRANS_STMT_SAVEPOINT':
      schema.markSavepoint(stmt.savepoint_name ?? '');
      return;
    case 'TRANS_STMT_ROLLBACK_TO':
      schema.restore(stmt.savepoint_name ?? '');
      return;
    default:
  }
}

const settingsOf = ({ lockTimeout, schema, otherSchemas, checksBodies }: Session): Settings => ({
  lockTimeout,
  schema,
  otherSchemas,
  checksBodies,
});

/** @param settings what holds from now on; null: what holds already */
function end(schema: SchemaWriter, stmt: TransactionStmt, settings: Settings | null): void {
  const { session } = schema;
  const { lockTimeout, ...path } = settings ?? settingsOf(session);
  const kept = { lockTimeout: lockTimeout === 'local' ? false : lockTimeout, ...path };
  schema.setSession({
    ...kept,
    explicitTransaction: stmt.chain ?? false,
    transaction: session.transaction + 1,
    afterTransaction: null,
    beforeTransaction: stmt.chain ? kept : null,
  });
}

export function applySet(schema: SchemaWriter, stmt: VariableSetStmt): void {
  switch (stmt.name) {
    case 'lock_timeout': {
      const given = stmt.kind === 'VAR_SET_VALUE' && !isZero(stmt.args?.[0]);
      set(schema, { lockTimeout: given && (stmt.is_local ? 'local' : true) }, stmt.is_local ?? false);
      return;
    }
    case 'search_path': {
      const isReset = stmt.kind === 'VAR_SET_DEFAULT' || stmt.kind === 'VAR_RESET';
      setPath(schema, isReset ? ['public'] : (stmt.args ?? []).map(textOf), stmt.is_local ?? false);
      return;
    }
    case 'check_function_bodies':
      set(schema, { checksBodies: stmt.kind !== 'VAR_SET_VALUE' || !isOff(stmt.args?.[0]) }, stmt.is_local ?? false);
      return;
    default:
  }
}

const isOff = (node: Node | undefined): boolean => /^(?:off|false|no|f|n|0)$/i.test(textOf(node) ?? '') || isZero(node);

/**
 * An empty path finds nothing: where a name stands without its schema all the same, `public` is the best guess.
 * @param path null for a schema that the files do not tell
 */
function setPath(schema: SchemaWriter, path: readonly (string | null)[], local: boolean): void {
  // a schema named after the user is rare; those of the system add nothing of ours
  const own = path.filter((name) => name !== '$user' && name !== 'pg_catalog' && name !== 'pg_temp');
  const [first = null] = own;
  // the schema stays what it was where it is not known
  const known = first === null ? {} : { schema: first === '' ? 'public' : first };
  set(schema, { ...known, otherSchemas: own.length !== 1 || first === null || first === '' }, local);
}

function set(schema: SchemaWriter, change: Partial<Settings>, local: boolean): void {
  const { session } = schema;
  // Postgres only warns that it has no effect
  if (local && inTransaction(session) === false) return;
  const settings = { ...settingsOf(session), ...change };
  const after = session.afterTransaction;
  const afterTransaction = local ? (after ?? settingsOf(session)) : after && { ...after, ...change };
  if (
    settings.lockTimeout === session.lockTimeout &&
    settings.schema === session.schema &&
    settings.otherSchemas === session.otherSchemas &&
    settings.checksBodies === session.checksBodies &&
    (afterTransaction === after || sameSettings(afterTransaction, settings))
  )
    return;
  schema.setSession({ ...settings, afterTransaction });
}

const sameSettings = (a: Settings | null, b: Settings): boolean =>
  a === null ||
  (a.lockTimeout === b.lockTimeout &&
    a.schema === b.schema &&
    a.otherSchemas === b.otherSchemas &&
    a.checksBodies === b.checksBodies);

const isZero = (node: Node | undefined): boolean => {
  if (!node || !('A_Const' in node)) return false;
  const { ival, sval } = node.A_Const;
  return ival ? (ival.ival ?? 0) === 0 : sval ? /^0+\s*(?:us|ms|s|min|h|d)?$/.test((sval.sval ?? '').trim()) : false;
};

function textOf(node: Node | undefined): string | null {
  return node && 'A_Const' in node && node.A_Const.sval ? (node.A_Const.sval.sval ?? '') : null;
}

const isTrue = (node: Node | undefined): boolean => {
  const inner = node && 'TypeCast' in node ? node.TypeCast.arg : node;
  if (!inner || !('A_Const' in inner)) return false;
  return inner.A_Const.boolval?.boolval === true || /^t/i.test(inner.A_Const.sval?.sval ?? '');
};

/** `SELECT set_config('search_path', '', false)`, with which dumps begin; `SELECT plan(3)`, with which tests of pgTAP do. */
export function applySetConfig(schema: SchemaWriter, stmt: SelectStmt): void {
  const target = stmt.targetList?.[0];
  const call = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
  if (!call || !('FuncCall' in call)) return;
  const called = nameParts(call.FuncCall.funcname).at(-1) ?? '';
  if (/^(?:plan|no_plan)$/.test(called) && schema.session.explicitTransaction && schema.functions(called).length === 0)
    schema.setSession({ tests: true });
  if (called !== 'set_config') return;
  const [name, value, local] = call.FuncCall.args ?? [];
  if (textOf(name) !== 'search_path') return;
  const path = textOf(value)?.split(',') ?? [null];
  setPath(
    schema,
    path.map((written) => written?.trim().replace(/^"(.*)"$/, '$1') ?? null),
    isTrue(local),
  );
}

/** BEGIN, COMMIT, ROLLBACK, SET. */
import type { Node, TransactionStmt, VariableSetStmt } from '@pgsql/types';
import { type State, withCatalog, withSession } from './state.ts';

export function applyTransaction(state: State, stmt: TransactionStmt): State {
  const { session } = state;
  switch (stmt.kind) {
    case 'TRANS_STMT_BEGIN':
    case 'TRANS_STMT_START':
      return session.explicitTransaction
        ? state
        : withSession(state, { explicitTransaction: true, rollbackTo: state.catalog });
    case 'TRANS_STMT_ROLLBACK':
      return ended(session.rollbackTo ? withCatalog(state, session.rollbackTo) : state, stmt);
    case 'TRANS_STMT_COMMIT':
    case 'TRANS_STMT_PREPARE':
      return ended(state, stmt);
    default:
      return state;
  }
}

function ended(state: State, stmt: TransactionStmt): State {
  const { session } = state;
  return withSession(state, {
    explicitTransaction: stmt.chain ?? false,
    rollbackTo: stmt.chain ? state.catalog : null,
    addedNotValid: session.addedNotValid.clear(),
    lockTimeout: session.lockTimeout === 'local' ? false : session.lockTimeout,
  });
}

export function applySet(state: State, stmt: VariableSetStmt): State {
  const { session } = state;
  switch (stmt.name) {
    case 'lock_timeout': {
      const set = stmt.kind === 'VAR_SET_VALUE' && !isZero(stmt.args?.[0]);
      const lockTimeout = set && (stmt.is_local ? 'local' : true);
      return lockTimeout === session.lockTimeout ? state : withSession(state, { lockTimeout });
    }
    case 'search_path': {
      const first = stmt.kind === 'VAR_SET_VALUE' ? textOf(stmt.args?.[0]) : 'public';
      return first === null || first === session.schema
        ? state
        : withSession(state, { schema: first === '' ? 'public' : first });
    }
    default:
      return state;
  }
}

const isZero = (node: Node | undefined): boolean => {
  if (!node || !('A_Const' in node)) return false;
  const { ival, sval } = node.A_Const;
  return ival ? (ival.ival ?? 0) === 0 : sval ? /^0+\s*(?:us|ms|s|min|h|d)?$/.test((sval.sval ?? '').trim()) : false;
};

function textOf(node: Node | undefined): string | null {
  return node && 'A_Const' in node && node.A_Const.sval ? (node.A_Const.sval.sval ?? '') : null;
}

/** BEGIN, COMMIT, ROLLBACK, SET. */
import type { Node, TransactionStmt, VariableSetStmt } from '@pgsql/types';
import type { SchemaWriter } from './schema.ts';

export function applyTransaction(schema: SchemaWriter, stmt: TransactionStmt): void {
  const { session } = schema;
  switch (stmt.kind) {
    case 'TRANS_STMT_BEGIN':
    case 'TRANS_STMT_START':
      if (!session.explicitTransaction)
        schema.setSession({ explicitTransaction: true, transaction: session.transaction + 1 });
      return;
    case 'TRANS_STMT_ROLLBACK':
      if (session.explicitTransaction) schema.restore();
      end(schema, stmt);
      return;
    case 'TRANS_STMT_COMMIT':
    case 'TRANS_STMT_PREPARE':
      end(schema, stmt);
      return;
    default:
  }
}

function end(schema: SchemaWriter, stmt: TransactionStmt): void {
  const { session } = schema;
  schema.setSession({
    explicitTransaction: stmt.chain ?? false,
    transaction: session.transaction + 1,
    lockTimeout: session.lockTimeout === 'local' ? false : session.lockTimeout,
  });
}

export function applySet(schema: SchemaWriter, stmt: VariableSetStmt): void {
  const { session } = schema;
  switch (stmt.name) {
    case 'lock_timeout': {
      const set = stmt.kind === 'VAR_SET_VALUE' && !isZero(stmt.args?.[0]);
      const lockTimeout = set && (stmt.is_local ? 'local' : true);
      if (lockTimeout !== session.lockTimeout) schema.setSession({ lockTimeout });
      return;
    }
    case 'search_path': {
      const first = stmt.kind === 'VAR_SET_VALUE' ? textOf(stmt.args?.[0]) : 'public';
      if (first !== null && first !== session.schema) schema.setSession({ schema: first === '' ? 'public' : first });
      return;
    }
    default:
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

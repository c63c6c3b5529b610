import type { Node } from '@pgsql/types';
import { isInUse, targetOf } from '../alterTable.ts';
import { defineRule } from '../rule.ts';
import { constantKey } from './columns.ts';
import { inEveryQuery, operatorOf, whereOf } from './queryLevels.ts';

export default defineRule({
  id: 'write-where-always-true',
  family: 'queries',
  severity: 'warning',
  docs: {
    summary: 'UPDATE or DELETE whose WHERE is true for every row: `WHERE true`, `WHERE 1 = 1`.',
    why: 'It writes or deletes every row of the table, and keeps all of them locked until the transaction ends.',
    fine: 'Every row is meant and the table is small; the condition is written to tell tools so.',
    source: 'https://www.postgresql.org/docs/current/sql-delete.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE sessions (id bigint PRIMARY KEY, seen boolean);',
      unsafe: 'DELETE FROM sessions WHERE 1 = 1;',
      safe: 'DELETE FROM sessions WHERE id < 10;',
    },
    {
      schema: 'CREATE TABLE sessions (id bigint PRIMARY KEY, seen boolean);',
      unsafe: 'UPDATE sessions SET seen = false WHERE true;',
      safe: 'UPDATE sessions SET seen = false WHERE id < 10;',
    },
  ],
  check: inEveryQuery((context) => {
    const { level } = context;
    const stmt =
      'UpdateStmt' in level.node ? level.node.UpdateStmt : 'DeleteStmt' in level.node ? level.node.DeleteStmt : null;
    if (!stmt || level.items.length > 1 || !isTrue(whereOf(level))) return;
    const table = targetOf(stmt.relation, context);
    if (!isInUse(table.key, context)) return;
    const where = context.tokens.findOutside(['where'], table.after);
    if (where < 0) return;
    context.report(
      context.tokens.span(where),
      `The condition holds for every row: all rows of ${table.written} are ${'UpdateStmt' in level.node ? 'written' : 'deleted'}.`,
      'Say which rows are meant.',
    );
  }),
});

function isTrue(condition: Node | undefined): boolean {
  if (!condition) return false;
  if ('A_Const' in condition) return condition.A_Const.boolval?.boolval === true;
  if ('TypeCast' in condition) return isTrue(condition.TypeCast.arg);
  if (!('A_Expr' in condition) || operatorOf(condition.A_Expr) !== '=') return false;
  const left = constantKey(condition.A_Expr.lexpr);
  return left !== null && left === constantKey(condition.A_Expr.rexpr);
}

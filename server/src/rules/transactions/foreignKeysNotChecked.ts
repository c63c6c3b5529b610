import type { Node } from '@pgsql/types';
import { stringOf } from '../../catalog/names.ts';
import { commandsInUse } from '../alterTable.ts';
import { matchCase } from '../edits.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'foreign-keys-not-checked',
  family: 'transactions',
  severity: 'warning',
  docs: {
    summary: 'DISABLE TRIGGER ALL, or session_replication_role = replica.',
    why: 'Postgres checks foreign keys by triggers of its own. DISABLE TRIGGER ALL turns them off for everybody who writes to the table, session_replication_role = replica for the whole session: rows that refer to nothing are stored without an error. When the triggers are enabled again, nobody looks at those rows, and the constraint still counts as valid.',
    fine: 'The rows are known to be right: they come from a dump of the same tables.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DISABLE-ENABLE-TRIGGER',
  },
  examples: [
    {
      schema:
        'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers);',
      unsafe: 'ALTER TABLE orders DISABLE TRIGGER ALL;',
      safe: 'ALTER TABLE orders DISABLE TRIGGER USER;',
    },
    {
      schema:
        'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers);',
      unsafe: 'SET session_replication_role = replica;',
      safe: 'SET session_replication_role = origin;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const item of commandsInUse(stmt, context)) {
        if (item.command.subtype !== 'AT_DisableTrigAll') continue;
        const all = context.tokens.span(item.last);
        context.report(
          item.span,
          `DISABLE TRIGGER ALL turns off the checks of foreign keys for everybody who writes to ${item.table.written}; what is stored meanwhile is never checked.`,
          'DISABLE TRIGGER USER turns off your own triggers and leaves the foreign keys to Postgres.',
          [
            {
              title: 'Disable only your own triggers',
              safe: false,
              edits: [{ ...all, newText: matchCase(context.tokens.written(item.last), 'USER') }],
            },
          ],
        );
      }
    },
    VariableSetStmt(stmt, context) {
      if (stmt.name !== 'session_replication_role' || stmt.kind !== 'VAR_SET_VALUE') return;
      if (settingOf(stmt.args?.[0]) !== 'replica') return;
      context.report(
        context.body,
        'While session_replication_role is replica, no foreign key is checked and no trigger runs in this session; what is stored meanwhile is never checked.',
        'To keep your own triggers from running, ALTER TABLE … DISABLE TRIGGER USER on the tables at hand.',
      );
    },
  },
});

function settingOf(node: Node | undefined): string | null {
  if (node && 'A_Const' in node) return node.A_Const.sval?.sval?.toLowerCase() ?? null;
  return stringOf(node)?.toLowerCase() ?? null;
}

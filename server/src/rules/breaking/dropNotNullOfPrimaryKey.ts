import { commandsOf } from '../alterTable.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'drop-not-null-of-primary-key',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'DROP NOT NULL on a column of the primary key.',
    why: 'The columns of a primary key are never null: Postgres refuses with "column … is in a primary key" (42P16).',
    fine: 'Never, where the files tell the primary key.',
    source: 'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);',
      unsafe: 'ALTER TABLE users ALTER COLUMN id DROP NOT NULL;',
      safe: 'ALTER TABLE users ALTER COLUMN email DROP NOT NULL;',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      const commands = [...commandsOf(stmt, context)];
      // the key may go in the same statement
      if (commands.some(({ command }) => /^AT_Drop(?:Constraint|Column)$/.test(command.subtype ?? ''))) return;
      for (const { command, table, span } of commands) {
        if (command.subtype !== 'AT_DropNotNull') continue;
        const key = table.relation?.constraints.find((c) => c.kind === 'primary');
        if (!key?.columns.includes(command.name ?? '')) continue;
        context.report(
          span,
          `This fails: ${command.name} is in the primary key of ${table.written}.`,
          'Drop the primary key first, or make another column the key.',
        );
      }
    },
  },
});

import type { Relation } from '../../catalog/catalog.ts';
import { columnsUsed } from '../../catalog/expressions.ts';
import { commandsOf } from '../alterTable.ts';
import { defineRule } from '../rule.ts';
import { listed, policiesOn, triggersOn } from './dependents.ts';

export default defineRule({
  id: 'type-change-of-used-column',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'ALTER COLUMN … TYPE of a column that a view, policy, trigger or generated column uses.',
    why: 'Postgres does not change the type of such a column, not even to a longer varchar: "cannot alter type of a column used by a view or rule" (0A000; 42601 for generated columns in older versions). Indexes, constraints and defaults are carried over, and functions are not looked at.',
    fine: 'Never, where the files tell the whole history.',
    source: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DATA-TYPE',
  },
  examples: [
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY, name varchar(50));\nCREATE VIEW names AS SELECT id, name FROM users;',
      unsafe: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(100);',
      safe: 'DROP VIEW names;\nALTER TABLE users ALTER COLUMN name TYPE varchar(100);\nCREATE VIEW names AS SELECT id, name FROM users;',
    },
    {
      schema:
        'CREATE TABLE notes (id bigint PRIMARY KEY, owner varchar(50));\nCREATE POLICY own ON notes USING (owner = current_user);',
      unsafe: 'ALTER TABLE notes ALTER COLUMN owner TYPE text;',
      safe: 'DROP POLICY own ON notes;\nALTER TABLE notes ALTER COLUMN owner TYPE text;\nCREATE POLICY own ON notes USING (owner = current_user);',
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      for (const { command, table, span } of commandsOf(stmt, context)) {
        const { relation } = table;
        const column = command.name ?? '';
        if (command.subtype !== 'AT_AlterColumnType' || !relation) continue;
        const users = [
          ...viewsOn(relation, column),
          ...policiesOn(relation, column),
          ...triggersOn(relation, column),
          ...generatedFrom(relation, column),
        ];
        if (users.length === 0) continue;
        context.report(
          span,
          `Changing the type of ${column} fails: ${listed(users)} ${users.length === 1 ? 'uses' : 'use'} it.`,
          'Drop what uses the column, change the type and create it again, all in one transaction.',
        );
      }
    },
  },
});

const viewsOn = (relation: Relation, column: string) =>
  relation.dependents
    .filter((d) => (d.kind === 'view' || d.kind === 'materialized view') && d.columns?.includes(column))
    .map((d) => ({ what: `${d.kind} ${d.name.replace(/^public\./, '')}`, drop: null }));

const generatedFrom = (relation: Relation, column: string) =>
  relation.columns
    .filter((c) => c.generated && columnsUsed(c.generated.expression).includes(column))
    .map((c) => ({ what: `generated column ${c.name}`, drop: null }));

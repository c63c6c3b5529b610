import { before } from '../edits.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';
import { dropsOf, listed } from './dependents.ts';
import { droppedObjects } from './dropped.ts';
import { type DroppedThing, droppedByAlter, droppedByDrop } from './droppedThings.ts';

export default defineRule({
  id: 'drop-with-dependents',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'DROP, without CASCADE, of something that views, foreign keys, policies or triggers depend on.',
    why: 'Postgres refuses it: "cannot drop … because other objects depend on it" (2BP01). A table waits for its views, for foreign keys of other tables and for tables that inherit from it; a column also for policies, for triggers that name it and, since Postgres 15, for generated columns; a primary key or unique constraint for the foreign keys that refer to it; a sequence that feeds a serial column cannot go by itself. What belongs to a table alone (its indexes, constraints, triggers, policies, sequences) goes with it and hinders nothing.',
    fine: 'Never, where the files tell the whole history.',
    source: 'https://www.postgresql.org/docs/current/ddl-depend.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE VIEW emails AS SELECT id, email FROM users;',
      unsafe: 'ALTER TABLE users DROP COLUMN email;',
      safe: 'DROP VIEW emails;\nALTER TABLE users DROP COLUMN email;',
    },
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users);',
      unsafe: 'DROP TABLE users;',
      safe: 'ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;\nDROP TABLE users;',
    },
    {
      schema:
        'CREATE TABLE notes (id bigint PRIMARY KEY, owner text);\nCREATE POLICY own ON notes USING (owner = current_user);',
      unsafe: 'ALTER TABLE notes DROP COLUMN owner;',
      safe: 'DROP POLICY own ON notes;\nALTER TABLE notes DROP COLUMN owner;',
    },
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE);\nCREATE TABLE logins (email text REFERENCES users (email));',
      unsafe: 'ALTER TABLE users DROP CONSTRAINT users_email_key;',
      safe: 'ALTER TABLE logins DROP CONSTRAINT logins_email_fkey;\nALTER TABLE users DROP CONSTRAINT users_email_key;',
    },
  ],
  check: {
    DropStmt(stmt, context) {
      for (const thing of droppedByDrop(stmt, context)) judge(thing, context);
      for (const { key, written, span } of droppedObjects(stmt, context)) {
        const relation = context.before.relation(key);
        const owner = relation?.ownedBy;
        const column = owner && context.before.relation(owner.table)?.columns.find((c) => c.name === owner.column);
        if (stmt.removeType === 'OBJECT_SEQUENCE' && stmt.behavior !== 'DROP_CASCADE' && column?.serial)
          context.report(
            span,
            `This fails: the default of ${owner?.column} in ${owner?.table.replace(/^public\./, '')} takes its values from ${written}.`,
            'Drop the default first; dropping the column or the table drops the sequence as well.',
          );
      }
    },
    AlterTableStmt(stmt, context) {
      for (const thing of droppedByAlter(stmt, context)) judge(thing, context);
    },
  },
});

function judge({ what, span, dependents, cascades }: DroppedThing, context: RuleContext): void {
  if (cascades || dependents.length === 0) return;
  const drops = dropsOf(dependents);
  const fixes: Fix[] = drops
    ? [{ title: 'Drop what depends on it first', safe: false, edits: [before(context, drops)] }]
    : [];
  context.report(
    span,
    `Dropping ${what} fails: ${listed(dependents)} ${dependents.length === 1 ? 'depends' : 'depend'} on it.`,
    'Drop or change what depends on it first; CASCADE would drop all of it.',
    fixes,
  );
}

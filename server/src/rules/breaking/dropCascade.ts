import { isInUse } from '../alterTable.ts';
import { before } from '../edits.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';
import { dropsOf, listed } from './dependents.ts';
import { type DroppedThing, droppedByAlter, droppedByDrop } from './droppedThings.ts';

export default defineRule({
  id: 'drop-cascade',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'DROP … CASCADE that drops views, foreign keys, policies or triggers along, which the files know of.',
    why: 'CASCADE drops whatever depends on the object, and what depends on that, and tells it in a notice that nobody reads. Views disappear from under their clients; a foreign key or policy that is gone is not missed by any test, and bad rows or unseen rows get through from then on.',
    fine: 'All that is listed is meant to go.',
    source: 'https://www.postgresql.org/docs/current/ddl-depend.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE VIEW emails AS SELECT id, email FROM users;',
      unsafe: 'ALTER TABLE users DROP COLUMN email CASCADE;',
      safe: 'DROP VIEW emails;\nALTER TABLE users DROP COLUMN email;',
    },
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users);',
      unsafe: 'ALTER TABLE users DROP CONSTRAINT users_pkey CASCADE;',
      safe: 'ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;\nALTER TABLE users DROP CONSTRAINT users_pkey;',
    },
  ],
  check: {
    DropStmt(stmt, context) {
      // a foreign key is not missed when the table that it refers to is gone
      const things = droppedByDrop(stmt, context).filter((t) => t.dependents.some((d) => !d.isForeignKey));
      for (const thing of things) judge(thing, stmt.objects?.length === 1, context);
    },
    AlterTableStmt(stmt, context) {
      for (const thing of droppedByAlter(stmt, context)) judge(thing, true, context);
    },
  },
});

function judge({ what, span, dependents, key, cascades }: DroppedThing, alone: boolean, context: RuleContext): void {
  if (!cascades || dependents.length === 0 || !isInUse(key, context)) return;
  const { tokens, text } = context;
  const drops = dropsOf(dependents);
  // the word stands behind a column, and behind a list of tables
  const at = tokens.all.find((t) => t.start >= span.start && /^cascade$/i.test(text.slice(t.start, t.end)));
  const fixes: Fix[] =
    drops && alone && at
      ? [
          {
            title: 'Drop what goes along by name, without CASCADE',
            safe: false,
            edits: [
              before(context, drops),
              { start: text.slice(0, at.start).trimEnd().length, end: at.end, newText: '' },
            ],
          },
        ]
      : [];
  context.report(
    span,
    `Dropping ${what} with CASCADE drops ${listed(dependents)} as well.`,
    'Drop what depends on it by name, so that it is seen; without CASCADE, Postgres refuses where something else depends on it.',
    fixes,
  );
}

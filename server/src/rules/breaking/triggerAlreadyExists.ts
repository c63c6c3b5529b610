import { targetOf } from '../alterTable.ts';
import { insertAt } from '../edits.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'trigger-already-exists',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'CREATE TRIGGER of a name that the table already has a trigger of.',
    why: 'Postgres refuses it with "trigger … for relation … already exists" (42710). CREATE OR REPLACE TRIGGER replaces the old one in place (since Postgres 14; not for constraint triggers).',
    fine: 'Never, where the files tell the whole history of the table.',
    source: 'https://www.postgresql.org/docs/current/sql-createtrigger.html',
  },
  examples: [
    {
      schema:
        "CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\nCREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();",
      unsafe: 'CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();',
      safe: 'CREATE OR REPLACE TRIGGER touch BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();',
    },
  ],
  check: {
    CreateTrigStmt(stmt, context) {
      const table = targetOf(stmt.relation, context);
      if (stmt.replace || !table.relation?.triggers.some((t) => t.name === stmt.trigname)) return;
      const { tokens } = context;
      context.report(
        tokens.span(0, tokens.find(['trigger']) + 1),
        `This fails: ${table.written} already has a trigger ${stmt.trigname}.`,
        'Drop the old one first, or replace it by CREATE OR REPLACE TRIGGER.',
        stmt.isconstraint
          ? []
          : [
              {
                title: 'Replace the trigger that is there',
                safe: false,
                edits: [insertAt(tokens.span(0).end, tokens.written(0) === 'create' ? ' or replace' : ' OR REPLACE')],
              },
            ],
      );
    },
  },
});

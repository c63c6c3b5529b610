import { targetOf } from '../alterTable.ts';
import { before } from '../edits.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'policy-already-exists',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'CREATE POLICY of a name that the table already has a policy of.',
    why: 'Postgres refuses it with "policy … for table … already exists" (42710); there is neither IF NOT EXISTS nor OR REPLACE for policies.',
    fine: 'Never, where the files tell the whole history of the table.',
    source: 'https://www.postgresql.org/docs/current/sql-createpolicy.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE notes (id bigint PRIMARY KEY, owner text);\nCREATE POLICY own ON notes USING (owner = current_user);',
      unsafe: 'CREATE POLICY own ON notes FOR SELECT USING (owner = current_user);',
      safe: 'DROP POLICY own ON notes;\nCREATE POLICY own ON notes FOR SELECT USING (owner = current_user);',
    },
  ],
  check: {
    CreatePolicyStmt(stmt, context) {
      const table = targetOf(stmt.table, context);
      if (!table.relation?.policies.some((p) => p.name === stmt.policy_name)) return;
      const { tokens } = context;
      const name = tokens.written(2);
      context.report(
        tokens.span(0, 2),
        `This fails: ${table.written} already has a policy ${stmt.policy_name}.`,
        'Drop the old one first, in the same transaction so that the table is never without it.',
        [
          {
            title: 'Drop the policy that is there first',
            safe: false,
            edits: [before(context, [`DROP POLICY ${name} ON ${table.written}`])],
          },
        ],
      );
    },
  },
});

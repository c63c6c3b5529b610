import { defineRule } from '../rule.ts';
import { appliesTo, commandOf, policySpan, tableWithPolicy, writtenTable } from './policies.ts';

export default defineRule({
  id: 'write-policy-without-select-policy',
  family: 'security',
  severity: 'warning',
  docs: {
    summary: 'A table has a policy FOR UPDATE or DELETE and none that lets its roles read.',
    why: 'An UPDATE or DELETE that names a column in WHERE or RETURNING has to read rows, and for that the policies FOR SELECT count as well. Without any, such a statement finds no row: it changes nothing and raises no error. (Without WHERE it does change rows.)',
    fine: 'The roles are only ever to change all of the rows that the policy gives them, without WHERE and RETURNING.',
    source: 'https://www.postgresql.org/docs/current/sql-createpolicy.html#SQL-CREATEPOLICY-SUMMARY',
  },
  examples: [
    {
      schema: 'CREATE TABLE notes (id bigint PRIMARY KEY, note text);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;',
      unsafe: 'CREATE POLICY change ON notes FOR UPDATE USING (id < 100);',
      safe: 'CREATE POLICY change ON notes FOR UPDATE USING (id < 100);\nCREATE POLICY see ON notes FOR SELECT USING (id < 100);',
    },
  ],
  conclude: {
    CreatePolicyStmt(stmt, context) {
      const command = commandOf(stmt);
      if (!stmt.permissive || (command !== 'update' && command !== 'delete')) return;
      const table = tableWithPolicy(stmt, context.after, context.session);
      const own = table?.policies.find((p) => p.name === stmt.policy_name);
      if (!table?.complete || !table.rowSecurity.enabled || !own || context.after.doubts('policies')) return;
      if (table.policies.some((p) => p.permissive && appliesTo(p, 'select'))) return;
      context.report(
        policySpan(context),
        `${command.toUpperCase()} … WHERE finds no row here: no policy of ${writtenTable(stmt)} lets anybody read, and WHERE has to.`,
        'Add a policy FOR SELECT for the same rows, or make this one FOR ALL.',
      );
    },
  },
});

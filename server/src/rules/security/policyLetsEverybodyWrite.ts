import { defineRule } from '../rule.ts';
import { appliesTo, commandOf, isTrue, policySpan, rolesOf, tableKey, writtenTable } from './policies.ts';

export default defineRule({
  id: 'policy-lets-everybody-write',
  family: 'security',
  severity: 'warning',
  docs: {
    summary: 'A policy without TO whose condition for UPDATE, DELETE or ALL is simply true.',
    why: 'Policies of a table are joined by OR: one that is true for everybody makes all others for that command void. Every role that holds the privilege can change or delete every row, as if there were no row-level security.',
    fine: 'Only trusted roles hold the privilege; name them with TO then. (A policy FOR SELECT that is true is common and not reported.)',
    source: 'https://www.postgresql.org/docs/current/ddl-rowsecurity.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE notes (id bigint PRIMARY KEY, owner text);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes USING (owner = current_user);',
      unsafe: 'CREATE POLICY change ON notes FOR DELETE USING (true);',
      safe: 'CREATE POLICY change ON notes FOR DELETE USING (owner = current_user);',
    },
  ],
  conclude: {
    CreatePolicyStmt(stmt, context) {
      const command = commandOf(stmt);
      if (!stmt.permissive || command === 'select' || command === 'insert' || !isTrue(stmt.qual)) return;
      const roles = rolesOf(stmt.roles);
      if (!roles.includes('public')) return;
      const relation = context.after.relation(tableKey(stmt, context.session));
      if (!relation?.policies.some((p) => p.name === stmt.policy_name)) return;
      // a restrictive policy still holds rows back
      if (relation.policies.some((p) => !p.permissive && (command === 'all' || appliesTo(p, command)))) return;
      const what = command === 'all' ? 'read, change and delete' : command === 'update' ? 'change' : 'delete';
      context.report(
        policySpan(context),
        `This policy lets every role with the privilege ${what} every row of ${writtenTable(stmt)}, whatever its other policies say.`,
        'Give it a condition, or name the roles that may do so with TO.',
      );
    },
  },
});

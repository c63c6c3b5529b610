import { behind } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { policySpan, tableWithPolicy, writtenTable } from './policies.ts';

export default defineRule({
  id: 'policy-without-row-security',
  family: 'security',
  severity: 'warning',
  docs: {
    summary: 'A policy on a table whose row-level security is not enabled.',
    why: 'CREATE POLICY is accepted, and the policy does nothing: every role with the privilege sees and changes every row, until ALTER TABLE … ENABLE ROW LEVEL SECURITY.',
    fine: 'It is enabled by something that is not in these files.',
    source: 'https://www.postgresql.org/docs/current/sql-createpolicy.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE notes (id bigint PRIMARY KEY, owner text);',
      unsafe: 'CREATE POLICY own ON notes USING (owner = current_user);',
      safe: 'CREATE POLICY own ON notes USING (owner = current_user);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;',
    },
  ],
  conclude: {
    CreatePolicyStmt(stmt, context) {
      const table = tableWithPolicy(stmt, context.after, context.session);
      if (!table?.complete || table.rowSecurity.enabled || context.after.doubts('policies')) return;
      // said once a table
      if (table.policies[0]?.name !== stmt.policy_name) return;
      const { tokens, text } = context;
      const on = tokens.findOutside(['on']) + 1;
      const { start, end } = tokens.span(on, tokens.afterName(on) - 1);
      const enable = `ALTER TABLE ${text.slice(start, end)} ENABLE ROW LEVEL SECURITY`;
      context.report(
        policySpan(context),
        `This policy has no effect: row-level security of ${writtenTable(stmt)} is not enabled, so every row is open to all who hold the privilege.`,
        `${enable}.`,
        [{ title: 'Enable row-level security', edits: [behind(context, [enable])], safe: false }],
      );
    },
  },
});

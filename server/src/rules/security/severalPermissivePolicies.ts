import type { PolicyCommand } from '../../catalog/objects.ts';
import { defineRule } from '../rule.ts';
import { appliesTo, policySpan, tableWithPolicy, writtenTable } from './policies.ts';

const commands: readonly PolicyCommand[] = ['select', 'insert', 'update', 'delete'];

export default defineRule({
  id: 'several-permissive-policies',
  family: 'security',
  severity: 'hint',
  docs: {
    summary: 'Two permissive policies of a table hold for the same role and command.',
    why: 'Permissive policies are joined by OR: a row is allowed when any of them allows it, not when all do, and each query computes all of them until one holds. Two that were meant to narrow each other widen each other.',
    fine: 'That is what is meant.',
    source: 'https://www.postgresql.org/docs/current/ddl-rowsecurity.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE notes (id bigint PRIMARY KEY, owner text, public boolean);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes FOR SELECT USING (owner = current_user);',
      unsafe: 'CREATE POLICY shown ON notes FOR SELECT USING (public);',
      safe: 'CREATE POLICY shown ON notes AS RESTRICTIVE FOR SELECT USING (public);',
    },
  ],
  conclude: {
    CreatePolicyStmt(stmt, context) {
      if (!stmt.permissive) return;
      const table = tableWithPolicy(stmt, context.after, context.session);
      const own = table?.policies.find((p) => p.name === stmt.policy_name);
      if (!table || !own) return;
      const earlier = table.policies.slice(0, table.policies.indexOf(own));
      const command = commands.find((c) => appliesTo(own, c));
      for (const other of earlier) {
        const shared = commands.filter((c) => appliesTo(own, c) && appliesTo(other, c));
        if (!other.permissive || shared.length === 0 || command === undefined) continue;
        if (!own.roles.some((role) => other.roles.includes(role))) continue;
        const what = shared.length === commands.length ? 'every command' : shared.join(', ').toUpperCase();
        context.report(
          policySpan(context),
          `For ${what} on ${writtenTable(stmt)}, a row is allowed when this policy or ${other.name} allows it: permissive policies are joined by OR.`,
          'Join the conditions in one policy, or make the one that must always hold AS RESTRICTIVE.',
        );
        return;
      }
    },
  },
});

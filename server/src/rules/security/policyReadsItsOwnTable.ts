import type { CreatePolicyStmt, Node, RangeVar } from '@pgsql/types';
import { rangeVarKey } from '../../catalog/names.ts';
import type { Policy } from '../../catalog/objects.ts';
import { walk } from '../../syntax/walk.ts';
import { defineRule } from '../rule.ts';
import { appliesTo, commandOf, policySpan, rolesOf, tableWithPolicy, writtenTable } from './policies.ts';

export default defineRule({
  id: 'policy-reads-its-own-table',
  family: 'security',
  severity: 'warning',
  docs: {
    summary: "A policy for reading a table queries that same table, by itself or by way of another table's policy.",
    why: 'To run the query inside of the policy, Postgres has to apply the policy again, and so on. It sees that and refuses the query: "infinite recursion detected in policy" (42P17). Nobody under row-level security can read the table any more.',
    fine: 'Never. A SECURITY DEFINER function whose owner is not under the policies can look at the table without them.',
    source: 'https://www.postgresql.org/docs/current/sql-createpolicy.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE members (team bigint, who text, is_admin boolean);\nALTER TABLE members ENABLE ROW LEVEL SECURITY;',
      unsafe:
        'CREATE POLICY same_team ON members FOR SELECT USING (team IN (SELECT m.team FROM members m WHERE m.who = current_user));',
      safe: 'CREATE POLICY own_rows ON members FOR SELECT USING (who = current_user);',
    },
    {
      schema:
        'CREATE TABLE members (team bigint, who text);\nCREATE TABLE teams (id bigint, owner text);\nALTER TABLE members ENABLE ROW LEVEL SECURITY;\nALTER TABLE teams ENABLE ROW LEVEL SECURITY;\nCREATE POLICY owned ON members FOR SELECT USING (EXISTS (SELECT FROM teams WHERE teams.id = members.team AND teams.owner = current_user));',
      unsafe:
        'CREATE POLICY mine ON teams FOR SELECT USING (EXISTS (SELECT FROM members WHERE members.team = teams.id AND members.who = current_user));',
      safe: 'CREATE POLICY mine ON teams FOR SELECT USING (owner = current_user);',
    },
  ],
  conclude: {
    CreatePolicyStmt(stmt, context) {
      const command = commandOf(stmt);
      if (command !== 'all' && command !== 'select') return;
      const { after, session } = context;
      const table = tableWithPolicy(stmt, after, session);
      if (!table?.rowSecurity.enabled) return;
      const own = rangeVarKey(stmt.table, session.schema);
      const through = [...tablesRead(stmt.qual, session.schema)];
      if (through.includes(own)) {
        context.report(
          policySpan(context),
          `Every query on ${writtenTable(stmt)} under this policy fails: the policy queries ${writtenTable(stmt)}, and so has to be applied within itself.`,
          'Put the lookup into a SECURITY DEFINER function (with its search_path set), or into a table without policies.',
        );
        return;
      }
      const roles = rolesOf(stmt.roles);
      // nobody may be under both policies otherwise
      const meets = (p: Policy): boolean => p.roles.includes('public') || p.roles.some((role) => roles.includes(role));
      for (const other of through) {
        const relation = after.relation(other);
        if (!relation?.rowSecurity.enabled) continue;
        const back = relation.policies.find(
          (p) => appliesTo(p, 'select') && meets(p) && tablesRead(p.using, relation.schema).has(own),
        );
        if (!back) continue;
        context.report(
          policySpan(context),
          `Queries on ${writtenTable(stmt)} under this policy fail: it queries ${relation.name}, whose policy ${back.name} queries ${writtenTable(stmt)} again.`,
          'Put one of the lookups into a SECURITY DEFINER function (with its search_path set), so that no policy is applied there.',
        );
        return;
      }
    },
  },
});

/** Keys of the tables that a condition queries. A view may hide others: it is not looked into. */
function tablesRead(condition: Node | CreatePolicyStmt['qual'] | null, schema: string): Set<string> {
  const ctes = new Set<string>();
  const tables: RangeVar[] = [];
  walk({ condition }, (type, node) => {
    if (type === 'CommonTableExpr') ctes.add((node as { ctename?: string }).ctename ?? '');
    else if (type === 'RangeVar') tables.push(node as RangeVar);
  });
  return new Set(tables.filter((t) => t.schemaname || !ctes.has(t.relname ?? '')).map((t) => rangeVarKey(t, schema)));
}

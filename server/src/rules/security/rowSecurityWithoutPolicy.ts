import { rangeVarKey } from '../../catalog/names.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'row-security-without-policy',
  family: 'security',
  severity: 'information',
  docs: {
    summary: 'Row-level security is enabled on a table that has no policy which allows anything.',
    why: 'Without a permissive policy nothing is allowed: to every role but the owner, superusers and those with BYPASSRLS the table looks empty, and each INSERT is refused. Restrictive policies only take away.',
    fine: 'Only such roles, or SECURITY DEFINER functions, are to reach the table.',
    source: 'https://www.postgresql.org/docs/current/ddl-rowsecurity.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE notes (id bigint PRIMARY KEY, owner text);',
      unsafe: 'ALTER TABLE notes ENABLE ROW LEVEL SECURITY;',
      safe: 'ALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes USING (owner = current_user);',
    },
    {
      schema: 'CREATE TABLE notes (id bigint PRIMARY KEY, owner text);',
      unsafe:
        'ALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes AS RESTRICTIVE USING (owner = current_user);',
      safe: 'ALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes USING (owner = current_user);',
    },
  ],
  conclude: {
    AlterTableStmt(stmt, context) {
      if (!stmt.cmds?.some((c) => 'AlterTableCmd' in c && c.AlterTableCmd.subtype === 'AT_EnableRowSecurity')) return;
      const relation = context.after.relation(rangeVarKey(stmt.relation, context.session.schema));
      if (context.after.doubts('policies')) return;
      if (!relation?.complete || !relation.rowSecurity.enabled || relation.policies.some((p) => p.permissive)) return;
      const { tokens } = context;
      const enable = tokens.findOutside(['enable', 'row']);
      if (enable < 0) return;
      const only = relation.policies.length > 0 ? 'has restrictive policies only' : 'has no policy';
      context.report(
        tokens.span(enable, enable + 3),
        `${relation.name} ${only}: to every role but its owner and those that bypass row-level security it looks empty, and each INSERT is refused.`,
        'Add a permissive policy for those who are to reach the rows.',
      );
    },
  },
});

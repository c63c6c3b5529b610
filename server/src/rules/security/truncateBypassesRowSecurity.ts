import { rangeVarKey } from '../../catalog/names.ts';
import { defineRule } from '../rule.ts';
import { rolesOf } from './policies.ts';

export default defineRule({
  id: 'truncate-bypasses-row-security',
  family: 'security',
  severity: 'information',
  docs: {
    summary: 'TRUNCATE is granted on a table with row-level security, most often by GRANT ALL.',
    why: 'Policies are asked of rows, and TRUNCATE asks of none: a role that holds the privilege empties the table, although its policies let it delete only its own rows.',
    fine: 'The role may delete every row anyway.',
    source: 'https://www.postgresql.org/docs/current/ddl-rowsecurity.html',
  },
  examples: [
    {
      schema:
        'CREATE TABLE notes (id bigint PRIMARY KEY, owner text);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes USING (owner = current_user);',
      unsafe: 'GRANT ALL ON notes TO pg_monitor;',
      safe: 'GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO pg_monitor;',
    },
  ],
  conclude: {
    GrantStmt(stmt, context) {
      if (!stmt.is_grant || stmt.objtype !== 'OBJECT_TABLE' || stmt.targtype !== 'ACL_TARGET_OBJECT') return;
      const privileges = stmt.privileges ?? [];
      const truncate = privileges.some((p) => 'AccessPriv' in p && p.AccessPriv.priv_name === 'truncate');
      if (privileges.length > 0 && !truncate) return;
      // roles that are made to pass policies by
      const roles = rolesOf(stmt.grantees).filter((role) => !/^(?:postgres|service_role|ROLESPEC_.*)$/.test(role));
      if (roles.length === 0) return;
      const { tokens, after, session } = context;
      const secured = (stmt.objects ?? [])
        .flatMap((o) => ('RangeVar' in o ? [after.relation(rangeVarKey(o.RangeVar, session.schema))] : []))
        .find((r) => r?.rowSecurity.enabled);
      if (!secured) return;
      const first = tokens.findOutside(['grant']) + 1;
      const on = tokens.findOutside(['on']);
      const at = truncate ? tokens.find(['truncate'], first, on) : first;
      const columns = privileges.length > 0 ? at : on - 1;
      context.report(
        tokens.span(at, columns),
        `${roles.join(', ')} may empty ${secured.name} by TRUNCATE, which asks no policy.`,
        'Grant SELECT, INSERT, UPDATE and DELETE as far as they are needed.',
        privileges.length === 0
          ? [
              {
                title: 'Grant SELECT, INSERT, UPDATE and DELETE',
                edits: [{ ...tokens.span(first, on - 1), newText: 'SELECT, INSERT, UPDATE, DELETE' }],
                safe: false,
              },
            ]
          : [],
      );
    },
  },
});

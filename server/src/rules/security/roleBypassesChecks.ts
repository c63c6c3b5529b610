import type { Node } from '@pgsql/types';
import { defineRule, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'role-bypasses-checks',
  family: 'security',
  severity: 'information',
  docs: {
    summary: 'A role is made SUPERUSER or given BYPASSRLS.',
    why: 'BYPASSRLS leaves all policies of all tables out for the role. A superuser passes every check of privileges as well, and can run programs on the server.',
    fine: 'The role is for administration or backups, and no application logs in as it.',
    source: 'https://www.postgresql.org/docs/current/role-attributes.html',
  },
  examples: [
    { unsafe: 'CREATE ROLE rb_reader BYPASSRLS;', safe: 'CREATE ROLE rb_reader;' },
    { unsafe: 'CREATE ROLE rb_worker SUPERUSER;', safe: 'CREATE ROLE rb_worker;' },
  ],
  check: {
    CreateRoleStmt: (stmt, context) => inspect(stmt.options, context),
    AlterRoleStmt: (stmt, context) => inspect(stmt.options, context),
  },
});

function inspect(options: Node[] | undefined, context: RuleContext): void {
  for (const option of options ?? []) {
    if (!('DefElem' in option)) continue;
    const { defname, arg } = option.DefElem;
    if (!arg || !('Boolean' in arg) || !arg.Boolean.boolval) continue;
    if (defname === 'superuser')
      report(
        'superuser',
        'A superuser passes every check: privileges, policies, and what it may run on the server.',
        context,
      );
    else if (defname === 'bypassrls')
      report('bypassrls', 'No policy of any table holds for a role with BYPASSRLS.', context);
  }
}

function report(word: string, message: string, context: RuleContext): void {
  context.report(
    context.tokens.span(context.tokens.find([word])),
    message,
    'Give the role the privileges that it needs, and policies of its own.',
  );
}

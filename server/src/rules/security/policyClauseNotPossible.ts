import { defineRule, type Fix } from '../rule.ts';
import { commandOf } from './policies.ts';

export default defineRule({
  id: 'policy-clause-not-possible',
  family: 'security',
  severity: 'error',
  docs: {
    summary: 'A policy FOR INSERT with USING, or one FOR SELECT or DELETE with WITH CHECK.',
    why: 'USING asks of rows that are there, WITH CHECK of rows as they are to be stored. An INSERT has only the second kind, SELECT and DELETE only the first; CREATE POLICY is refused otherwise (42601).',
    fine: 'Never.',
    source: 'https://www.postgresql.org/docs/current/sql-createpolicy.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE notes (id bigint PRIMARY KEY, owner text);',
      unsafe: 'CREATE POLICY add_own ON notes FOR INSERT USING (owner = current_user);',
      safe: 'CREATE POLICY add_own ON notes FOR INSERT WITH CHECK (owner = current_user);',
    },
    {
      schema: 'CREATE TABLE notes (id bigint PRIMARY KEY, owner text);',
      unsafe: 'CREATE POLICY see_own ON notes FOR SELECT WITH CHECK (owner = current_user);',
      safe: 'CREATE POLICY see_own ON notes FOR SELECT USING (owner = current_user);',
    },
  ],
  check: {
    CreatePolicyStmt(stmt, context) {
      const { tokens } = context;
      const command = commandOf(stmt);
      const using = tokens.findOutside(['using']);
      const check = tokens.findOutside(['with', 'check']);
      if (command === 'insert' && stmt.qual && using >= 0) {
        const fixes: Fix[] = stmt.with_check
          ? []
          : [{ title: 'Write WITH CHECK', edits: [{ ...tokens.span(using), newText: 'WITH CHECK' }], safe: false }];
        context.report(
          tokens.span(using),
          'CREATE POLICY fails: a policy FOR INSERT takes WITH CHECK alone, as there is no row yet that USING could ask of.',
          'Write WITH CHECK.',
          fixes,
        );
      } else if ((command === 'select' || command === 'delete') && stmt.with_check && check >= 0) {
        const fixes: Fix[] = stmt.qual
          ? []
          : [{ title: 'Write USING', edits: [{ ...tokens.span(check, check + 1), newText: 'USING' }], safe: false }];
        context.report(
          tokens.span(check, check + 1),
          `CREATE POLICY fails: a policy FOR ${command.toUpperCase()} takes USING alone, as no row is stored that WITH CHECK could ask of.`,
          'Write USING.',
          fixes,
        );
      }
    },
  },
});

import type { GrantStmt } from '@pgsql/types';
import { defineRule, type RuleContext, type Severity } from '../rule.ts';
import { rolesOf } from './policies.ts';

export default defineRule({
  id: 'grant-to-public',
  family: 'security',
  severity: 'warning',
  docs: {
    summary: 'GRANT on tables, or of CREATE on a schema, to PUBLIC.',
    why: 'PUBLIC is not a role but everybody: each role of the cluster that can connect, those that will be created next year included. It cannot be taken back from one of them alone. A role that may create in a schema on the search path of others can put its own functions in their way.',
    fine: 'The data is meant for every role of the cluster. (Reading alone is told as information.)',
    source: 'https://www.postgresql.org/docs/current/ddl-priv.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE notes (id bigint PRIMARY KEY, owner text);',
      unsafe: 'GRANT SELECT, UPDATE ON notes TO PUBLIC;',
      safe: 'GRANT SELECT, UPDATE ON notes TO CURRENT_USER;',
    },
    {
      unsafe: 'GRANT CREATE ON SCHEMA public TO PUBLIC;',
      safe: 'GRANT CREATE ON SCHEMA public TO CURRENT_USER;',
    },
    {
      unsafe: 'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO PUBLIC;',
      safe: 'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO CURRENT_USER;',
    },
  ],
  check: {
    GrantStmt(stmt, context) {
      inspect(stmt, context, '');
    },
    AlterDefaultPrivilegesStmt(stmt, context) {
      if (stmt.action) inspect(stmt.action, context, 'future ');
    },
  },
});

function inspect(stmt: GrantStmt, context: RuleContext, future: string): void {
  if (!stmt.is_grant || !rolesOf(stmt.grantees).includes('public')) return;
  const privileges = (stmt.privileges ?? []).flatMap((p) => ('AccessPriv' in p ? [p.AccessPriv.priv_name ?? ''] : []));
  const all = privileges.length === 0;
  const { tokens } = context;
  let what: string;
  let severity: Severity = 'warning';
  if (stmt.objtype === 'OBJECT_TABLE') {
    // what a view or an information table shows is often meant for all
    if (!all && privileges.every((p) => p === 'select' || p === 'references')) severity = 'information';
    what = `${all ? 'do anything with' : listed(privileges)} ${stmt.targtype === 'ACL_TARGET_OBJECT' ? 'this table' : `the ${future}tables`}`;
  } else if (stmt.objtype === 'OBJECT_SCHEMA' && (all || privileges.includes('create')))
    what = 'create functions and tables in the schema, where the names of others are looked up';
  else return;
  // a schema may be called public too, and stands before it
  const marked = lastWord(tokens.length, (i) => tokens.word(i) === 'public');
  context.report(
    tokens.span(marked),
    `PUBLIC is every role of the cluster, also those to come: all of them may ${what}.`,
    'Name the roles that need it.',
    [],
    { severity },
  );
}

const verbs: Readonly<Record<string, string>> = {
  select: 'read',
  insert: 'add to',
  update: 'change',
  delete: 'delete from',
};

function listed(privileges: readonly string[]): string {
  const words = privileges.map((p) => verbs[p] ?? p.toUpperCase());
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function lastWord(length: number, is: (i: number) => boolean): number {
  for (let i = length - 1; i >= 0; i--) if (is(i)) return i;
  return -1;
}

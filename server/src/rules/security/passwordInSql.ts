import type { DefElem, FuncCall, Node } from '@pgsql/types';
import { nameParts, stringOf } from '../../catalog/names.ts';
import { walk } from '../../syntax/walk.ts';
import { defineRule, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'password-in-sql',
  family: 'security',
  severity: 'warning',
  docs: {
    summary: 'A password is written in the SQL.',
    why: 'It stays in the repository for ever, and the server writes the statement to its log whenever statements are logged. The passwords of user mappings and subscriptions are stored as plain text in the catalogs besides.',
    fine: 'The role exists on machines of developers only.',
    source: 'https://www.postgresql.org/docs/current/sql-createrole.html',
  },
  examples: [
    {
      unsafe: "CREATE ROLE pw_reporting LOGIN PASSWORD 'hunter2';",
      safe: 'CREATE ROLE pw_reporting LOGIN;',
    },
    {
      schema: 'CREATE FOREIGN DATA WRAPPER w;\nCREATE SERVER other FOREIGN DATA WRAPPER w;',
      unsafe: "CREATE USER MAPPING FOR CURRENT_USER SERVER other OPTIONS (user 'app', password 'hunter2');",
      safe: "CREATE USER MAPPING FOR CURRENT_USER SERVER other OPTIONS (user 'app');",
    },
  ],
  check: {
    CreateRoleStmt: (stmt, context) => inRole(stmt.options, context),
    AlterRoleStmt: (stmt, context) => inRole(stmt.options, context),
    CreateUserMappingStmt: (stmt, context) => inOptions(stmt.options, context),
    AlterUserMappingStmt: (stmt, context) => inOptions(stmt.options, context),
    CreateSubscriptionStmt: (stmt, context) => inConnection(stmt.conninfo, context),
    AlterSubscriptionStmt: (stmt, context) => inConnection(stmt.conninfo, context),
    SelectStmt(stmt, context) {
      walk({ stmt }, (type, node) => {
        if (type !== 'FuncCall') return;
        const { funcname, args } = node as FuncCall;
        if (!/^dblink(?:_|$)/.test(nameParts(funcname).at(-1) ?? '')) return;
        for (const arg of args ?? []) if ('A_Const' in arg) inConnection(arg.A_Const.sval?.sval, context);
      });
    },
  },
});

const elements = (nodes: Node[] | undefined): DefElem[] =>
  (nodes ?? []).flatMap((node) => ('DefElem' in node ? [node.DefElem] : []));

function inRole(options: Node[] | undefined, context: RuleContext): void {
  for (const { defname, arg } of elements(options)) {
    // one that a template fills in is written nowhere
    if (defname !== 'password' || !stringOf(arg)) continue;
    report(context.tokens.find(['password']) + 1, 'The password of a role is written here', context);
  }
}

function inOptions(options: Node[] | undefined, context: RuleContext): void {
  for (const { defname, arg } of elements(options)) {
    if (!/^password$|^passfile_password$/i.test(defname ?? '') || !stringOf(arg)) continue;
    report(
      context.tokens.find(['password']) + 1,
      'The password for another server is written here, and stored as plain text',
      context,
    );
  }
}

/** `keyword=value …` and nothing else, or a URI. */
const isConnection = /^\s*(?:\w+\s*=\s*(?:'(?:[^'\\]|\\.)*'|[^\s']+)\s*)+$|^\s*postgres(?:ql)?:\/\//;
const hasPassword = /(?:^|\s)password\s*=\s*\S|:\/\/[^\s:@/]*:[^\s@/]+@/;

function inConnection(connection: string | undefined, context: RuleContext): void {
  if (!connection || !(isConnection.test(connection) && hasPassword.test(connection))) return;
  const at = context.tokens.all.findIndex((t) => context.text.slice(t.start, t.end).includes(connection.slice(0, 20)));
  report(at, 'A connection string with a password is written here', context);
}

/** Marks the constant; what stands in the place of a placeholder is not written in the file. */
function report(token: number, what: string, context: RuleContext): void {
  const kind = context.tokens.all[token]?.kind;
  if (kind !== 'string' && kind !== 'dollar') return;
  // a template that is filled in later
  if (/\$\{|\{\{|%\(|%s|<[^>]*>/.test(context.tokens.written(token))) return;
  context.report(
    context.tokens.span(token),
    `${what}: it stays in the repository, and in the log of a server that logs statements.`,
    "Create it without one, and set it where it is deployed (psql's \\password sends only a hash).",
  );
}

import type { Node, ViewStmt } from '@pgsql/types';
import { rangeVarKey } from '../../catalog/names.ts';
import type { Span } from '../../syntax/tokens.ts';
import { insertAt } from '../edits.ts';
import { type ConclusionContext, defineRule, type Fix } from '../rule.ts';

/** security_invoker came with Postgres 15. */
const firstWithInvoker = 15;

export default defineRule({
  id: 'view-bypasses-row-security',
  family: 'security',
  severity: 'warning',
  docs: {
    summary: 'A view over a table with row-level security, without security_invoker.',
    why: "A view reads its tables with the rights of the view's owner. The owner of a table is not under its policies, so whoever may read the view sees the rows that the owner sees: usually all of them. With security_invoker (since Postgres 15) the view reads with the rights of whoever asks. A materialized view holds the rows that its owner saw when it was refreshed.",
    fine: 'The view is to show those rows to all who may read it, for instance as totals.',
    source: 'https://www.postgresql.org/docs/current/sql-createview.html',
  },
  examples: [
    {
      schema:
        "CREATE TABLE notes (id bigint PRIMARY KEY, owner text);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes USING (owner = 'v1');",
      unsafe: 'CREATE VIEW recent_notes AS SELECT id, owner FROM notes WHERE id > 10;',
      safe: 'CREATE VIEW recent_notes WITH (security_invoker = true) AS SELECT id, owner FROM notes WHERE id > 10;',
      from: 15,
    },
    {
      schema:
        "CREATE TABLE notes (id bigint PRIMARY KEY, owner text);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes USING (owner = 'v1');",
      unsafe: 'CREATE MATERIALIZED VIEW recent_notes AS SELECT id, owner FROM notes WHERE id > 10;',
      safe: 'CREATE VIEW recent_notes WITH (security_invoker = true) AS SELECT id, owner FROM notes WHERE id > 10;',
      from: 15,
    },
  ],
  conclude: {
    ViewStmt(stmt, context) {
      const key = rangeVarKey(stmt.view, context.session.schema);
      const view = context.after.relation(key);
      if (view?.kind !== 'view' || isOn(view.options.security_invoker)) return;
      const table = securedTable(view.reads, context);
      if (!table) return;
      const name = nameOf(stmt.view?.location, context);
      const newer = context.targetVersion >= firstWithInvoker;
      context.report(
        name,
        `The policies of ${table} do not hold for those who read this view: it reads ${table} as the view's owner.`,
        newer
          ? 'Write WITH (security_invoker = true).'
          : 'Repeat the condition of the policies in the view; security_invoker comes with Postgres 15.',
        newer ? invoker(stmt, name, context) : [],
      );
    },
    CreateTableAsStmt(stmt, context) {
      if (stmt.objtype !== 'OBJECT_MATVIEW') return;
      const view = context.after.relation(rangeVarKey(stmt.into?.rel, context.session.schema));
      if (view?.kind !== 'materialized view') return;
      const table = securedTable(view.reads, context);
      if (!table) return;
      context.report(
        nameOf(stmt.into?.rel?.location, context),
        `The policies of ${table} do not hold for those who read this materialized view: it holds the rows that its owner saw.`,
        'Let only those read it who may see all of its rows, or use a view WITH (security_invoker = true).',
      );
    },
  },
});

/** Name of the first that has policies in force. */
function securedTable(reads: readonly string[], { after }: ConclusionContext): string | null {
  for (const key of reads) {
    const table = after.relation(key);
    if (table?.rowSecurity.enabled && !table.rowSecurity.forced && table.policies.length > 0) return table.name;
  }
  return null;
}

const isOn = (option: string | undefined): boolean => option !== undefined && /^(?:|true|on|yes|1)$/i.test(option);

function nameOf(location: number | undefined, { tokens }: ConclusionContext): Span {
  const at = tokens.at(location ?? 0);
  return tokens.span(at, tokens.afterName(at) - 1);
}

function invoker(stmt: ViewStmt, name: Span, { tokens }: ConclusionContext): Fix[] {
  if (stmt.options?.some((o: Node) => 'DefElem' in o && o.DefElem.defname === 'security_invoker')) return [];
  const title = 'Read as the one who asks: security_invoker';
  const as = tokens.findOutside(['as']);
  const options = tokens.find(['with', '('], 0, as);
  if (options >= 0)
    return [{ title, edits: [insertAt(tokens.span(options + 1).end, 'security_invoker = true, ')], safe: false }];
  const next = tokens.at(name.end - 1) + 1;
  // behind the list of column names
  const end = tokens.word(next) === '(' ? tokens.span(as - 1).end : name.end;
  return as < 0 ? [] : [{ title, edits: [insertAt(end, ' WITH (security_invoker = true)')], safe: false }];
}

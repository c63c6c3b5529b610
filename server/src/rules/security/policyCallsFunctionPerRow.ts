import type { CreatePolicyStmt, FuncCall, Node } from '@pgsql/types';
import { nameParts } from '../../catalog/names.ts';
import type { Tokens } from '../../syntax/tokens.ts';
import { walk } from '../../syntax/walk.ts';
import { insertAt } from '../edits.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'policy-calls-function-per-row',
  family: 'security',
  severity: 'information',
  docs: {
    summary: 'A policy calls a function for each row that has the same result for all of them.',
    why: "A policy's condition is added to every query on the table. A call such as current_setting('app.user') depends on no column, yet where no index serves the condition Postgres computes it anew for each row that it reads. In a subquery, (SELECT current_setting('app.user')), it is computed once a query.",
    fine: 'The table is small, or an index on the compared column is always used: then the call is computed once as well.',
    source: 'https://www.postgresql.org/docs/current/xfunc-volatility.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE notes (id bigint PRIMARY KEY, owner text);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;',
      unsafe: "CREATE POLICY own ON notes USING (owner = current_setting('app.user', true));",
      safe: "CREATE POLICY own ON notes USING (owner = (SELECT current_setting('app.user', true)));",
    },
    {
      schema:
        "CREATE TABLE notes (id bigint PRIMARY KEY, owner text);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE SCHEMA auth;\nCREATE FUNCTION auth.uid() RETURNS text STABLE LANGUAGE sql AS $$SELECT current_setting('app.user', true)$$;",
      unsafe: 'CREATE POLICY own ON notes USING (owner = auth.uid());',
      safe: 'CREATE POLICY own ON notes USING (owner = (SELECT auth.uid()));',
    },
  ],
  check: {
    CreatePolicyStmt(stmt, context) {
      const checked = stmt.with_check ? context.tokens.findOutside(['with', 'check']) : -1;
      for (const call of callsPerRow(stmt, context)) {
        const isCheck = checked >= 0 && call.first > checked;
        const span = context.tokens.span(call.first, call.last);
        const written = context.text.slice(span.start, span.end);
        const fixes: Fix[] = [
          {
            title: 'Compute it once a query: (SELECT …)',
            edits: [insertAt(span.start, '(SELECT '), insertAt(span.end, ')')],
            safe: false,
          },
        ];
        context.report(
          span,
          isCheck
            ? `${call.name}() depends on no column, and is still computed for each row that is written.`
            : `${call.name}() depends on no column, and is still computed for each row that a query reads, unless an index serves the condition.`,
          `Write (SELECT ${written}): Postgres computes that once a query.`,
          fixes,
        );
      }
    },
  },
});

interface Call {
  readonly name: string;
  /** Token indexes, both inclusive. */
  readonly first: number;
  readonly last: number;
}

function callsPerRow(stmt: CreatePolicyStmt, context: RuleContext): Call[] {
  const found: Call[] = [];
  const visit = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
      return;
    }
    for (const [key, inner] of Object.entries(value)) {
      // what is in a subquery already is another matter
      if (key === 'SubLink' || inner === null || typeof inner !== 'object') continue;
      const call = key === 'FuncCall' ? callOf(inner as FuncCall, context) : null;
      if (call) found.push(call);
      else visit(inner);
    }
  };
  visit(stmt.qual);
  visit(stmt.with_check);
  return found;
}

function callOf(call: FuncCall, context: RuleContext): Call | null {
  const parts = nameParts(call.funcname);
  const name = parts.join('.');
  if (!isStable(parts, context) || readsColumns(call.args) || call.location === undefined) return null;
  const { tokens } = context;
  const first = tokens.at(call.location);
  const open = tokens.afterName(first);
  const last = first >= 0 && tokens.word(open) === '(' ? closing(tokens, open) : -1;
  return last < 0 ? null : { name, first, last };
}

/** Not IMMUTABLE, which is computed once anyway, and not VOLATILE, which may be meant to differ from row to row. */
function isStable(parts: readonly string[], { before }: RuleContext): boolean {
  const name = parts.at(-1) ?? '';
  const schema = parts.length > 1 ? parts.at(-2) : undefined;
  const known = before.functions(name).filter((f) => schema === undefined || f.schema === schema);
  if (known.length > 0) return known.every((f) => f.volatility === 'stable');
  if (name === 'current_setting') return schema === undefined || schema === 'pg_catalog';
  // what Supabase and those who follow it create in every project
  return schema === 'auth' && /^(?:uid|jwt|role|email)$/.test(name);
}

function readsColumns(args: Node[] | undefined): boolean {
  let found = false;
  walk({ args }, (type) => {
    if (type === 'ColumnRef' || type === 'SubLink') found = true;
  });
  return found;
}

function closing(tokens: Tokens, open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (tokens.word(i) === '(') depth++;
    else if (tokens.word(i) === ')' && --depth === 0) return i;
  }
  return -1;
}

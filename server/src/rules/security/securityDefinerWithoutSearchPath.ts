import type { CreateFunctionStmt, DefElem } from '@pgsql/types';
import { nameParts, stringOf } from '../../catalog/names.ts';
import { insertAt, quoteIdentifier } from '../edits.ts';
import { type ConclusionContext, defineRule, type Fix } from '../rule.ts';

export default defineRule({
  id: 'security-definer-without-search-path',
  family: 'security',
  severity: 'warning',
  docs: {
    summary: 'A SECURITY DEFINER function that does not set its search_path.',
    why: "The function runs with its owner's rights, but looks up names along the caller's search_path, in which the caller's temporary tables come first. A caller who creates a temporary table of the right name decides what the function reads and writes.",
    fine: 'Nobody but its owner may call it.',
    source: 'https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY',
  },
  examples: [
    {
      schema: 'CREATE TABLE admins (name text);',
      unsafe:
        'CREATE FUNCTION is_admin(who text) RETURNS boolean LANGUAGE sql SECURITY DEFINER AS $$\n  SELECT EXISTS (SELECT FROM admins WHERE name = who)\n$$;',
      safe: 'CREATE FUNCTION is_admin(who text) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$\n  SELECT EXISTS (SELECT FROM admins WHERE name = who)\n$$;',
    },
  ],
  conclude: {
    CreateFunctionStmt(stmt, context) {
      const security = optionOf(stmt, 'security');
      if (!security?.arg || !('Boolean' in security.arg) || !security.arg.Boolean.boolval) return;
      // the names in BEGIN ATOMIC and RETURN are looked up once, when the function is created
      if (stmt.sql_body || setsPath(stmt) || isSetLater(stmt, context)) return;
      const language = stringOf(optionOf(stmt, 'language')?.arg)?.toLowerCase();
      if (language !== 'sql' && language !== 'plpgsql') return;
      const { tokens } = context;
      const at = tokens.at(security.location ?? 0);
      const first = tokens.word(at) === 'external' ? at + 1 : at;
      const span = tokens.span(first, first + 1);
      const name = nameParts(stmt.funcname);
      context.report(
        span,
        `${name.join('.')} runs with its owner's rights but looks up names along the caller's search_path: the caller's temporary tables come first.`,
        `Add SET search_path = ${pathFor(context)}: pg_temp last, or it is searched first all the same.`,
        addPath(span.end, context),
      );
    },
  },
});

function optionOf(stmt: CreateFunctionStmt, name: string): DefElem | undefined {
  for (const option of stmt.options ?? [])
    if ('DefElem' in option && option.DefElem.defname === name) return option.DefElem;
  return undefined;
}

function setsPath(stmt: CreateFunctionStmt): boolean {
  return (stmt.options ?? []).some((option) => {
    const arg = 'DefElem' in option && option.DefElem.defname === 'set' ? option.DefElem.arg : undefined;
    return arg !== undefined && 'VariableSetStmt' in arg && arg.VariableSetStmt.name === 'search_path';
  });
}

/** By ALTER FUNCTION; or it is gone at the end of the file, or has become another. */
function isSetLater(stmt: CreateFunctionStmt, { after, session }: ConclusionContext): boolean {
  const parts = nameParts(stmt.funcname);
  const schema = parts.at(-2) ?? session.schema;
  return !after
    .functions(parts.at(-1) ?? '')
    .some((f) => f.schema === schema && f.securityDefiner && !f.settings.includes('search_path'));
}

const pathFor = ({ session }: ConclusionContext): string => `${quoteIdentifier(session.schema)}, pg_temp`;

/** The path that names are looked up along now, with temporary tables last: what the function finds stays the same. */
const addPath = (at: number, context: ConclusionContext): Fix[] => [
  {
    title: 'Set the search_path of the function',
    edits: [insertAt(at, ` SET search_path = ${pathFor(context)}`)],
    safe: false,
  },
];

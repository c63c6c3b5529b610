import type { CreateFunctionStmt } from '@pgsql/types';
import { defineRule, type RuleContext } from '../rule.ts';
import { isOutsideOwnPath, reportOutside } from './bodyFindings.ts';
import { type UnknownNames, unknownAtCreation, unknownAtEnd } from './unknownInBody.ts';

export default defineRule({
  id: 'name-not-in-search-path',
  family: 'names',
  severity: 'warning',
  docs: {
    summary:
      'A function sets search_path for itself, and names a table, function or type without its schema that is not in that path.',
    why: 'With SET search_path = \'\' only what Postgres itself brings is found without a schema (and temporary tables). CREATE FUNCTION accepts it in PL/pgSQL, and a call that reaches the name is refused: "relation … does not exist" (42P01), "function … does not exist" (42883), "type … does not exist" (42704). In SQL, CREATE FUNCTION itself is refused.',
    fine: 'The name is that of a temporary table of the session that calls.',
    source: 'https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe:
        "CREATE FUNCTION forget(who bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$\nBEGIN\n  DELETE FROM users WHERE id = who;\nEND\n$$;",
      safe: "CREATE FUNCTION forget(who bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$\nBEGIN\n  DELETE FROM public.users WHERE id = who;\nEND\n$$;",
    },
    {
      schema:
        "CREATE TYPE mood AS ENUM ('calm', 'angry');\nCREATE FUNCTION mood_of(who bigint) RETURNS mood LANGUAGE sql RETURN 'calm'::mood;",
      unsafe:
        "CREATE FUNCTION is_calm(who bigint) RETURNS boolean LANGUAGE plpgsql SET search_path = '' AS $$\nBEGIN\n  RETURN mood_of(who) = 'calm';\nEND\n$$;",
      safe: "CREATE FUNCTION is_calm(who bigint) RETURNS boolean LANGUAGE plpgsql SET search_path = '' AS $$\nBEGIN\n  RETURN public.mood_of(who) = 'calm';\nEND\n$$;",
    },
    {
      schema: "CREATE TYPE mood AS ENUM ('calm', 'angry');",
      unsafe:
        "CREATE FUNCTION calm(what text) RETURNS boolean LANGUAGE plpgsql SET search_path = '' AS $$\nBEGIN\n  RETURN what::mood = 'calm';\nEND\n$$;",
      safe: "CREATE FUNCTION calm(what text) RETURNS boolean LANGUAGE plpgsql SET search_path = '' AS $$\nBEGIN\n  RETURN what::public.mood = 'calm';\nEND\n$$;",
    },
  ],
  check: {
    CreateFunctionStmt(stmt, context) {
      tell(stmt.sql_body ? null : unknownAtCreation(stmt, context), context, 'error');
    },
  },
  conclude: {
    CreateFunctionStmt(stmt: CreateFunctionStmt, context) {
      tell(unknownAtEnd(stmt, context), context, 'warning');
    },
  },
});

function tell(
  found: UnknownNames | null,
  { report }: Pick<RuleContext, 'report'>,
  severity: 'error' | 'warning',
): void {
  const context: Pick<RuleContext, 'report'> = {
    report: (span, message, help, fixes) => report(span, message, help, fixes, { severity }),
  };
  for (const unknown of found?.names ?? [])
    if (found && (unknown.what === 'outside' || (unknown.what === 'table' && isOutsideOwnPath(unknown, found))))
      reportOutside(unknown, found, context);
}

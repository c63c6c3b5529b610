import { defineRule } from '../rule.ts';
import { reportColumn, reportQualifier } from './bodyFindings.ts';
import { unknownAtEnd } from './unknownInBody.ts';

export default defineRule({
  id: 'unknown-column-in-function',
  family: 'names',
  severity: 'warning',
  docs: {
    summary: 'A function uses a name that is neither a variable nor a column of the tables there.',
    why: 'CREATE FUNCTION does not look up the names in a PL/pgSQL body, and ALTER TABLE … DROP COLUMN does not look into functions. A call that reaches the expression is refused with "column … does not exist" (42703) or "missing FROM-clause entry for table …" (42P01).',
    fine: 'Never, where the files tell the whole history of the table; where they do not, nothing is said.',
    source: 'https://www.postgresql.org/docs/current/plpgsql-implementation.html#PLPGSQL-VAR-SUBST',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe:
        "CREATE FUNCTION hide(who bigint) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  UPDATE users SET emial = '' WHERE id = who;\nEND\n$$;",
      safe: "CREATE FUNCTION hide(who bigint) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  UPDATE users SET email = '' WHERE id = who;\nEND\n$$;",
    },
    {
      unsafe:
        'CREATE FUNCTION double(amount int) RETURNS int LANGUAGE plpgsql AS $$\nDECLARE\n  total int := amount;\nBEGIN\n  RETURN totl + total;\nEND\n$$;',
      safe: 'CREATE FUNCTION double(amount int) RETURNS int LANGUAGE plpgsql AS $$\nDECLARE\n  total int := amount;\nBEGIN\n  RETURN total + total;\nEND\n$$;',
    },
    {
      unsafe:
        'CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE FUNCTION mail_of(who bigint) RETURNS text LANGUAGE sql AS $$SELECT email FROM users WHERE id = who$$;\nALTER TABLE users DROP COLUMN email;',
      safe: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE FUNCTION mail_of(who bigint) RETURNS text LANGUAGE sql AS $$SELECT email FROM users WHERE id = who$$;\nDROP FUNCTION mail_of(bigint);\nALTER TABLE users DROP COLUMN email;',
    },
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe:
        'CREATE FUNCTION mail_of(who bigint) RETURNS text LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN (SELECT u.email FROM users u WHERE u.id = mailof.who);\nEND\n$$;',
      safe: 'CREATE FUNCTION mail_of(who bigint) RETURNS text LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN (SELECT u.email FROM users u WHERE u.id = mail_of.who);\nEND\n$$;',
    },
  ],
  conclude: {
    CreateFunctionStmt(stmt, context) {
      const found = unknownAtEnd(stmt, context);
      for (const unknown of found?.names ?? []) {
        if (!found) continue;
        if (unknown.what === 'column') reportColumn(unknown, found, context);
        else if (unknown.what === 'qualifier') reportQualifier(unknown, found, context);
      }
    },
  },
});

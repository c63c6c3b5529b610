import { defineRule } from '../rule.ts';
import { reportField } from './bodyFindings.ts';
import { unknownAtEnd } from './unknownInBody.ts';

export default defineRule({
  id: 'unknown-record-field',
  family: 'names',
  severity: 'warning',
  docs: {
    summary:
      'PL/pgSQL reads or assigns a field that the row in a record does not have: of NEW and OLD, of a table, of a query.',
    why: 'CREATE FUNCTION does not look at the fields of records. When the expression is reached, it is refused with "record … has no field …" (42703). In the function of a trigger this fails every statement that fires it.',
    fine: 'Never, where the files tell all columns of the table and all triggers that run the function.',
    source: 'https://www.postgresql.org/docs/current/plpgsql-declarations.html#PLPGSQL-DECLARATION-ROWTYPES',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe:
        'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.updated_at := now();\n  RETURN NEW;\nEND\n$$;\nCREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();',
      safe: 'ALTER TABLE users ADD COLUMN updated_at timestamptz;\nCREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.updated_at := now();\n  RETURN NEW;\nEND\n$$;\nCREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();',
    },
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe:
        'CREATE FUNCTION mail_of(who bigint) RETURNS text LANGUAGE plpgsql AS $$\nDECLARE\n  u users%ROWTYPE;\nBEGIN\n  SELECT * INTO u FROM users WHERE id = who;\n  RETURN u.emial;\nEND\n$$;',
      safe: 'CREATE FUNCTION mail_of(who bigint) RETURNS text LANGUAGE plpgsql AS $$\nDECLARE\n  u users%ROWTYPE;\nBEGIN\n  SELECT * INTO u FROM users WHERE id = who;\n  RETURN u.email;\nEND\n$$;',
    },
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe:
        'CREATE FUNCTION mail_of(who bigint) RETURNS text LANGUAGE plpgsql AS $$\nDECLARE\n  u record;\nBEGIN\n  SELECT id, lower(email) AS mail INTO u FROM users WHERE id = who;\n  RETURN u.email;\nEND\n$$;',
      safe: 'CREATE FUNCTION mail_of(who bigint) RETURNS text LANGUAGE plpgsql AS $$\nDECLARE\n  u record;\nBEGIN\n  SELECT id, lower(email) AS mail INTO u FROM users WHERE id = who;\n  RETURN u.mail;\nEND\n$$;',
    },
  ],
  conclude: {
    CreateFunctionStmt(stmt, context) {
      const found = unknownAtEnd(stmt, context);
      for (const unknown of found?.names ?? [])
        if (found && unknown.what === 'field') reportField(unknown, found, context);
    },
  },
});

import { defineRule } from '../rule.ts';
import { isOutsideOwnPath, reportTable } from './bodyFindings.ts';
import { unknownAtEnd } from './unknownInBody.ts';

export default defineRule({
  id: 'unknown-table-in-function',
  family: 'names',
  severity: 'warning',
  docs: {
    summary: 'A function uses a table or view that does not exist at the end of the history.',
    why: 'CREATE FUNCTION does not look for the tables of a PL/pgSQL body, and DROP TABLE does not look into functions. A call that reaches the query is refused with "relation … does not exist" (42P01); in the function of a trigger, every statement that fires it is.',
    fine: 'Something else than the files creates the table, such as a temporary one of the session that calls.',
    source: 'https://www.postgresql.org/docs/current/plpgsql-implementation.html#PLPGSQL-PLAN-CACHING',
  },
  examples: [
    {
      schema: 'CREATE TABLE customers (id bigint PRIMARY KEY, name text);',
      unsafe:
        'CREATE FUNCTION forget(who bigint) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  DELETE FROM custmers WHERE id = who;\nEND\n$$;',
      safe: 'CREATE FUNCTION forget(who bigint) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  DELETE FROM customers WHERE id = who;\nEND\n$$;',
    },
    {
      unsafe:
        'CREATE TABLE customers (id bigint PRIMARY KEY, name text);\nCREATE FUNCTION forget(who bigint) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  DELETE FROM customers WHERE id = who;\nEND\n$$;\nALTER TABLE customers RENAME TO clients;',
      safe: 'CREATE TABLE customers (id bigint PRIMARY KEY, name text);\nCREATE FUNCTION forget(who bigint) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  DELETE FROM customers WHERE id = who;\nEND\n$$;\nALTER TABLE customers RENAME TO clients;\nCREATE OR REPLACE FUNCTION forget(who bigint) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  DELETE FROM clients WHERE id = who;\nEND\n$$;',
    },
  ],
  conclude: {
    CreateFunctionStmt(stmt, context) {
      const found = unknownAtEnd(stmt, context);
      for (const unknown of found?.names ?? [])
        if (found && unknown.what === 'table' && !isOutsideOwnPath(unknown, found))
          reportTable(unknown, found, context);
    },
  },
});

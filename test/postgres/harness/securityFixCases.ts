/** Fixes of the rules about row-level security, functions and triggers, beyond the examples of the rules. */
import type { FixCase } from './fixCases.ts';

/** Rules whose fix means something else on purpose: it has to give the safe form of their examples. */
export const securityEndsAsSafeForm: readonly string[] = [
  'policy-without-row-security',
  'policy-clause-not-possible',
  'policy-calls-function-per-row',
  'view-bypasses-row-security',
  'security-definer-without-search-path',
  'dynamic-sql-by-concatenation',
  'function-without-return',
  'query-without-destination',
  'parameter-hidden-by-column',
  'non-volatile-function-writes',
  'immutable-function-depends-on-more',
  'exception-swallowed',
  'trigger-not-possible',
  'statement-trigger-reads-row',
  'after-trigger-changes-new',
  'trigger-fires-itself',
  'function-already-exists',
  'replaced-function-changes-signature',
  'drop-function-not-unique',
];

const schema = `
  CREATE TABLE notes (id bigint PRIMARY KEY, owner text, note text);
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON notes USING (owner = current_user);
  CREATE TABLE open (id bigint PRIMARY KEY, owner text);
  CREATE SCHEMA "App";
  CREATE TABLE "App"."Notes" (id bigint PRIMARY KEY, "Owner" text);
  CREATE VIEW shown AS SELECT id FROM open;
  CREATE FUNCTION total(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.owner := ''x''; RETURN NEW; END';`;

const becomes = (rule: string, sql: string, same: string): FixCase => ({ rule, schema, sql, same });

export const securityFixCases: readonly FixCase[] = [
  becomes(
    'policy-without-row-security',
    '  -- own rows only\n  CREATE POLICY "Own" ON "App"."Notes" USING ("Owner" = current_user) -- no terminator',
    'CREATE POLICY "Own" ON "App"."Notes" USING ("Owner" = current_user); ALTER TABLE "App"."Notes" ENABLE ROW LEVEL SECURITY',
  ),
  becomes(
    'policy-calls-function-per-row',
    "CREATE POLICY two ON notes USING (owner = current_setting( 'app.user' /* set by the API */ ) OR note = pg_catalog.current_setting('app.note', true)::text);",
    "CREATE POLICY two ON notes USING (owner = (SELECT current_setting('app.user')) OR note = (SELECT pg_catalog.current_setting('app.note', true))::text)",
  ),
  becomes(
    'policy-clause-not-possible',
    'create policy p on notes for delete to public with check (owner = current_user);',
    'CREATE POLICY p ON notes FOR DELETE USING (owner = current_user)',
  ),
  {
    ...becomes(
      'view-bypasses-row-security',
      'create or replace view v (a, b) as\n  select id, owner from notes;',
      'CREATE VIEW v (a, b) WITH (security_invoker = true) AS SELECT id, owner FROM notes',
    ),
    from: 15,
  },
  {
    ...becomes(
      'view-bypasses-row-security',
      'CREATE VIEW "App".v WITH (security_barrier) AS SELECT id FROM notes WITH CASCADED CHECK OPTION;',
      'CREATE VIEW "App".v WITH (security_invoker = true, security_barrier) AS SELECT id FROM notes WITH CASCADED CHECK OPTION',
    ),
    from: 15,
  },
  becomes(
    'security-definer-without-search-path',
    "create function f() returns bigint as 'select count(*) from notes' language sql external security definer stable",
    "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql SECURITY DEFINER STABLE SET search_path = public, pg_temp AS 'select count(*) from notes'",
  ),
  becomes(
    'truncate-bypasses-row-security',
    'GRANT ALL PRIVILEGES ON TABLE notes TO pg_monitor WITH GRANT OPTION;',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO pg_monitor WITH GRANT OPTION',
  ),
  becomes(
    'dynamic-sql-by-concatenation',
    "CREATE FUNCTION f(tbl text) RETURNS void LANGUAGE plpgsql AS 'BEGIN\n  EXECUTE ''TRUNCATE TABLE '' || tbl || '' CASCADE'';\nEND';",
    "CREATE FUNCTION f(tbl text) RETURNS void LANGUAGE plpgsql AS 'BEGIN\n  EXECUTE ''TRUNCATE TABLE '' || quote_ident(tbl) || '' CASCADE'';\nEND'",
  ),
  becomes(
    'dynamic-sql-by-concatenation',
    "CREATE FUNCTION f(tbl text) RETURNS void LANGUAGE plpgsql AS $$BEGIN EXECUTE format('DELETE FROM %s WHERE owner = %L', tbl, 'x'); END$$;",
    "CREATE FUNCTION f(tbl text) RETURNS void LANGUAGE plpgsql AS $$BEGIN EXECUTE format('DELETE FROM %I WHERE owner = %L', tbl, 'x'); END$$",
  ),
  becomes(
    'function-without-return',
    'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.owner := 1; END$$;',
    'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.owner := 1; RETURN NEW; END$$',
  ),
  becomes(
    'query-without-destination',
    "create procedure p() language plpgsql as 'begin\n  select total(1); -- for its effects\nend';",
    "CREATE PROCEDURE p() LANGUAGE plpgsql AS 'begin\n  perform total(1); -- for its effects\nend'",
  ),
  ...(
    [
      [
        'CREATE FUNCTION f() RETURNS TABLE (id bigint, owner text) LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN QUERY SELECT id, owner FROM notes;\nEND\n$$;',
        'CREATE FUNCTION f() RETURNS TABLE (id bigint, owner text) LANGUAGE plpgsql AS $$\n#variable_conflict use_column\nBEGIN\n  RETURN QUERY SELECT id, owner FROM notes;\nEND\n$$',
      ],
      [
        "CREATE FUNCTION f(OUT id bigint) LANGUAGE plpgsql AS 'BEGIN SELECT max(id) INTO id FROM notes; END';",
        "CREATE FUNCTION f(OUT id bigint) LANGUAGE plpgsql AS '\n#variable_conflict use_column\nBEGIN SELECT max(id) INTO id FROM notes; END'",
      ],
    ] as const
  ).map(([sql, same]) => becomes('variable-named-like-column', sql, same)),
  becomes(
    'parameter-hidden-by-column',
    'create function "Find"(id bigint) returns text language sql as \'select note from notes where id = id\';',
    'CREATE FUNCTION "Find"(id bigint) RETURNS text LANGUAGE sql AS \'select note from notes where id = "Find".id\'',
  ),
  becomes(
    'immutable-function-depends-on-more',
    "create function f() returns bigint language sql as 'select count(*) from notes' immutable parallel safe",
    "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS 'select count(*) from notes'",
  ),
  becomes(
    'trigger-not-possible',
    'CREATE TRIGGER t INSTEAD OF DELETE ON shown FOR EACH STATEMENT EXECUTE PROCEDURE touch();',
    'CREATE TRIGGER t INSTEAD OF DELETE ON shown FOR EACH ROW EXECUTE FUNCTION touch()',
  ),
  becomes(
    'statement-trigger-reads-row',
    'CREATE TRIGGER t BEFORE INSERT ON open\n  EXECUTE FUNCTION touch();',
    'CREATE TRIGGER t BEFORE INSERT ON open FOR EACH ROW EXECUTE FUNCTION touch()',
  ),
  becomes(
    'after-trigger-changes-new',
    'create trigger t after insert or update of owner on open for row when (pg_trigger_depth() = 0) execute function touch()',
    'CREATE TRIGGER t BEFORE INSERT OR UPDATE OF owner ON open FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION touch()',
  ),
  becomes(
    'replaced-function-changes-signature',
    "CREATE OR REPLACE FUNCTION public.total(b int) RETURNS bigint LANGUAGE sql AS 'SELECT 2::bigint';",
    "DROP FUNCTION total(integer); CREATE FUNCTION total(b int) RETURNS bigint LANGUAGE sql AS 'SELECT 2::bigint'",
  ),
];

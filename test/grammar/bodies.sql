-- SYNTAX TEST "source.sql.postgresql" "dollar-quoted bodies by language"

CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $$
--     ^^^^^^^^ keyword.other.ddl.sql
--              ^^^^^^^^^^ entity.name.function.sql
--                                                    ^^^^^^^ entity.name.type.language.sql
--                                                            ^^ keyword.other.ddl.sql
--                                                               ^^ punctuation.definition.string.dollar.begin.sql
  DECLARE n public.orders%ROWTYPE; v t.a%TYPE := 1;
--^^^^^^^ meta.embedded.block.sql keyword.control.plpgsql.sql
--                       ^^^^^^^^ meta.embedded.block.sql storage.type.sql
--                                            ^^ keyword.operator.assignment.plpgsql.sql
  BEGIN <<again>> FOR i IN 1..10 LOOP
--^^^^^ meta.embedded.block.sql keyword.control.plpgsql.sql
--        ^^^^^ entity.name.label.plpgsql.sql
--                ^^^ keyword.control.plpgsql.sql
--                      ^^ keyword.operator.word.sql
--                         ^ constant.numeric.decimal.sql
--                          ^^ keyword.operator.range.sql
--                            ^^ constant.numeric.decimal.sql
--                               ^^^^ keyword.control.plpgsql.sql
    IF TG_OP = 'INSERT' THEN NEW.at := now(); ELSIF FOUND THEN PERFORM f(); END IF;
--  ^^ keyword.control.plpgsql.sql
--     ^^^^^ variable.language.plpgsql.sql
--             ^^^^^^^^ meta.embedded.block.sql string.quoted.single.sql
--                      ^^^^ keyword.control.plpgsql.sql
--                           ^^^ variable.language.plpgsql.sql
--                                     ^^^ support.function.sql
--                                            ^^^^^ keyword.control.plpgsql.sql
--                                                  ^^^^^ variable.language.plpgsql.sql
--                                                             ^^^^^^^ keyword.control.plpgsql.sql
--                                                                          ^^^^^^ keyword.control.plpgsql.sql
    RAISE NOTICE 'x %', n; RETURN QUERY SELECT 1; EXECUTE $q$ DELETE FROM t $q$ USING 1;
--  ^^^^^ keyword.control.plpgsql.sql
--        ^^^^^^ constant.language.level.plpgsql.sql
--                         ^^^^^^^^^^^^ keyword.control.plpgsql.sql
--                                      ^^^^^^ keyword.other.dml.sql
--                                                ^^^^^^^ keyword.control.plpgsql.sql
--                                                        ^^^ punctuation.definition.string.dollar.begin.sql
--                                                            ^^^^^^ meta.embedded.block.sql keyword.other.dml.sql
--                                                                          ^^^ punctuation.definition.string.dollar.end.sql
    -- it's not closed
--  ^^^^^^^^^^^^^^^^^^ meta.embedded.block.sql comment.line.double-dash.sql
  END LOOP; RETURN NEW; END$$;
--^^^^^^^^ keyword.control.plpgsql.sql
--          ^^^^^^ keyword.control.plpgsql.sql
--                      ^^^ keyword.control.plpgsql.sql
--                         ^^ punctuation.definition.string.dollar.end.sql
--                           ^ source.sql.postgresql - string.quoted.single.sql string.quoted.single.escape.sql string.quoted.other.dollar.sql string.template.ts meta.embedded.block.sql meta.embedded.block.python meta.embedded.block.javascript comment.block.sql comment.line.double-dash.sql meta.copy.sql string.unquoted.copy-data.sql variable.other.quoted.sql variable.parameter.named.sql
CREATE FUNCTION f() RETURNS int AS
--                              ^^ keyword.other.ddl.sql
$body$ SELECT 1 -- $$ one line $body$ LANGUAGE sql;
-- <------ punctuation.definition.string.dollar.begin.sql
--     ^^^^^^ meta.embedded.block.sql keyword.other.dml.sql
--                             ^^^^^^ punctuation.definition.string.dollar.end.sql
--                                    ^^^^^^^^ keyword.other.ddl.sql - meta.embedded.block.sql meta.embedded.block.python meta.embedded.block.javascript
--                                             ^^^ entity.name.type.language.sql
DO $$ BEGIN PERFORM 'open; END $$; SELECT 1;
-- <-- keyword.other.ddl.sql
--    ^^^^^ meta.embedded.block.sql keyword.control.plpgsql.sql
--                  ^^^^^ meta.embedded.block.sql string.quoted.single.sql
--                             ^^ punctuation.definition.string.dollar.end.sql
--                                 ^^^^^^ keyword.other.dml.sql - meta.embedded.block.sql meta.embedded.block.python meta.embedded.block.javascript string.quoted.single.sql string.quoted.single.escape.sql string.quoted.other.dollar.sql string.template.ts
CREATE FUNCTION p() RETURNS int LANGUAGE plpython3u AS $py$
--                                       ^^^^^^^^^^ entity.name.type.language.sql
  return 1 # it's
--^^^^^^ meta.embedded.block.python keyword.control.python
--         ^^^^^^ comment.line.number-sign.python
  """ open doc
--   ^^^^^^^^^ meta.embedded.block.python string.quoted.multi.python
$py$; SELECT 1;
-- <---- punctuation.definition.string.dollar.end.sql
--    ^^^^^^ keyword.other.dml.sql - meta.embedded.block.sql meta.embedded.block.python meta.embedded.block.javascript
CREATE FUNCTION j() RETURNS int LANGUAGE 'plv8' IMMUTABLE AS $$ return 'x'; $$;
--                                        ^^^^ entity.name.type.language.sql
--                                              ^^^^^^^^^ storage.modifier.sql
--                                                              ^^^^^^ meta.embedded.block.javascript keyword.control.js
--                                                                        ^ meta.embedded.block.javascript
CREATE FUNCTION l() RETURNS int AS $perl$ my $x = 1; $perl$ LANGUAGE plperl;
--                                        ^^ meta.embedded.block.perl keyword.control.perl
--                                           ^^ meta.embedded.block.perl variable.other.perl
--                                                                   ^^^^^^ entity.name.type.language.sql
SELECT 'after', $$ plain $$;
-- <------ keyword.other.dml.sql - meta.embedded.block.sql meta.embedded.block.python meta.embedded.block.javascript
--                ^^^^^^^ string.quoted.other.dollar.sql - meta.embedded.block.sql meta.embedded.block.python meta.embedded.block.javascript

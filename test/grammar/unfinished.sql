-- SYNTAX TEST "source.sql.postgresql" "an open quote does not take the rest of the file"

UPDATE t SET name = 'open
--                  ^^^^^ string.quoted.single.sql
  , b = 1;
--  ^ string.quoted.single.sql

SELECT a FROM t;
-- <------ keyword.other.dml.sql - string.quoted.single.sql string.quoted.single.escape.sql string.quoted.other.dollar.sql string.template.ts
SELECT E'open
--      ^^^^^ string.quoted.single.escape.sql
ALTER TABLE t ADD COLUMN a int;
-- <----- keyword.other.ddl.sql - string.quoted.single.sql string.quoted.single.escape.sql string.quoted.other.dollar.sql string.template.ts
SELECT "open FROM t
--     ^^^^^^^^^^^^ variable.other.quoted.sql
  WHERE a = 1;
--^^^^^ keyword.other.dml.sql - variable.other.quoted.sql variable.parameter.named.sql
SELECT 'a legal
--     ^^^^^^^^ string.quoted.single.sql
   SELECT one
-- ^^^^^^ string.quoted.single.sql
 line', 1;
-- <------ string.quoted.single.sql
--    ^ punctuation.separator.comma.sql - string.quoted.single.sql string.quoted.single.escape.sql string.quoted.other.dollar.sql string.template.ts

-- SYNTAX TEST "source.sql.postgresql" "psql meta-commands and COPY data"

  \d+ public.orders 'it
--^^^ keyword.other.psql.sql
--    ^^^^^^^^^^^^^ meta.psql-command.sql string.unquoted.psql.sql
  \if :{?x}
--^^^ keyword.control.psql.sql
--    ^^^^^ variable.parameter.named.sql
  \set name 'o''x' :other
--^^^^ keyword.other.psql.sql
--          ^^^^^^ string.quoted.single.sql
--                 ^^^^^^ variable.parameter.named.sql
  \endif
--^^^^^^ keyword.control.psql.sql
SELECT 1 \gset pre_
--     ^ constant.numeric.decimal.sql
--       ^^^^^ keyword.other.psql.sql
--             ^^^^ string.unquoted.psql.sql
COPY orders (id, note) FROM stdin WITH (FORMAT text);
-- <---- keyword.other.dml.sql
--                     ^^^^ keyword.other.dml.sql
--                          ^^^^^ keyword.other.dml.sql
--                                ^^^^ keyword.other.dml.sql
--                                                  ^ punctuation.terminator.statement.sql
1	it's -- not SQL
      SELECT 1
--    ^^^^^^^^ string.unquoted.copy-data.sql
\.
-- <-- keyword.other.copy-end.sql
SELECT 1;
-- <------ keyword.other.dml.sql - string.quoted.single.sql string.quoted.single.escape.sql string.quoted.other.dollar.sql string.template.ts meta.copy.sql string.unquoted.copy-data.sql
\copy t from stdin csv
   a,"b
-- <------- string.unquoted.copy-data.sql
\.
-- <-- keyword.other.copy-end.sql
\copy t from 'file.csv' csv
SELECT 1;
-- <------ keyword.other.dml.sql - string.quoted.single.sql string.quoted.single.escape.sql string.quoted.other.dollar.sql string.template.ts
COPY t FROM STDIN;
DROP TABLE t;
-- <---- keyword.other.ddl.sql - string.quoted.single.sql string.quoted.single.escape.sql string.quoted.other.dollar.sql string.template.ts meta.copy.sql string.unquoted.copy-data.sql

-- SYNTAX TEST "source.sql.postgresql" "numbers, strings, identifiers, parameters, operators"

SELECT 1_000, 0xFF_ff, 0o17, 0b1_01, 1e5, 1.5e-3, .5, a1;
--     ^^^^^ constant.numeric.decimal.sql
--            ^^^^^^^ constant.numeric.hex.sql
--                     ^^^^ constant.numeric.octal.sql
--                           ^^^^^^ constant.numeric.binary.sql
--                                   ^^^ constant.numeric.decimal.sql
--                                        ^^^^^^ constant.numeric.decimal.sql
--                                                ^^ constant.numeric.decimal.sql
--                                                    ^^ - constant.other.rule.pgreview.sql constant.character.escape.sql constant.numeric.decimal.sql
SELECT 'it''s \n', E'a\tb\'c', U&'d\0061t', B'101', X'1F', N'x';
--     ^^^ string.quoted.single.sql
--        ^^ constant.character.escape.sql
--            ^^ - constant.other.rule.pgreview.sql constant.character.escape.sql constant.numeric.decimal.sql
--                 ^ storage.type.string.sql
--                    ^^ constant.character.escape.sql
--                       ^^ constant.character.escape.sql
--                             ^^ storage.type.string.sql
--                                 ^^^^^ constant.character.escape.unicode.sql
--                                          ^^^^^^ constant.numeric.bit.sql
--                                                  ^^^^^ constant.numeric.bit.sql
--                                                         ^ storage.type.string.sql
--                                                             ^ punctuation.terminator.statement.sql
SELECT 'two
--     ^^^^ string.quoted.single.sql
lines', $$it's$$, $tag$ $$ ' $tag$;
-- <----- string.quoted.single.sql
--      ^^^^^^^^ string.quoted.other.dollar.sql
--                ^^^^^^^^^^^^^^^^ string.quoted.other.dollar.sql
--                                ^ source.sql.postgresql - string.quoted.single.sql string.quoted.single.escape.sql string.quoted.other.dollar.sql string.template.ts meta.embedded.block.sql meta.embedded.block.python meta.embedded.block.javascript comment.block.sql comment.line.double-dash.sql meta.copy.sql string.unquoted.copy-data.sql variable.other.quoted.sql variable.parameter.named.sql
SELECT "a""b", U&"d\0061";
--     ^^^^^^ variable.other.quoted.sql
--             ^^ storage.type.string.sql
SELECT $1, :name, :'name', :"name", %(name)s, %s, @name, :{?x};
--     ^^ variable.parameter.positional.sql
--         ^^^^^ variable.parameter.named.sql
--                ^^^^^^^ variable.parameter.named.sql
--                         ^^^^^^^ variable.parameter.named.sql
--                                  ^^^^^^^^ variable.parameter.format.sql
--                                            ^^ variable.parameter.format.sql
--                                                ^^^^^ variable.parameter.named.sql
--                                                       ^^^^^ variable.parameter.named.sql
SELECT a::text, b::numeric(10, 2)[], c::pg_catalog."char", d[1:n], x -> 'k' ->> 'l' @> y <=> z;
--      ^^ keyword.operator.cast.sql
--        ^^^^ storage.type.sql
--               ^^ keyword.operator.cast.sql
--                 ^^^^^^^ storage.type.sql
--                                      ^^^^^^^^^^^^^^^^^ storage.type.sql
--                                                            ^^ - variable.other.quoted.sql variable.parameter.named.sql
--                                                                   ^^ keyword.operator.sql
--                                                                          ^^^ keyword.operator.sql
--                                                                                  ^^ keyword.operator.sql
--                                                                                       ^^^ keyword.operator.sql
SELECT a != b, a || b, a #>> '{x}', f(x => 1), a--1
--       ^^ keyword.operator.sql
--               ^^ keyword.operator.sql
--                       ^^^ keyword.operator.sql
--                                      ^^ keyword.operator.assignment.sql
--                                              ^^^ comment.line.double-dash.sql
;
-- <- source.sql.postgresql - string.quoted.single.sql string.quoted.single.escape.sql string.quoted.other.dollar.sql string.template.ts meta.embedded.block.sql meta.embedded.block.python meta.embedded.block.javascript comment.block.sql comment.line.double-dash.sql meta.copy.sql string.unquoted.copy-data.sql variable.other.quoted.sql variable.parameter.named.sql
SELECT format('%I = %L', a), '{{1,2}}'::int[];
--             ^^ constant.other.placeholder.sql
--                  ^^ constant.other.placeholder.sql
--                            ^^^^^^^ string.quoted.single.sql - meta.template.expression.jinja.sql meta.template.sql.ts

-- SYNTAX TEST "source.sql.postgresql" "comments, suppressions, jinja"

SELECT /* a /* nested ' */ still */ 1;
--     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ comment.block.sql
--                                  ^ constant.numeric.decimal.sql - comment.block.sql comment.line.double-dash.sql
/* over
 lines */ SELECT 1;
-- <--------- comment.block.sql
--        ^^^^^^ keyword.other.dml.sql - comment.block.sql comment.line.double-dash.sql
  -- pgreview-ignore index-without-concurrently: small table
--^^ comment.line.double-dash.sql
--   ^^^^^^^^^^^^^^^ keyword.control.directive.pgreview.sql
--                   ^^^^^^^^^^^^^^^^^^^^^^^^^^ constant.other.rule.pgreview.sql
--                                               ^^^^^^^^^^^ comment.line.double-dash.sql - constant.other.rule.pgreview.sql constant.character.escape.sql constant.numeric.decimal.sql
  -- pgreview-ignore-file
--   ^^^^^^^^^^^^^^^^^^^^ keyword.control.directive.pgreview.sql
SELECT * FROM {{ ref('orders') }} {% if x is not none %}WHERE{% endif %} a = '{{ var }}' {# note #};
--            ^^ punctuation.section.embedded.jinja.sql
--               ^^^ entity.name.function.jinja.sql
--                   ^^^^^^^^ string.quoted.single.jinja.sql
--                                ^^ punctuation.section.embedded.jinja.sql
--                                   ^^ keyword.control.jinja.sql
--                                      ^ variable.other.jinja.sql
--                                                      ^^^^^ keyword.other.dml.sql
--                                                              ^^^^^ keyword.control.jinja.sql
--                                                                            ^^ punctuation.section.embedded.jinja.sql
--                                                                               ^^^ variable.other.jinja.sql
--                                                                                       ^^^^^^^^^^ comment.block.jinja.sql
--                                                                                                 ^ source.sql.postgresql - string.quoted.single.sql string.quoted.single.escape.sql string.quoted.other.dollar.sql string.template.ts meta.embedded.block.sql meta.embedded.block.python meta.embedded.block.javascript comment.block.sql comment.line.double-dash.sql meta.copy.sql string.unquoted.copy-data.sql variable.other.quoted.sql variable.parameter.named.sql

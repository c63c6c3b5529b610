-- SYNTAX TEST "source.sql.postgresql" "keywords by kind, names, types, functions"

CREATE TABLE IF NOT EXISTS shop.orders (
-- <------ keyword.other.ddl.sql
--     ^^^^^ keyword.other.ddl.sql
--           ^^^^^^^^^^^^^ storage.modifier.sql
--                         ^^^^^^^^^^^ entity.name.type.sql
--                                     ^ punctuation.section.parens.sql
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
--   ^^^^^^ storage.type.sql
--          ^^^^^^^^^^^^^^^^ storage.modifier.sql
--                           ^^^^^^^^^^^ storage.modifier.sql
--                                       ^^^^^^^^^^^ storage.modifier.sql
  placed_at timestamp(3) with time zone NOT NULL DEFAULT now(),
--          ^^^^^^^^^^^^^^^^^^^^^^^^^^^ storage.type.sql
--                                      ^^^^^^^^ storage.modifier.sql
--                                               ^^^^^^^ storage.modifier.sql
--                                                       ^^^ support.function.sql
  ratio double precision, tags character varying(20)[] , n integer ARRAY[4],
--      ^^^^^^^^^^^^^^^^ storage.type.sql
--                             ^^^^^^^^^^^^^^^^^ storage.type.sql
--                                               ^^ constant.numeric.decimal.sql
--                                                         ^^^^^^^ storage.type.sql
  names text[][3], customer_id uuid REFERENCES customers(id) ON DELETE CASCADE
--      ^^^^ storage.type.sql
--          ^^^^^ storage.type.array.sql
--                             ^^^^ storage.type.sql
--                                  ^^^^^^^^^^ keyword.other.dml.sql
--                                             ^^^^^^^^^ entity.name.type.sql
--                                                                     ^^^^^^^ storage.modifier.sql
);
-- <~- punctuation.terminator.statement.sql
CREATE UNIQUE INDEX CONCURRENTLY orders_key ON shop.orders (id) WHERE NOT paid;
-- <------ keyword.other.ddl.sql
--     ^^^^^^ storage.modifier.sql
--            ^^^^^ keyword.other.ddl.sql
--                  ^^^^^^^^^^^^ storage.modifier.sql
--                               ^^^^^^^^^^ entity.name.type.index.sql
--                                          ^^ keyword.other.ddl.sql
--                                             ^^^^^^^^^^^ entity.name.type.sql
--                                                              ^^^^^ keyword.other.dml.sql
--                                                                    ^^^ keyword.operator.word.sql
CREATE INDEX ON orders (id);
--     ^^^^^ keyword.other.ddl.sql
--           ^^ keyword.other.ddl.sql
--              ^^^^^^ entity.name.type.sql
ALTER TABLE ONLY "Order" ADD CONSTRAINT c CHECK (a > 0) NOT VALID, ALTER COLUMN b TYPE bigint;
-- <----- keyword.other.ddl.sql
--          ^^^^ storage.modifier.sql
--               ^^^^^^^ entity.name.type.sql
--                       ^^^ keyword.other.ddl.sql
--                           ^^^^^^^^^^ storage.modifier.sql
--                                        ^^^^^ storage.modifier.sql
--                                                      ^^^^^^^^^ storage.modifier.sql
--                                                                       ^^^^^^ keyword.other.ddl.sql
--                                                                                ^^^^ keyword.other.ddl.sql
--                                                                                     ^^^^^^ storage.type.sql
SELECT count(*) FILTER (WHERE ok), row_number() OVER (PARTITION BY a ORDER BY b DESC NULLS LAST), my_func(1)
-- <------ keyword.other.dml.sql
--     ^^^^^ support.function.aggregate.sql
--              ^^^^^^ keyword.other.dml.sql
--                                 ^^^^^^^^^^ support.function.aggregate.sql
--                                              ^^^^ keyword.other.dml.sql
--                                                    ^^^^^^^^^^^^ keyword.other.dml.sql
--                                                                   ^^^^^^^^ keyword.other.dml.sql
--                                                                              ^^^^ keyword.other.dml.sql
--                                                                                   ^^^^^^^^^^ storage.modifier.sql
--                                                                                                ^^^^^^^ entity.name.function.sql
  FROM a LEFT JOIN LATERAL left(b, 2) x ON true AND c IS NOT DISTINCT FROM null
--^^^^ keyword.other.dml.sql
--       ^^^^^^^^^ keyword.other.dml.sql
--                 ^^^^^^^ storage.modifier.sql
--                         ^^^^ support.function.sql
--                                      ^^ keyword.other.dml.sql
--                                         ^^^^ constant.language.sql
--                                              ^^^ keyword.operator.word.sql
--                                                    ^^^^^^^^^^^^^^^^^^^^ keyword.operator.word.sql
--                                                                         ^^^^ constant.language.sql
  WHERE t.order IN (SELECT 1) AND u.date BETWEEN current_date AND now() FOR UPDATE SKIP LOCKED;
--        ^^^^^ - keyword.other.dml.sql keyword.other.ddl.sql keyword.control.sql keyword.control.plpgsql.sql keyword.operator.word.sql storage.modifier.sql
--              ^^ keyword.operator.word.sql
--                                  ^^^^ - storage.type.sql
--                                       ^^^^^^^ keyword.operator.word.sql
--                                               ^^^^^^^^^^^^ support.function.sql
--                                                                      ^^^^^^^^^^ keyword.other.dml.sql
--                                                                                 ^^^^^^^^^^^ storage.modifier.sql
INSERT INTO carts (id) VALUES (1) ON CONFLICT DO NOTHING RETURNING id;
-- <----------- keyword.other.dml.sql
--          ^^^^^ entity.name.type.sql
--                     ^^^^^^ keyword.other.dml.sql
--                                ^^^^^^^^^^^ keyword.other.dml.sql
--                                            ^^^^^^^^^^ keyword.other.dml.sql
--                                                       ^^^^^^^^^ keyword.other.dml.sql
DROP INDEX CONCURRENTLY i; REINDEX TABLE CONCURRENTLY t;
-- <---- keyword.other.ddl.sql
--         ^^^^^^^^^^^^ storage.modifier.sql
--                         ^^^^^^^ keyword.other.ddl.sql
--                                       ^^^^^^^^^^^^ storage.modifier.sql
VACUUM FULL t; ALTER TYPE mood ADD VALUE IF NOT EXISTS $$x$$;
-- <----------- keyword.other.ddl.sql
--                        ^^^^ entity.name.type.sql
--                                       ^^^^^^^^^^^^^ storage.modifier.sql
begin; savepoint s; commit;
-- <----- keyword.control.sql
--     ^^^^^^^^^ keyword.control.sql
--                  ^^^^^^ keyword.control.sql
SELECT größe, selection, "select", begin_at FROM t;
--     ^^^^^ - keyword.other.dml.sql keyword.other.ddl.sql keyword.control.sql keyword.control.plpgsql.sql keyword.operator.word.sql storage.modifier.sql
--            ^^^^^^^^^ - keyword.other.dml.sql keyword.other.ddl.sql keyword.control.sql keyword.control.plpgsql.sql keyword.operator.word.sql storage.modifier.sql
--                       ^^^^^^^^ variable.other.quoted.sql - keyword.other.dml.sql keyword.other.ddl.sql keyword.control.sql keyword.control.plpgsql.sql keyword.operator.word.sql storage.modifier.sql
--                                 ^^^^^^^^ - keyword.other.dml.sql keyword.other.ddl.sql keyword.control.sql keyword.control.plpgsql.sql keyword.operator.word.sql storage.modifier.sql

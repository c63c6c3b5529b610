/** Fixes of the rules about indexes, beyond the examples of the rules. */
import type { FixCase } from './fixCases.ts';

const schema = `
  CREATE TABLE orders (id bigint PRIMARY KEY, product_id bigint NOT NULL, region text, name varchar(20), note text, at timestamptz);
  CREATE TABLE things (id bigint PRIMARY KEY, doc json, place point, tags text[]);`;

/** The statement would fail, or the fix means another index: `same` is the statement that makes it. */
const becomes = (rule: string, sql: string, same: string): FixCase => ({ rule, schema, sql, same });

export const indexFixCases: readonly FixCase[] = [
  {
    ...becomes(
      'unique-index-with-nullable-column',
      'create unique index concurrently u on orders (product_id, region) include (note) -- one each\n;',
      'CREATE UNIQUE INDEX CONCURRENTLY u ON orders (product_id, region) INCLUDE (note) NULLS NOT DISTINCT',
    ),
    from: 15,
  },
  becomes(
    'index-expression-not-immutable',
    "CREATE INDEX CONCURRENTLY i ON orders (product_id, /* by month */ date_trunc('month', at) DESC);",
    "CREATE INDEX CONCURRENTLY i ON orders (product_id, date_trunc('month', at AT TIME ZONE 'UTC') DESC)",
  ),
  becomes(
    'index-expression-not-immutable',
    'create index concurrently i on orders ((extract(year from at)), date(at))',
    "CREATE INDEX CONCURRENTLY i ON orders ((extract(year FROM (at AT TIME ZONE 'UTC'))), date((at AT TIME ZONE 'UTC')))",
  ),
  becomes(
    'index-expression-not-immutable',
    "CREATE INDEX CONCURRENTLY i ON orders (upper(concat(name, ', ', note)));",
    "CREATE INDEX CONCURRENTLY i ON orders (upper(coalesce(name, '') || ', ' || coalesce(note, '')))",
  ),
  becomes(
    'index-predicate-not-immutable',
    'CREATE INDEX CONCURRENTLY i ON orders (at)\n  WHERE at > now() -- not yet\n;',
    'CREATE INDEX CONCURRENTLY i ON orders (at)',
  ),
  becomes(
    'no-default-operator-class',
    'create index concurrently i on things(place)',
    'CREATE INDEX CONCURRENTLY i ON things USING gist (place)',
  ),
  becomes(
    'no-default-operator-class',
    'CREATE INDEX CONCURRENTLY i ON things USING gin (doc)',
    'CREATE INDEX CONCURRENTLY i ON things USING gin ((doc::jsonb))',
  ),
  becomes(
    'index-order-not-supported',
    'CREATE INDEX CONCURRENTLY i ON orders USING brin (product_id ASC, at DESC NULLS LAST);',
    'CREATE INDEX CONCURRENTLY i ON orders USING brin (product_id, at)',
  ),
  becomes(
    'index-storage-parameter',
    'CREATE INDEX CONCURRENTLY i ON things USING gin (tags) WITH (fillfactor = 50, fastupdate = off, gin_pending_list_limit = 1);',
    'CREATE INDEX CONCURRENTLY i ON things USING gin (tags) WITH (fastupdate = off, gin_pending_list_limit = 64)',
  ),
  becomes(
    'index-storage-parameter',
    'CREATE INDEX CONCURRENTLY i ON orders (at) WITH (fillfactor = 500) WHERE note IS NULL',
    'CREATE INDEX CONCURRENTLY i ON orders (at) WITH (fillfactor = 100) WHERE note IS NULL',
  ),
  becomes(
    'include-not-supported',
    'CREATE INDEX CONCURRENTLY i ON orders USING hash (product_id) INCLUDE (note, at) WHERE at IS NOT NULL;',
    'CREATE INDEX CONCURRENTLY i ON orders USING hash (product_id) WHERE at IS NOT NULL',
  ),
  becomes(
    'operator-class-mismatch',
    'CREATE INDEX CONCURRENTLY i ON orders (product_id int4_ops DESC, note text_pattern_ops);',
    'CREATE INDEX CONCURRENTLY i ON orders (product_id DESC, note text_pattern_ops)',
  ),
  becomes(
    'index-column-twice',
    'CREATE INDEX CONCURRENTLY i ON orders (at, product_id, at DESC) INCLUDE (note);',
    'CREATE INDEX CONCURRENTLY i ON orders (at, product_id) INCLUDE (note)',
  ),
  becomes(
    'index-column-twice',
    'CREATE INDEX CONCURRENTLY i ON orders (at) INCLUDE (at, note);',
    'CREATE INDEX CONCURRENTLY i ON orders (at) INCLUDE (note)',
  ),
  becomes(
    'descending-single-column-index',
    'CREATE INDEX CONCURRENTLY i ON orders (lower(note) DESC NULLS FIRST) WHERE at IS NULL;',
    'CREATE INDEX CONCURRENTLY i ON orders (lower(note)) WHERE at IS NULL',
  ),
  becomes(
    'hash-index-serves-equality-only',
    'CREATE INDEX CONCURRENTLY i ON orders USING hash (product_id) WHERE at IS NULL;',
    'CREATE INDEX CONCURRENTLY i ON orders (product_id) WHERE at IS NULL',
  ),
];

/** What extensions bring, for rules that need to know all names. */

/** Types of extensions that come with Postgres, some of them only since 15, and of pgvector (test/postgres/extensions.test.ts). */
const typesOf: Readonly<Record<string, readonly string[]>> = {
  plpgsql: [],
  pgcrypto: [],
  'uuid-ossp': [],
  citext: ['citext'],
  hstore: ['hstore', 'ghstore'],
  pg_trgm: ['gtrgm'],
  btree_gin: [],
  btree_gist: ['gbtreekey2', 'gbtreekey4', 'gbtreekey8', 'gbtreekey16', 'gbtreekey32', 'gbtreekey_var'],
  unaccent: [],
  fuzzystrmatch: [],
  intarray: ['query_int', 'intbig_gkey'],
  ltree: ['ltree', 'lquery', 'ltxtquery', 'ltree_gist'],
  cube: ['cube'],
  earthdistance: ['earth'],
  // its views begin with pg_, which no rule judges
  pg_stat_statements: [],
  vector: ['vector', 'halfvec', 'sparsevec'],
};

/** Extensions that bring no tables and no views but such as begin with `pg_`. */
export const extensionsOfTypesOnly: ReadonlySet<string> = new Set(Object.keys(typesOf));

/** Null for an extension that we do not know. */
export const extensionTypes = (extension: string): readonly string[] | null => typesOf[extension] ?? null;

/** Types that a database may have before the first migration runs: of these extensions and of PostGIS, seg and isn. */
export const typesOfExtensions: ReadonlySet<string> = new Set([
  ...Object.values(typesOf).flat(),
  ...'geometry geography box2d box3d raster seg isbn isbn13 issn issn13 ismn ismn13 ean13 upc'.split(' '),
]);

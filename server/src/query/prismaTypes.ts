/** What Prisma calls a type of Postgres in the comments of TypedSQL, as far as it has one word for it. */
const words: Readonly<Record<string, string>> = {
  int2: 'Int',
  int4: 'Int',
  int8: 'BigInt',
  numeric: 'Decimal',
  float4: 'Float',
  float8: 'Float',
  bool: 'Boolean',
  date: 'DateTime',
  timestamp: 'DateTime',
  timestamptz: 'DateTime',
  json: 'Json',
  jsonb: 'Json',
  bytea: 'Bytes',
};

/** All that it has for parameters (prisma-engines, sql_doc_parser.rs), besides enums. */
export const typedSqlTypes: readonly string[] = [...new Set([...Object.values(words), 'String'])].sort();

/** @param name Postgres's own, of a type of its own; text for what there is no other word for */
export const typedSqlTypeOf = (name: string): string => words[name] ?? 'String';

/**
 * What the access methods of indexes can do, which operator classes they have for which types, and which storage parameters
 * they take. The same on 14 to 18; compared with pg_opclass, pg_am and the servers' refusals in test/postgres/indexFacts.test.ts.
 */
import type { TypeName } from '../catalog/catalog.ts';
import type { SchemaReader } from '../catalog/schema.ts';

export type AccessMethod = 'btree' | 'hash' | 'gist' | 'gin' | 'spgist' | 'brin';

export interface MethodCapabilities {
  readonly unique: boolean;
  readonly severalColumns: boolean;
  readonly include: boolean;
  /** ASC, DESC, NULLS FIRST and NULLS LAST. */
  readonly order: boolean;
}

export const capabilities: Readonly<Record<AccessMethod, MethodCapabilities>> = {
  btree: { unique: true, severalColumns: true, include: true, order: true },
  hash: { unique: false, severalColumns: false, include: false, order: false },
  gist: { unique: false, severalColumns: true, include: true, order: false },
  gin: { unique: false, severalColumns: true, include: false, order: false },
  spgist: { unique: false, severalColumns: false, include: true, order: false },
  brin: { unique: false, severalColumns: true, include: false, order: false },
};

/** Null for a method that an extension brings. */
export const accessMethodOf = (name: string | undefined): AccessMethod | null =>
  name === undefined || name === '' ? 'btree' : Object.hasOwn(capabilities, name) ? (name as AccessMethod) : null;

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Types (pg_opclass.opcintype) that each method has a default operator class for. */
export const defaultTypes: Readonly<Record<AccessMethod, ReadonlySet<string>>> = {
  btree: words(
    'anyarray anyenum anymultirange anyrange bit bool bpchar bytea char date float4 float8 inet int2 int4 int8 interval jsonb macaddr ' +
      'macaddr8 money name numeric oid oidvector pg_lsn record text tid time timestamp timestamptz timetz tsquery tsvector uuid varbit xid8',
  ),
  hash: words(
    'aclitem anyarray anyenum anymultirange anyrange bool bpchar bytea char cid date float4 float8 inet int2 int4 int8 interval jsonb ' +
      'macaddr macaddr8 name numeric oid oidvector pg_lsn record text tid time timestamp timestamptz timetz uuid xid xid8',
  ),
  gist: words('anymultirange anyrange box circle point polygon tsquery tsvector'),
  gin: words('anyarray jsonb tsvector'),
  spgist: words('anyrange box inet point polygon text'),
  brin: words(
    'anyrange bit box bpchar bytea char date float4 float8 inet int2 int4 int8 interval macaddr macaddr8 name numeric oid pg_lsn text ' +
      'tid time timestamp timestamptz timetz uuid varbit',
  ),
};

const perType = (suffixes: readonly string[], types: string): [string, string][] =>
  types.split(' ').flatMap((type) => suffixes.map((suffix): [string, string] => [`${type}${suffix}`, type]));

const sameName =
  'bit bool bpchar bytea char date float4 float8 inet int2 int4 int8 interval macaddr macaddr8 name numeric oid oidvector pg_lsn ' +
  'record text tid time timestamp timestamptz timetz uuid xid8 jsonb';

const common: [string, string][] = [
  ...perType(['_ops'], sameName),
  ['array_ops', 'anyarray'],
  ['enum_ops', 'anyenum'],
  ['range_ops', 'anyrange'],
  ['multirange_ops', 'anymultirange'],
  ['cidr_ops', 'inet'],
  ['varchar_ops', 'text'],
  ['text_pattern_ops', 'text'],
  ['varchar_pattern_ops', 'text'],
  ['bpchar_pattern_ops', 'bpchar'],
];

/** By method: each operator class of Postgres itself, with the type that it accepts. */
export const operatorClasses: Readonly<Record<AccessMethod, ReadonlyMap<string, string>>> = {
  btree: new Map([
    ...common.filter(([name]) => name !== 'bit_ops'),
    ...perType(['_ops'], 'bit varbit money tsquery tsvector'),
    ['record_image_ops', 'record'],
  ]),
  hash: new Map([...common.filter(([name]) => name !== 'bit_ops'), ...perType(['_ops'], 'aclitem cid xid')]),
  gist: new Map([
    ...perType(['_ops'], 'box circle inet point tsquery tsvector'),
    ['multirange_ops', 'anymultirange'],
    ['range_ops', 'anyrange'],
    ['poly_ops', 'polygon'],
  ]),
  gin: new Map([
    ['array_ops', 'anyarray'],
    ['jsonb_ops', 'jsonb'],
    ['jsonb_path_ops', 'jsonb'],
    ['tsvector_ops', 'tsvector'],
  ]),
  spgist: new Map([
    ...perType(['_ops'], 'box inet text'),
    ['kd_point_ops', 'point'],
    ['quad_point_ops', 'point'],
    ['poly_ops', 'polygon'],
    ['range_ops', 'anyrange'],
  ]),
  brin: new Map([
    ...perType(['_minmax_ops'], 'bit varbit'),
    ...perType(['_minmax_ops', '_bloom_ops'], 'bpchar bytea char name text'),
    ...perType(
      ['_minmax_ops', '_minmax_multi_ops', '_bloom_ops'],
      'date float4 float8 inet int2 int4 int8 interval macaddr macaddr8 numeric oid pg_lsn tid time timestamp timestamptz timetz uuid',
    ),
    ['box_inclusion_ops', 'box'],
    ['inet_inclusion_ops', 'inet'],
    ['range_inclusion_ops', 'anyrange'],
  ]),
};

/** Into which other types a type turns by itself and without conversion, so that their operator classes accept it. */
export const coercions: Readonly<Record<string, readonly string[]>> = {
  text: ['bpchar'],
  int4: ['oid'],
  bit: ['varbit'],
  varbit: ['bit'],
};

/** @param type as {@link indexedType} gives it */
export const acceptsType = (operatorClassType: string, type: string): boolean =>
  type === operatorClassType || (coercions[type]?.includes(operatorClassType) ?? false);

/** Operator classes that extensions shipped with Postgres (and pgvector) add to these methods, by extension. */
export const extensionOperatorClasses: Readonly<Record<string, string>> = {
  gin_trgm_ops: 'pg_trgm',
  gist_trgm_ops: 'pg_trgm',
};

/** Types that btree_gin and btree_gist give a default operator class for. */
export const scalarTypesByExtension: Readonly<Record<'gin' | 'gist', ReadonlySet<string>>> = {
  gin: words(
    'int2 int4 int8 float4 float8 money oid timestamp timestamptz time timetz date interval macaddr macaddr8 inet text char bytea bit ' +
      'varbit numeric anyenum uuid name bool bpchar',
  ),
  gist: words(
    'int2 int4 int8 float4 float8 numeric timestamp timestamptz time timetz date interval oid money text bpchar bytea bit varbit ' +
      'macaddr macaddr8 inet uuid anyenum',
  ),
};

export type ParameterRange =
  | { readonly kind: 'integer'; readonly least: number; readonly most: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'words'; readonly words: readonly string[] };

const integer = (least: number, most: number): ParameterRange => ({ kind: 'integer', least, most });
const boolean: ParameterRange = { kind: 'boolean' };
const fillfactor = integer(10, 100);

/** The storage parameters of each method; any other is refused. */
export const storageParameters: Readonly<Record<AccessMethod, Readonly<Record<string, ParameterRange>>>> = {
  btree: { fillfactor, deduplicate_items: boolean },
  hash: { fillfactor },
  gist: { fillfactor, buffering: { kind: 'words', words: ['on', 'off', 'auto'] } },
  gin: { fastupdate: boolean, gin_pending_list_limit: integer(64, 2147483647) },
  spgist: { fillfactor },
  brin: { pages_per_range: integer(1, 131072), autosummarize: boolean },
};

const ranges = /^(?:int4|int8|num|ts|tstz|date)range$/;
const multiranges = /^(?:int4|int8|num|ts|tstz|date)multirange$/;

/** Postgres's own types under their own names that columns have, whether an access method takes them or not. */
export const ownTypes: ReadonlySet<string> = words(
  'bit bool box bpchar bytea char cid circle date float4 float8 inet int2 int4 int8 interval json jsonb jsonpath line lseg macaddr macaddr8 ' +
    'money name numeric oid path pg_lsn point polygon text tid time timestamp timestamptz timetz tsquery tsvector uuid varbit xid xid8 xml',
);

/**
 * The type by which an operator class is looked for: that which it is, is a domain of or turns into without conversion.
 * Null where the files do not tell it.
 */
export function indexedType(type: TypeName | null | undefined, schema: SchemaReader): string | null {
  if (!type) return null;
  if (type.array) return 'anyarray';
  const { name } = type;
  const found = schema.type(`${type.schema ?? schema.session.schema}.${name}`);
  if (type.schema === null && !found) {
    if (name === 'varchar') return 'text';
    if (name === 'cidr') return 'inet';
    if (ranges.test(name)) return 'anyrange';
    if (multiranges.test(name)) return 'anymultirange';
  }
  if (type.schema === null && ownTypes.has(name)) return name;
  switch (found?.kind) {
    case 'enum':
      return 'anyenum';
    case 'range':
      return 'anyrange';
    case 'composite':
      return 'record';
    case 'domain':
      return indexedType(found.base, schema);
    default:
      return null;
  }
}

/**
 * What the extension pgvector (0.8) has: its types, access methods, operator classes and limits. Compared with the extension
 * itself in test/postgres/vector.test.ts.
 */
import type { TypeName } from '../catalog/catalog.ts';

export type VectorType = 'vector' | 'halfvec' | 'sparsevec' | 'bit';
export type VectorMethod = 'hnsw' | 'ivfflat';

/** The operator that each operator class serves, by the class's name behind that of the type. */
export const distanceOperators: Readonly<Record<string, string>> = {
  l2_ops: '<->',
  ip_ops: '<#>',
  cosine_ops: '<=>',
  l1_ops: '<+>',
  hamming_ops: '<~>',
  jaccard_ops: '<%>',
};

/** By access method and type: the operator classes, without the type's name in front. */
export const vectorOperatorClasses: Readonly<Record<VectorMethod, Partial<Record<VectorType, readonly string[]>>>> = {
  hnsw: {
    vector: ['l2_ops', 'ip_ops', 'cosine_ops', 'l1_ops'],
    halfvec: ['l2_ops', 'ip_ops', 'cosine_ops', 'l1_ops'],
    sparsevec: ['l2_ops', 'ip_ops', 'cosine_ops', 'l1_ops'],
    bit: ['hamming_ops', 'jaccard_ops'],
  },
  ivfflat: {
    vector: ['l2_ops', 'ip_ops', 'cosine_ops'],
    halfvec: ['l2_ops', 'ip_ops', 'cosine_ops'],
    bit: ['hamming_ops'],
  },
};

/** The most dimensions of an indexed column; sparsevec has another limit, of elements that are not zero. */
export const indexedDimensions: Readonly<Partial<Record<VectorType, number>>> = {
  vector: 2000,
  halfvec: 4000,
  bit: 64000,
};

/** The most dimensions of a column. */
export const columnDimensions: Readonly<Partial<Record<VectorType, number>>> = { vector: 16000, halfvec: 16000 };

export const vectorParameters: Readonly<
  Record<
    VectorMethod,
    Readonly<Record<string, { readonly least: number; readonly most: number; readonly standard: number }>>
  >
> = {
  hnsw: { m: { least: 2, most: 100, standard: 16 }, ef_construction: { least: 4, most: 1000, standard: 64 } },
  ivfflat: { lists: { least: 1, most: 32768, standard: 100 } },
};

export const vectorMethodOf = (method: string): VectorMethod | null =>
  method === 'hnsw' || method === 'ivfflat' ? method : null;

/** Null for other types. The extension may be in any schema. */
export function vectorTypeOf(type: TypeName | null | undefined): VectorType | null {
  if (!type || type.array) return null;
  const { name } = type;
  return name === 'vector' || name === 'halfvec' || name === 'sparsevec' || (name === 'bit' && type.schema === null)
    ? name
    : null;
}

/** The operator that an operator class of pgvector serves; null for any other class. */
export function operatorOfClass(name: string): string | null {
  const [, type = '', rest = ''] = /^(vector|halfvec|sparsevec|bit)_(\w+)$/.exec(name) ?? [];
  return type !== '' && Object.hasOwn(distanceOperators, rest) ? (distanceOperators[rest] ?? null) : null;
}

/** The operator that an index without a named operator class serves: ivfflat of vector has a default. */
export const defaultOperator = (method: VectorMethod, type: VectorType): string | null =>
  method === 'ivfflat' && type === 'vector' ? '<->' : null;

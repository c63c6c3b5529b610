/** Bounds of partitions as values that can be compared, where the text alone tells them. */
import type { Node } from '@pgsql/types';
import { columnOf, type Relation, type TypeName } from '../../catalog/catalog.ts';
import { stringOf } from '../../catalog/names.ts';
import type { PartitionBound } from '../../catalog/objects.ts';

/** Integers as they are, times as microseconds since 1970; infinite for MINVALUE and MAXVALUE. */
export type Point = bigint | number;

export interface Range {
  readonly from: Point;
  readonly to: Point;
}

/** The type of the parent's only key column; null for several columns and for expressions. */
export function keyType(parent: Relation): TypeName | null {
  const [name, ...others] = parent.partitionKey?.columns ?? [];
  return name != null && others.length === 0 ? (columnOf(parent, name)?.type ?? null) : null;
}

/** Null where it cannot be read, and for an empty range. */
export function rangeOf(bound: PartitionBound | null | undefined, type: TypeName): Range | null {
  if (bound?.kind !== 'range' || bound.from.length !== 1 || bound.to.length !== 1) return null;
  const from = pointOf(bound.from[0] as Node, type);
  const to = pointOf(bound.to[0] as Node, type);
  return from !== null && to !== null ? { from, to } : null;
}

const day = 86_400_000_000n;

/**
 * How far two points have to lie apart to be sure of their order: what a timestamptz without a zone means depends on the
 * session's TimeZone, which may be another one for each partition.
 */
export const uncertainty = (type: TypeName): bigint => (type.name === 'timestamptz' ? 2n * day : 0n);

function pointOf(node: Node, type: TypeName): Point | null {
  if (type.schema !== null || type.array) return null;
  if ('ColumnRef' in node) {
    const word = stringOf(node.ColumnRef.fields?.at(-1));
    return word === 'minvalue' ? Number.NEGATIVE_INFINITY : word === 'maxvalue' ? Number.POSITIVE_INFINITY : null;
  }
  if ('TypeCast' in node && node.TypeCast.arg) return pointOf(node.TypeCast.arg, type);
  if (!('A_Const' in node)) return null;
  const { ival, fval, sval } = node.A_Const;
  const text = ival ? String(ival.ival ?? 0) : (fval?.fval ?? sval?.sval ?? '');
  switch (type.name) {
    case 'int2':
    case 'int4':
    case 'int8':
      return /^-?\d{1,19}$/.test(text) ? BigInt(text) : null;
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text) ? timeOf(text) : null;
    case 'timestamp':
    case 'timestamptz':
      return timeOf(text);
    default:
      return null;
  }
}

const written = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.0+)?)?)?(?:Z|\+00(?::?00)?)?$/;

/** ISO 8601 without a zone, or in UTC, to the second. */
function timeOf(text: string): bigint | null {
  const [year, month, date, hour = 0, minute = 0, second = 0] = (written.exec(text) ?? [])
    .slice(1)
    .map((n) => Number(n ?? 0));
  if (year === undefined || month === undefined || date === undefined) return null;
  const time = new Date(Date.UTC(year, month - 1, date, hour, minute, second));
  if (time.getUTCMonth() !== month - 1 || time.getUTCDate() !== date || hour > 23) return null;
  return BigInt(time.getTime()) * 1000n;
}

/** The values of a list bound as texts that are equal only if the values are; null where that is not certain. */
export function listOf(bound: PartitionBound | null | undefined, type: TypeName): string[] | null {
  if (bound?.kind !== 'list' || type.array) return null;
  const values = bound.values.map((node) => textOf(node, type));
  return values.every((value) => value !== null) ? (values as string[]) : null;
}

/** `null` for NULL; everything else has a mark in front. */
function textOf(node: Node, type: TypeName): string | null {
  if ('TypeCast' in node && node.TypeCast.arg) return textOf(node.TypeCast.arg, type);
  if (!('A_Const' in node)) return null;
  const { ival, sval, isnull } = node.A_Const;
  if (isnull) return 'null';
  if (/^int[248]$/.test(type.name) && type.schema === null) {
    const text = ival ? String(ival.ival ?? 0) : (sval?.sval ?? '');
    return /^-?\d{1,18}$/.test(text) ? `=${BigInt(text)}` : null;
  }
  return sval && type.schema === null && /^(?:text|varchar)$/.test(type.name) ? `=${sval.sval ?? ''}` : null;
}

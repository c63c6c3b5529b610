/**
 * Whether a default must be computed for each row (postgresql.org/docs/current/xfunc-volatility.html). Since Postgres 11 a
 * default without volatile functions is stored once and adding the column rewrites nothing; a volatile one rewrites the table.
 */
import type { Node } from '@pgsql/types';
import { nameParts } from '../catalog/names.ts';
import type { SchemaReader } from '../catalog/schema.ts';
import { walk } from '../syntax/walk.ts';

/** pg_proc.provolatile = 'v' on every version that has them (test/postgres/volatility.test.ts). */
export const volatileFunctions: readonly string[] = [
  'random',
  'random_normal',
  'gen_random_uuid',
  'uuidv4',
  'uuidv7',
  'clock_timestamp',
  'timeofday',
  'nextval',
  'setval',
  'currval',
  'lastval',
  'set_config',
  'array_sample',
  'array_shuffle',
];
/** The same of uuid-ossp and pgcrypto. */
export const volatileExtensionFunctions: readonly string[] = [
  'uuid_generate_v1',
  'uuid_generate_v1mc',
  'uuid_generate_v4',
  'gen_random_bytes',
  'gen_salt',
];

const isVolatile = new Set([...volatileFunctions, ...volatileExtensionFunctions]);

/** Name of the first function in the expression that is known to be volatile; null if none is. */
export function volatileFunctionIn(expression: Node | undefined, schema: SchemaReader): string | null {
  let found: string | null = null;
  walk(expression, (type, node) => {
    if (type !== 'FuncCall' || found !== null) return;
    const name = nameParts((node as { funcname?: Node[] }).funcname).at(-1) ?? '';
    if (isVolatile.has(name) || schema.volatilityOf(name) === 'volatile') found = name;
  });
  return found;
}

/**
 * Whether a default must be computed for each row (postgresql.org/docs/current/xfunc-volatility.html). Since Postgres 11 a
 * default without volatile functions is stored once and adding the column rewrites nothing; a volatile one rewrites the table.
 */
import type { Node } from '@pgsql/types';
import type { Catalog } from '../catalog/catalog.ts';
import { nameParts } from '../catalog/names.ts';
import { walk } from '../syntax/walk.ts';

/** pg_proc.provolatile = 'v' on every version that has them (test/postgres/volatility.test.ts), and of uuid-ossp. */
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
];
export const volatileExtensionFunctions: readonly string[] = [
  'uuid_generate_v1',
  'uuid_generate_v1mc',
  'uuid_generate_v4',
];

const isVolatile = new Set([...volatileFunctions, ...volatileExtensionFunctions]);

/** Name of the first function in the expression that is known to be volatile; null if none is. */
export function volatileFunctionIn(expression: Node | undefined, catalog: Catalog): string | null {
  let found: string | null = null;
  walk(expression, (type, node) => {
    if (type !== 'FuncCall' || found !== null) return;
    const name = nameParts((node as { funcname?: Node[] }).funcname).at(-1) ?? '';
    if (isVolatile.has(name) || catalog.functions.get(name) === 'volatile') found = name;
  });
  return found;
}

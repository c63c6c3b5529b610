/** CREATE FUNCTION: only its volatility matters so far. */
import type { CreateFunctionStmt } from '@pgsql/types';
import type { Volatility } from './catalog.ts';
import { nameParts, stringOf } from './names.ts';
import type { SchemaWriter } from './schema.ts';

const promise: readonly Volatility[] = ['immutable', 'stable', 'volatile'];

export function applyCreateFunction(schema: SchemaWriter, stmt: CreateFunctionStmt): void {
  const name = nameParts(stmt.funcname).at(-1);
  if (name === undefined || stmt.is_procedure) return;
  // VOLATILE is what Postgres assumes when nothing is said
  let volatility: Volatility = 'volatile';
  let language = '';
  for (const option of stmt.options ?? []) {
    if (!('DefElem' in option)) continue;
    const written = stringOf(option.DefElem.arg);
    if (option.DefElem.defname === 'language') language = written?.toLowerCase() ?? '';
    else if (option.DefElem.defname === 'volatility' && (written === 'immutable' || written === 'stable'))
      volatility = written;
  }
  // Postgres puts the body of a short SQL function in the place of its call, and then the body's volatility counts
  if (volatility === 'volatile' && (language === 'sql' || language === '')) return;
  const other = schema.volatilityOf(name);
  const weakest = other && !stmt.replace && promise.indexOf(other) > promise.indexOf(volatility) ? other : volatility;
  if (other !== weakest) schema.setVolatility(name, weakest);
}

/** ADD COLUMN: whether each row gets a value of its own, and what has to be checked or built for the rows that are there. */
import type { ColumnDef, Constraint } from '@pgsql/types';
import { columnOf } from '../../catalog/catalog.ts';
import { nameParts, typeNameOf } from '../../catalog/names.ts';
import { constraintsOf } from '../../catalog/tableElements.ts';
import { walk } from '../../syntax/walk.ts';
import { hasConstrainedDomain } from '../domains.ts';
import { volatileFunctionIn } from '../volatility.ts';
import type { EffectsCollector } from './collector.ts';
import { lockReferenced } from './foreignKeys.ts';

/** Postgres's own types. Any other may be a domain whose constraint is checked, row by row, by writing the table anew. */
const builtIn = new Set(
  (
    'int2 int4 int8 float4 float8 numeric bool text varchar bpchar name uuid date time timetz timestamp timestamptz interval ' +
    'json jsonb jsonpath bytea inet cidr macaddr macaddr8 xml tsvector tsquery money bit varbit oid point line lseg box path ' +
    'polygon circle int4range int8range numrange daterange tsrange tstzrange'
  ).split(' '),
);

/** Functions that are not volatile on any version; what the files do not create and is not named here may be anything. */
const stable = new Set(
  'now transaction_timestamp statement_timestamp timezone lower upper coalesce current_setting make_date make_interval to_char date_trunc'.split(
    ' ',
  ),
);

export function addColumn(effects: EffectsCollector, table: string, def: ColumnDef, ifNotExists: boolean): void {
  const relation = effects.schema.relation(table);
  if (ifNotExists && columnOf(relation, def.colname ?? '')) return;
  const leaves = effects.leaves(table);
  const constraints = constraintsOf(def);
  if (ifNotExists && !relation?.complete) {
    for (const c of constraints) if (c.contype === 'CONSTR_FOREIGN') effects.unsure();
    return;
  }
  const type = nameParts(def.typeName?.names).at(-1) ?? '';
  const known = typeNameOf(def.typeName);
  const serial = /^(?:small|big)?serial[248]?$/.test(type);
  let rewrites = serial || hasConstrainedDomain(known, effects.schema);
  let hasDefault = serial;
  let isVirtual = false;
  if (!serial && !rewrites && (known?.schema !== null || !builtIn.has(known.name))) effects.unsure();
  for (const c of constraints) {
    if (c.contype === 'CONSTR_IDENTITY') rewrites = true;
    if (c.contype === 'CONSTR_GENERATED') {
      isVirtual = c.generated_kind === 'v';
      rewrites ||= !isVirtual;
    }
    if (c.contype === 'CONSTR_DEFAULT' && !isNull(c)) {
      hasDefault = true;
      if (volatileFunctionIn(c.raw_expr, effects.schema) !== null) rewrites = true;
      else if (callsUnknown(c, effects)) effects.unsure();
    }
  }
  if (rewrites) effects.rewrite(leaves);
  for (const c of constraints) {
    switch (c.contype) {
      case 'CONSTR_NOTNULL':
        if (!hasDefault && !isVirtual) effects.scan(leaves);
        else if (isVirtual) effects.unsure();
        break;
      case 'CONSTR_CHECK':
        if (!c.skip_validation) effects.scan(leaves);
        break;
      case 'CONSTR_UNIQUE':
      case 'CONSTR_PRIMARY':
        effects.scan(leaves);
        break;
      case 'CONSTR_FOREIGN':
        lockReferenced(effects, table, c, hasDefault || rewrites);
        break;
      default:
    }
  }
}

const isNull = (c: Constraint): boolean =>
  c.raw_expr !== undefined && 'A_Const' in c.raw_expr && c.raw_expr.A_Const.isnull === true;

function callsUnknown(c: Constraint, effects: EffectsCollector): boolean {
  let unknown = false;
  walk(c.raw_expr, (type, node) => {
    if (type !== 'FuncCall') return;
    const name = nameParts((node as { funcname?: never[] }).funcname).at(-1) ?? '';
    if (!stable.has(name) && effects.schema.volatilityOf(name) === undefined) unknown = true;
  });
  return unknown;
}

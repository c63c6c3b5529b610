/** A column that rows which are there already would have no value for. */
import type { ColumnDef, Node } from '@pgsql/types';
import { nameParts, nodesKey } from '../../catalog/names.ts';
import type { SchemaReader } from '../../catalog/schema.ts';
import { constraintsOf } from '../../catalog/tableElements.ts';

/** DEFAULT NULL is as good as none. */
const isNull = (expression: Node | undefined): boolean =>
  expression !== undefined && 'A_Const' in expression && expression.A_Const.isnull === true;

/** Whether ADD COLUMN with that definition fails as soon as the table has a row. */
export function columnNeedsEmptyTable(def: ColumnDef, schema: SchemaReader): boolean {
  const constraints = constraintsOf(def);
  const types = new Set(constraints.filter((c) => !isNull(c.raw_expr)).map((c) => c.contype));
  const required = types.has('CONSTR_NOTNULL') || types.has('CONSTR_PRIMARY');
  const filled = types.has('CONSTR_DEFAULT') || types.has('CONSTR_IDENTITY') || types.has('CONSTR_GENERATED');
  if (!required || filled) return false;
  const names = def.typeName?.names;
  if (/^(?:small|big)?serial[248]?$/.test(nameParts(names).at(-1) ?? '')) return false;
  // a domain may bring a default of its own
  return schema.type(nodesKey(names, schema.session.schema))?.kind !== 'domain';
}

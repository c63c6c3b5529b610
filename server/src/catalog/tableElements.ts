/** From the parts of CREATE TABLE and ALTER TABLE … ADD to columns and constraints. */
import type { ColumnDef, Constraint as ConstraintNode, Node } from '@pgsql/types';
import { isAscii } from '../text/positions.ts';
import { type Column, type Constraint, type ConstraintKind, relationKey } from './catalog.ts';
import { nameParts, stringOf, typeNameOf } from './names.ts';

const kinds: Readonly<Partial<Record<string, ConstraintKind>>> = {
  CONSTR_PRIMARY: 'primary',
  CONSTR_UNIQUE: 'unique',
  CONSTR_FOREIGN: 'foreign',
  CONSTR_CHECK: 'check',
  CONSTR_EXCLUSION: 'exclude',
  CONSTR_NOTNULL: 'not-null',
};

export const constraintsOf = (def: ColumnDef): ConstraintNode[] =>
  (def.constraints ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));

export function columnFrom(def: ColumnDef): Column {
  const constraints = constraintsOf(def);
  const type = typeNameOf(def.typeName);
  const serial = type !== null && /^serial[248]$/.test(type.name);
  const has = (...types: string[]): boolean => constraints.some((c) => types.includes(c.contype ?? ''));
  return {
    name: def.colname ?? '',
    type: serial ? { ...(type as NonNullable<typeof type>), name: `int${type?.name.at(-1)}` } : type,
    notNull: serial || (def.is_not_null ?? false) || has('CONSTR_NOTNULL', 'CONSTR_PRIMARY', 'CONSTR_IDENTITY'),
    hasDefault: serial || has('CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED'),
    default: null,
    identity: null,
    generated: null,
    collation: null,
    serial,
  };
}

/**
 * @param column the column it is written at, for a column constraint
 * @returns null for what is no constraint in the catalog (DEFAULT, NULL, DEFERRABLE …)
 */
export function constraintFrom(
  node: ConstraintNode,
  table: string,
  column: string | null,
  schema: string,
): Constraint | null {
  const kind = kinds[node.contype ?? ''];
  if (!kind) return null;
  const listed = kind === 'foreign' ? nameParts(node.fk_attrs) : nameParts(node.keys);
  const columns = listed.length > 0 ? listed : column !== null ? [column] : [];
  return {
    name: node.conname ?? defaultName(kind, table, columns),
    kind,
    columns,
    validated: !node.skip_validation,
    provesNotNull: kind === 'check' ? notNullProofs(node.raw_expr) : kind === 'not-null' ? columns : [],
    references:
      kind === 'foreign' && node.pktable
        ? relationKey(node.pktable.schemaname ?? schema, node.pktable.relname ?? '')
        : null,
    referencedColumns: [],
    onDelete: 'no action',
    onUpdate: 'no action',
    deferrable: node.deferrable ?? false,
    expression: kind === 'check' ? (node.raw_expr ?? null) : null,
    index: null,
  };
}

/**
 * The name that Postgres chooses (ChooseConstraintName and ChooseIndexName in src/backend): table_columns_suffix. Null
 * where it would have to be shortened to 63 bytes, or where it depends on an expression.
 */
export function defaultName(kind: ConstraintKind, table: string, columns: readonly string[]): string | null {
  const suffix = {
    primary: 'pkey',
    unique: 'key',
    foreign: 'fkey',
    check: 'check',
    exclude: 'excl',
    'not-null': 'not_null',
  }[kind];
  if (kind === 'exclude' || (kind === 'check' && columns.length !== 1)) return null;
  const name = kind === 'primary' ? `${table}_${suffix}` : [table, ...columns, suffix].join('_');
  return utf8Length(name) <= 63 ? name : null;
}

const utf8Length = (text: string): number => (isAscii(text) ? text.length : new TextEncoder().encode(text).length);

/** Columns that a check expression proves not null: `c IS NOT NULL`, alone or joined by AND. */
function notNullProofs(expression: Node | undefined): string[] {
  if (!expression) return [];
  if ('NullTest' in expression && expression.NullTest.nulltesttype === 'IS_NOT_NULL') {
    const argument = expression.NullTest.arg;
    if (argument && 'ColumnRef' in argument) {
      const name = stringOf(argument.ColumnRef.fields?.at(-1));
      return name === null ? [] : [name];
    }
  }
  if ('BoolExpr' in expression && expression.BoolExpr.boolop === 'AND_EXPR')
    return (expression.BoolExpr.args ?? []).flatMap(notNullProofs);
  return [];
}

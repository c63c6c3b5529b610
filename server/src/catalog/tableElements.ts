/** From the parts of CREATE TABLE and ALTER TABLE … ADD to columns and constraints, as values by themselves. */
import type { ColumnDef, Constraint as ConstraintNode, Node } from '@pgsql/types';
import {
  type Column,
  type Constraint,
  type ConstraintKind,
  newColumn,
  type ReferentialAction,
  type TypeName,
} from './catalog.ts';
import { columnsUsed, isNullConstant, withoutPositions } from './expressions.ts';
import { nameParts, rangeVarKey, stringOf, typeNameOf } from './names.ts';
import { constraintName } from './objectNames.ts';

const kinds: Readonly<Partial<Record<string, ConstraintKind>>> = {
  CONSTR_PRIMARY: 'primary',
  CONSTR_UNIQUE: 'unique',
  CONSTR_FOREIGN: 'foreign',
  CONSTR_CHECK: 'check',
  CONSTR_EXCLUSION: 'exclude',
  CONSTR_NOTNULL: 'not-null',
};

const noConstraints: readonly ConstraintNode[] = [];
const constraintsAt = new WeakMap<ColumnDef, readonly ConstraintNode[]>();

export function constraintsOf(def: ColumnDef): readonly ConstraintNode[] {
  if (!def.constraints) return noConstraints;
  let found = constraintsAt.get(def);
  if (!found) {
    found = def.constraints.flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
    constraintsAt.set(def, found);
  }
  return found;
}

const integerOfSerial: Readonly<Record<string, string>> = { serial2: 'int2', serial4: 'int4', serial8: 'int8' };

const columns = new WeakMap<ColumnDef, Column>();

/** The same tree gives the same object again: a table's columns are asked for by dozens of rules. */
export function columnFrom(def: ColumnDef): Column {
  let column = columns.get(def);
  if (!column) {
    column = readColumn(def);
    columns.set(def, column);
  }
  return column;
}

function readColumn(def: ColumnDef): Column {
  const constraints = constraintsOf(def);
  const find = (type: string): ConstraintNode | undefined => constraints.find((c) => c.contype === type);
  const written = typeNameOf(def.typeName);
  const integer = written?.schema === null ? integerOfSerial[written.name] : undefined;
  const type: TypeName | null = written && integer !== undefined ? { ...written, name: integer } : written;
  const value = find('CONSTR_DEFAULT')?.raw_expr;
  const identity = find('CONSTR_IDENTITY');
  const generated = find('CONSTR_GENERATED');
  const hasValue = value !== undefined && !isNullConstant(value);
  return {
    ...newColumn(def.colname ?? '', type),
    notNull:
      integer !== undefined ||
      identity !== undefined ||
      (def.is_not_null ?? false) ||
      find('CONSTR_NOTNULL') !== undefined ||
      find('CONSTR_PRIMARY') !== undefined,
    hasDefault: integer !== undefined || hasValue || identity !== undefined || generated !== undefined,
    default: hasValue ? withoutPositions(value) : null,
    identity: identity ? identityKind(identity.generated_when) : null,
    generated: generated
      ? {
          stored: generated.generated_kind !== 'v',
          expression: generated.raw_expr ? withoutPositions(generated.raw_expr) : null,
        }
      : null,
    collation: nameParts(def.collClause?.collname).at(-1) ?? null,
    serial: integer !== undefined,
  };
}

export const identityKind = (letter: string | undefined): 'always' | 'by default' =>
  letter === 'd' ? 'by default' : 'always';

/** By pg_constraint's letters. */
const actions: Readonly<Record<string, ReferentialAction>> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
};

/**
 * A constraint as it is written: of one without a name, `name` is null.
 * @param column the column it is written at, for a column constraint
 * @param schema the session's, for the name of the referenced table
 * @returns null for what is no constraint in the catalog (DEFAULT, NULL, DEFERRABLE …)
 */
export function constraintFrom(node: ConstraintNode, column: string | null, schema: string): Constraint | null {
  const kind = kinds[node.contype ?? ''];
  if (!kind) return null;
  return {
    name: node.conname ?? null,
    kind,
    columns: constrained(node, kind, column),
    validated: !node.skip_validation,
    provesNotNull:
      kind === 'check'
        ? notNullProofs(node.raw_expr)
        : kind === 'not-null'
          ? column !== null
            ? [column]
            : nameParts(node.keys)
          : [],
    references: kind === 'foreign' && node.pktable ? rangeVarKey(node.pktable, schema) : null,
    referencedColumns: kind === 'foreign' ? nameParts(node.pk_attrs) : [],
    onDelete: actions[node.fk_del_action ?? ''] ?? 'no action',
    onUpdate: actions[node.fk_upd_action ?? ''] ?? 'no action',
    deferrable: node.deferrable ?? false,
    initiallyDeferred: node.initdeferred ?? false,
    matchFull: node.fk_matchtype === 'f',
    operators: kind === 'exclude' ? exclusionOperators(node) : [],
    noInherit: node.is_no_inherit ?? false,
    expression: kind === 'check' && node.raw_expr ? withoutPositions(node.raw_expr) : null,
    index: null,
  };
}

/** The columns that a constraint is about; of a check those that its expression uses. */
function constrained(node: ConstraintNode, kind: ConstraintKind, column: string | null): string[] {
  if (kind === 'check') return columnsUsed(node.raw_expr);
  if (kind === 'exclude') return exclusionColumns(node).filter((name): name is string => name !== null);
  const listed = kind === 'foreign' ? nameParts(node.fk_attrs) : nameParts(node.keys);
  return listed.length > 0 ? listed : column !== null ? [column] : [];
}

/** Null for an expression. */
function exclusionColumns(node: ConstraintNode): (string | null)[] {
  return (node.exclusions ?? []).map((exclusion) => {
    const element = 'List' in exclusion ? exclusion.List.items?.[0] : undefined;
    return element && 'IndexElem' in element ? (element.IndexElem.name ?? null) : null;
  });
}

const exclusionOperators = (node: ConstraintNode): string[] =>
  (node.exclusions ?? []).map((exclusion) => {
    const named = 'List' in exclusion ? exclusion.List.items?.[1] : undefined;
    return named && 'List' in named ? (nameParts(named.List.items).at(-1) ?? '') : '';
  });

/** DEFERRABLE is written behind the constraint that it is about, as an element of its own. */
export function withDeferrability(nodes: readonly ConstraintNode[]): ConstraintNode[] {
  const merged: ConstraintNode[] = [];
  for (const node of nodes) {
    const last = merged.at(-1);
    if (node.contype === 'CONSTR_ATTR_DEFERRABLE' && last) merged[merged.length - 1] = { ...last, deferrable: true };
    else if (node.contype === 'CONSTR_ATTR_DEFERRED' && last)
      merged[merged.length - 1] = { ...last, deferrable: true, initdeferred: true };
    else merged.push(node);
  }
  return merged;
}

/**
 * The name that Postgres chooses while no other constraint has it. Null where it depends on an expression.
 * @param columns as they are written
 */
export function defaultName(kind: ConstraintKind, table: string, columns: readonly string[]): string | null {
  if (kind === 'exclude' || (kind === 'check' && columns.length !== 1)) return null;
  return constraintName(kind, table, columns);
}

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

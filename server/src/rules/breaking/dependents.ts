/** What Postgres will not let go along without CASCADE, as far as the files tell: proven in drop-with-dependents. */
import type { Node } from '@pgsql/types';
import { keyOf, type Relation } from '../../catalog/catalog.ts';
import { columnsUsed } from '../../catalog/expressions.ts';
import { stringOf } from '../../catalog/names.ts';
import type { SchemaReader } from '../../catalog/schema.ts';
import { quoteIdentifier } from '../edits.ts';

export interface DependentObject {
  /** In words: `view public.v`, without the schema public. */
  readonly what: string;
  /** The statement that drops it alone; null where more would have to go first. */
  readonly drop: string | null;
  readonly isForeignKey?: true;
}

const shown = (key: string): string => key.replace(/^public\./, '');

/** A key as SQL. */
export const writtenKey = (key: string): string => {
  const at = key.indexOf('.');
  const [schema, name] = [key.slice(0, at), key.slice(at + 1)];
  return schema === 'public' ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
};

const isViewKind = (kind: string): kind is 'view' | 'materialized view' =>
  kind === 'view' || kind === 'materialized view';

function view(kind: string, key: string, before: SchemaReader): DependentObject {
  const hasOwn = before.relation(key)?.dependents.some((d) => isViewKind(d.kind)) ?? true;
  return { what: `${kind} ${shown(key)}`, drop: hasOwn ? null : `DROP ${kind.toUpperCase()} ${writtenKey(key)}` };
}

function foreignKey(table: string, name: string | null): DependentObject {
  return {
    what: `${name === null ? 'a foreign key' : `foreign key ${name}`} of ${shown(table)}`,
    drop: name === null ? null : `ALTER TABLE ${writtenKey(table)} DROP CONSTRAINT ${quoteIdentifier(name)}`,
    isForeignKey: true,
  };
}

/** Of a table or view that is dropped together with those of `along`. */
export function dependentsOfRelation(
  relation: Relation,
  along: ReadonlySet<string>,
  before: SchemaReader,
): DependentObject[] {
  const views = relation.dependents
    .filter((d) => isViewKind(d.kind) && !along.has(d.name))
    .map((d) => view(d.kind, d.name, before));
  const own = new Set([keyOf(relation), ...relation.partitions]);
  const keys = relation.referencedBy
    .filter((f) => !along.has(f.table) && !own.has(f.table))
    .map((f) => foreignKey(f.table, f.name));
  const children = relation.inheritors
    .filter((key) => !along.has(key))
    .map((key) => ({ what: `table ${shown(key)}, which inherits from it`, drop: null }));
  return [...views, ...keys, ...children];
}

/** @param along columns that the same statement drops before it */
export function dependentsOfColumn(
  relation: Relation,
  column: string,
  along: ReadonlySet<string>,
  before: SchemaReader,
  targetVersion: number,
): DependentObject[] {
  const views = relation.dependents
    .filter((d) => isViewKind(d.kind) && d.columns?.includes(column))
    .map((d) => view(d.kind, d.name, before));
  const keys = relation.referencedBy
    .filter((f) => f.table !== keyOf(relation) && referencedColumns(relation, f.columns).includes(column))
    .map((f) => foreignKey(f.table, f.name));
  // before 15, generated columns go along
  const generated = relation.columns
    .filter((c) => targetVersion >= 15 && c.generated && !along.has(c.name))
    .filter((c) => columnsUsed(c.generated?.expression).includes(column))
    .map((c) => ({ what: `generated column ${c.name}`, drop: null }));
  return [...views, ...keys, ...policiesOn(relation, column), ...triggersOn(relation, column), ...generated];
}

export function policiesOn(relation: Relation, column: string): DependentObject[] {
  return relation.policies
    .filter((p) => [p.using, p.check].some((e) => usesOutsideSubqueries(e, column)))
    .map((p) => ({
      what: `policy ${p.name}`,
      drop: `DROP POLICY ${quoteIdentifier(p.name)} ON ${writtenKey(keyOf(relation))}`,
    }));
}

export function triggersOn(relation: Relation, column: string): DependentObject[] {
  return relation.triggers
    .filter((t) => t.columns.includes(column) || columnsUsed(t.when).includes(column))
    .map((t) => ({
      what: `trigger ${t.name}`,
      drop: `DROP TRIGGER ${quoteIdentifier(t.name)} ON ${writtenKey(keyOf(relation))}`,
    }));
}

/** Of a primary key or unique constraint: the foreign keys that refer to exactly its columns. */
export function foreignKeysTo(relation: Relation, columns: readonly string[]): DependentObject[] {
  const isSame = (others: readonly string[]) =>
    others.length === columns.length && others.every((c) => columns.includes(c));
  // with two keys on the same columns it is not known which one is meant
  const keys = relation.constraints.filter((c) => (c.kind === 'primary' || c.kind === 'unique') && isSame(c.columns));
  if (keys.length !== 1) return [];
  return relation.referencedBy
    .filter((f) => f.table !== keyOf(relation) && isSame(referencedColumns(relation, f.columns)))
    .map((f) => foreignKey(f.table, f.name));
}

/** An empty list means the primary key. */
const referencedColumns = (relation: Relation, listed: readonly string[]): readonly string[] =>
  listed.length > 0 ? listed : (relation.constraints.find((c) => c.kind === 'primary')?.columns ?? []);

/** Whether the expression names the column where no table of a subquery can be meant. */
function usesOutsideSubqueries(expression: Node | null, column: string): boolean {
  const stack: unknown[] = [expression];
  while (stack.length > 0) {
    const node = stack.pop();
    if (node === null || typeof node !== 'object') continue;
    if (Array.isArray(node)) {
      stack.push(...node);
      continue;
    }
    for (const [key, value] of Object.entries(node)) {
      if (key === 'SubLink') continue;
      if (key === 'ColumnRef' && stringOf((value as { fields?: Node[] }).fields?.at(-1)) === column) return true;
      stack.push(value);
    }
  }
  return false;
}

/** `a`, `a and b`, `a, b and c`. */
export const listed = (objects: readonly DependentObject[]): string => {
  const names = objects.map((o) => o.what);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
};

/** Statements that drop them all; null where that is not known. */
export const dropsOf = (objects: readonly DependentObject[]): string[] | null => {
  const drops = objects.map((o) => o.drop);
  return drops.every((d) => d !== null) ? drops : null;
};

/** Which indexes of a table do the same work. */
import type { IndexStmt } from '@pgsql/types';
import type { Relation } from '../../catalog/catalog.ts';
import { definitionOf } from '../../catalog/indexParts.ts';
import type { IndexDefinition } from '../../catalog/objects.ts';
import { sameValue } from '../../catalog/sameValue.ts';
import type { SchemaReader } from '../../catalog/schema.ts';
import { quoteIdentifier } from '../edits.ts';
import type { FollowUp } from '../rule.ts';

export interface KnownIndex {
  readonly key: string;
  readonly relation: Relation;
  readonly definition: IndexDefinition;
}

/** Indexes of the table in the order in which they were made; without parts of a partitioned index. */
export function indexesOf(table: Relation | undefined, schema: SchemaReader): KnownIndex[] {
  return (table?.indexes ?? []).flatMap((key) => {
    const relation = schema.relation(key);
    return relation?.index && relation.partitionOf === null ? [{ key, relation, definition: relation.index }] : [];
  });
}

/** The index that the statement made, if it is still there. */
export function madeBy(stmt: IndexStmt, indexes: readonly KnownIndex[]): KnownIndex | undefined {
  const wanted = definitionOf(stmt);
  // without a name, the youngest such
  return indexes.findLast(
    ({ relation, definition }) =>
      definition.constraint === null &&
      (stmt.idxname ? relation.name === stmt.idxname : true) &&
      sameWork(definition, wanted) &&
      definition.unique === wanted.unique,
  );
}

/** Everything but uniqueness, name and storage. */
export const sameWork = (a: IndexDefinition, b: IndexDefinition): boolean =>
  a.method === b.method &&
  a.only === b.only &&
  sameValue(a.keys, b.keys) &&
  sameValue([...a.include].sort(), [...b.include].sort()) &&
  sameValue(a.where, b.where);

/** Whether every query that the shorter serves, the longer serves too, and the shorter promises nothing of its own. */
export const isPrefix = (shorter: IndexDefinition, longer: IndexDefinition): boolean =>
  shorter.method === 'btree' &&
  longer.method === 'btree' &&
  !shorter.unique &&
  shorter.constraint === null &&
  !shorter.only &&
  !longer.only &&
  shorter.keys.length < longer.keys.length &&
  sameValue(shorter.keys, longer.keys.slice(0, shorter.keys.length)) &&
  sameValue(shorter.where, longer.where) &&
  shorter.include.every((c) => longer.include.includes(c) || longer.keys.some((k) => k.column === c));

/** As SQL; with its schema where that is not the one of the search path. */
export function indexName({ relation }: KnownIndex, searchPath: string): string {
  const name = quoteIdentifier(relation.name);
  return relation.schema === searchPath ? name : `${quoteIdentifier(relation.schema)}.${name}`;
}

/** Null where it could not be made again by what is known of it. */
export function dropLater(index: KnownIndex, table: Relation, searchPath: string): FollowUp | null {
  const { keys, where, include, options } = index.definition;
  const plain = keys.every(
    (k) => k.column !== null && !k.operatorClass && !k.collation && !k.descending && !k.nullsFirst,
  );
  if (!plain || where !== null || include.length > 0 || Object.keys(options).length > 0) return null;
  const columns = keys.map((k) => quoteIdentifier(k.column ?? '')).join(', ');
  const schema = table.schema === searchPath ? '' : `${quoteIdentifier(table.schema)}.`;
  const on = `${schema}${quoteIdentifier(table.name)} (${columns})`;
  return {
    name: `drop_${index.relation.name.toLowerCase().replaceAll(/\W+/g, '_')}`,
    statements: [`DROP INDEX CONCURRENTLY IF EXISTS ${indexName(index, searchPath)}`],
    undo: [`CREATE INDEX CONCURRENTLY IF NOT EXISTS ${quoteIdentifier(index.relation.name)} ON ${on}`],
    outsideTransaction: true,
  };
}

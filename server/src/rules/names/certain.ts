/** The schema as far as it is certain what it holds: rules on names are silent about the rest. */
import type { Node } from '@pgsql/types';
import { newColumn, newRelation, type Relation, relationKey } from '../../catalog/catalog.ts';
import type { SchemaReader } from '../../catalog/schema.ts';
import { systemRelations } from '../../facts/systemRelations.ts';
import type { Scopes } from '../../query/scope.ts';
import { type QuerySchema, scopesOf } from '../../query/scopes.ts';
import { insideOf } from '../../syntax/walk.ts';
import type { RuleContext } from '../rule.ts';

export type Knowing = Pick<RuleContext, 'before' | 'wholeHistory'>;

/** Whether all columns of the relation are known, and no others. */
export function isWhollyKnown(key: string, context: Knowing): boolean {
  const { before, wholeHistory } = context;
  const relation = before.relation(key);
  // what inherits loses columns with its parents, and keeps some
  if (!relation?.complete || relation.inherits.length > 0) return false;
  if (before.doubts('columns') || before.doubts(`of ${key}`)) return false;
  if (!wholeHistory && !before.isCreated(key)) return false;
  if (before.doubts(`older ${key}`) && (!wholeHistory || before.doubts('origin'))) return false;
  return relation.reads.every((read) => read === key || isWhollyKnown(read, context));
}

/** In it, a relation is incomplete unless it is wholly known. */
export function certainSchema(context: Knowing): QuerySchema {
  const { before } = context;
  const relations = new Map<string, Relation | undefined>();
  return {
    session: before.session,
    relation(key) {
      if (relations.has(key)) return relations.get(key);
      const found = before.relation(key);
      const relation = !found ? ofSystem(key) : isWhollyKnown(key, context) ? found : { ...found, complete: false };
      relations.set(key, relation);
      return relation;
    },
  };
}

/** A name without a schema is found in pg_catalog whatever the path is. */
function ofSystem(key: string): Relation | undefined {
  const dot = key.indexOf('.');
  const [schema, name] = [key.slice(0, dot), key.slice(dot + 1)];
  const home = schema === 'information_schema' ? schema : 'pg_catalog';
  const found = systemRelations(home)?.get(name);
  // of which version the columns are is not known, and so nothing more than their names
  return (
    found && { ...newRelation(home, name, found.kind, true), columns: found.columns.map((c) => newColumn(c, null)) }
  );
}

const known = new WeakMap<SchemaReader, { readonly statement: object; readonly scopes: Scopes }>();

/** What the names of a statement mean, `unknown` only where that is certain. Several rules ask for it one after another. */
export function certainScopes(node: Node, context: Knowing): Scopes {
  const last = known.get(context.before);
  // each rule makes a node of its own of the same statement
  const statement = insideOf(node);
  if (last?.statement === statement) return last.scopes;
  const scopes = scopesOf(node, certainSchema(context));
  known.set(context.before, { statement, scopes });
  return scopes;
}

/** A name without a schema is looked up in the path's first one; in others too, when it has more. */
export const keyFor = (name: string, schema: string | undefined, { before }: Knowing): string =>
  relationKey(schema ?? before.session.schema, name);

/** The relations that a statement needs to be there. */
import type { Constraint, Node, RangeVar, TableLikeClause } from '@pgsql/types';
import { rangeVarKey } from '../../catalog/names.ts';
import type { Scopes } from '../../query/scope.ts';
import { walk } from '../../syntax/walk.ts';
import type { RuleContext } from '../rule.ts';
import { certainScopes } from './certain.ts';

/** Those of the queries in it. */
export function relationsOf(scopes: Scopes): RangeVar[] {
  return scopes.levels.flatMap(({ items }) =>
    items.flatMap(({ kind, rangeVar }) => (kind === 'relation' && rangeVar ? [rangeVar] : [])),
  );
}

export function namedRelations(node: Node, context: RuleContext): RangeVar[] {
  return [...relationsOf(certainScopes(node, context)), ...ofStatement(node, context)];
}

const relationRenames = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
  'OBJECT_FOREIGN_TABLE',
  'OBJECT_COLUMN',
  'OBJECT_TABCONSTRAINT',
  'OBJECT_TRIGGER',
  'OBJECT_POLICY',
]);

function ofStatement(node: Node, context: RuleContext): RangeVar[] {
  const one = (relation: RangeVar | undefined): RangeVar[] => (relation ? [relation] : []);
  const all = (nodes: readonly Node[] | undefined): RangeVar[] =>
    (nodes ?? []).flatMap((n) => ('RangeVar' in n ? [n.RangeVar] : []));
  if ('AlterTableStmt' in node) {
    const { relation, missing_ok, cmds, objtype } = node.AlterTableStmt;
    if (objtype === 'OBJECT_INDEX' || objtype === 'OBJECT_TYPE') return [];
    return [...(missing_ok ? [] : one(relation)), ...referenced(cmds, null, context)];
  }
  if ('CreateStmt' in node) {
    const { relation, inhRelations, tableElts } = node.CreateStmt;
    return [...all(inhRelations), ...referenced(tableElts, relation ?? null, context)];
  }
  if ('RenameStmt' in node) {
    const { relation, missing_ok, renameType, relationType } = node.RenameStmt;
    if (missing_ok || relationType === 'OBJECT_INDEX' || !relationRenames.has(renameType ?? '')) return [];
    return one(relation);
  }
  if ('AlterObjectSchemaStmt' in node)
    return node.AlterObjectSchemaStmt.missing_ok ? [] : one(node.AlterObjectSchemaStmt.relation);
  if ('IndexStmt' in node) return one(node.IndexStmt.relation);
  if ('CreateTrigStmt' in node) return one(node.CreateTrigStmt.relation);
  if ('CreatePolicyStmt' in node) return one(node.CreatePolicyStmt.table);
  if ('AlterPolicyStmt' in node) return one(node.AlterPolicyStmt.table);
  if ('RuleStmt' in node) return one(node.RuleStmt.relation);
  if ('TruncateStmt' in node) return all(node.TruncateStmt.relations);
  if ('LockStmt' in node) return all(node.LockStmt.relations);
  if ('CopyStmt' in node) return one(node.CopyStmt.relation);
  if ('RefreshMatViewStmt' in node) return one(node.RefreshMatViewStmt.relation);
  if ('GrantStmt' in node) {
    const { objtype, targtype, objects } = node.GrantStmt;
    return objtype === 'OBJECT_TABLE' && targtype === 'ACL_TARGET_OBJECT' ? all(objects) : [];
  }
  return [];
}

/** Of foreign keys and LIKE. A table may refer to itself while it is created. */
function referenced(nodes: unknown, own: RangeVar | null, { before }: RuleContext): RangeVar[] {
  const found: RangeVar[] = [];
  const keyOf = (relation: RangeVar) => rangeVarKey(relation, before.session.schema);
  walk(nodes, (type, inner) => {
    const relation =
      type === 'Constraint'
        ? (inner as Constraint).pktable
        : type === 'TableLikeClause'
          ? (inner as TableLikeClause).relation
          : undefined;
    if (relation && !(own && keyOf(relation) === keyOf(own))) found.push(relation);
  });
  return found;
}

/** INSERT, UPDATE, DELETE, MERGE: their target, what they write, and what each part of them sees. */
import type { Node, RangeVar, ResTarget } from '@pgsql/types';
import type { Around, CteScope, Draft } from './draft.ts';
import { pseudoItem, relationItem } from './fromItems.ts';
import type { Namespace } from './names.ts';
import type { QueryNode, RangeItem } from './scope.ts';
import type { ScopeBuilder } from './scopes.ts';

/** Fills the level of a writing statement. */
export function fillWriting(builder: ScopeBuilder, level: Draft, node: QueryNode, around: Around): void {
  if ('InsertStmt' in node) insert(builder, level, node.InsertStmt, around);
  else if ('MergeStmt' in node) merge(builder, level, node.MergeStmt, around);
  else if ('UpdateStmt' in node) update(builder, level, node.UpdateStmt, around);
  else if ('DeleteStmt' in node) remove(builder, level, node.DeleteStmt, around);
}

function insert(
  builder: ScopeBuilder,
  level: Draft,
  stmt: Extract<Node, { InsertStmt: unknown }>['InsertStmt'],
  around: Around,
): void {
  const ctes = builder.with(level, stmt.withClause, around);
  const target = relationItem(stmt.relation ?? {}, builder.schema);
  level.items.push(target);
  if (stmt.selectStmt && 'SelectStmt' in stmt.selectStmt)
    builder.query(stmt.selectStmt, { role: 'source', outer: around.outer, ctes, parent: level });
  level.namespace = [{ item: target, byName: true, byColumn: true }];
  const names = builder.namespace(level, around);
  for (const node of stmt.cols ?? []) if ('ResTarget' in node) assign(level, node.ResTarget, target);
  const conflict = stmt.onConflictClause;
  if (conflict) {
    builder.expression(level, [conflict.infer?.whereClause], 'conflict', names, ctes);
    for (const node of conflict.infer?.indexElems ?? [])
      if ('IndexElem' in node) builder.expression(level, node.IndexElem.expr, 'conflict', names, ctes);
    // written bare, a column is ambiguous: the target and EXCLUDED have it
    const excluded = { item: pseudoItem('excluded', target, false), byName: true, byColumn: true };
    const both: Namespace = { ...names, entries: [...names.entries, excluded] };
    set(builder, level, conflict.targetList ?? [], target, both, ctes);
    builder.expression(level, conflict.whereClause, 'conflict', both, ctes);
  }
  returning(builder, level, stmt.returningClause?.exprs, target, names, ctes);
}

function update(
  builder: ScopeBuilder,
  level: Draft,
  stmt: Extract<Node, { UpdateStmt: unknown }>['UpdateStmt'],
  around: Around,
): void {
  const ctes = builder.with(level, stmt.withClause, around);
  const target = targetItem(builder, level, stmt.relation, stmt.fromClause, around, ctes);
  const names = builder.namespace(level, around);
  set(builder, level, stmt.targetList ?? [], target, names, ctes);
  builder.expression(level, stmt.whereClause, 'where', names, ctes);
  returning(builder, level, stmt.returningClause?.exprs, target, names, ctes);
}

function remove(
  builder: ScopeBuilder,
  level: Draft,
  stmt: Extract<Node, { DeleteStmt: unknown }>['DeleteStmt'],
  around: Around,
): void {
  const ctes = builder.with(level, stmt.withClause, around);
  const target = targetItem(builder, level, stmt.relation, stmt.usingClause, around, ctes);
  const names = builder.namespace(level, around);
  builder.expression(level, stmt.whereClause, 'where', names, ctes);
  returning(builder, level, stmt.returningClause?.exprs, target, names, ctes);
}

/** The target and what is in FROM or USING beside it; nothing there may refer to the target. */
function targetItem(
  builder: ScopeBuilder,
  level: Draft,
  relation: RangeVar | undefined,
  from: readonly Node[] | undefined,
  around: Around,
  ctes: CteScope | null,
): RangeItem {
  const target = relationItem(relation ?? {}, builder.schema);
  level.items.push(target);
  const others = builder.from(level, from ?? [], around.outer, ctes, []);
  level.namespace = [{ item: target, byName: true, byColumn: true }, ...others];
  return target;
}

function merge(
  builder: ScopeBuilder,
  level: Draft,
  stmt: Extract<Node, { MergeStmt: unknown }>['MergeStmt'],
  around: Around,
): void {
  const ctes = builder.with(level, stmt.withClause, around);
  const target = targetItem(
    builder,
    level,
    stmt.relation,
    stmt.sourceRelation ? [stmt.sourceRelation] : [],
    around,
    ctes,
  );
  const names = builder.namespace(level, around);
  builder.expression(level, stmt.joinCondition, 'on', names, ctes);
  for (const node of stmt.mergeWhenClauses ?? []) {
    if (!('MergeWhenClause' in node)) continue;
    const when = node.MergeWhenClause;
    const seen: Namespace = {
      ...names,
      entries: names.entries.filter(({ item }) =>
        when.matchKind === 'MERGE_WHEN_NOT_MATCHED_BY_TARGET'
          ? item !== target
          : when.matchKind !== 'MERGE_WHEN_NOT_MATCHED_BY_SOURCE' || item === target,
      ),
    };
    builder.expression(level, [when.condition, when.values], 'when', seen, ctes);
    if (when.commandType === 'CMD_INSERT') {
      for (const t of when.targetList ?? []) if ('ResTarget' in t) assign(level, t.ResTarget, target);
    } else set(builder, level, when.targetList ?? [], target, seen, ctes);
  }
  returning(builder, level, stmt.returningClause?.exprs, target, names, ctes);
}

function set(
  builder: ScopeBuilder,
  level: Draft,
  targets: readonly Node[],
  target: RangeItem,
  names: Namespace,
  ctes: CteScope | null,
): void {
  for (const node of targets) {
    if (!('ResTarget' in node)) continue;
    assign(level, node.ResTarget, target);
    builder.expression(level, [node.ResTarget.val, node.ResTarget.indirection], 'set', names, ctes);
  }
}

function assign(level: Draft, node: ResTarget, target: RangeItem): void {
  level.assignments.push({ node, column: target.columns.find((c) => c.name === node.name) ?? null });
}

function returning(
  builder: ScopeBuilder,
  level: Draft,
  exprs: readonly Node[] | undefined,
  target: RangeItem,
  names: Namespace,
  ctes: CteScope | null,
): void {
  if (!exprs) return;
  const pseudo = ['old', 'new']
    .filter((name) => !names.entries.some((e) => e.item.name === name))
    .map((name) => ({ item: pseudoItem(name, target, false), byName: true, byColumn: false }));
  builder.output(level, exprs, 'returning', { ...names, entries: [...names.entries, ...pseudo] }, ctes);
}

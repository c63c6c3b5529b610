// What a plan node is called, in the tree, in lists and in the copied text.
import type { PlanNode } from '../../protocol.ts';

/** The value that Postgres printed under `label`. */
export function detail(node: PlanNode, label: string): string | undefined {
  return node.details.find(([name]) => name === label)?.[1];
}

const aggregates: Readonly<Record<string, string>> = {
  Sorted: 'GroupAggregate',
  Hashed: 'HashAggregate',
  Mixed: 'MixedAggregate',
};

/**
 * The node's type as EXPLAIN's text form writes it: `Parallel Hash Anti Join`, `Partial HashAggregate`, `Update`, where
 * its JSON form has plain `Hash Join` and keeps the rest in fields (Postgres's explain.c, ExplainNode).
 */
export function nodeType(node: PlanNode): string {
  const words: string[] = [];
  const mode = detail(node, 'Partial Mode');
  if (mode === 'Partial' || mode === 'Finalize') words.push(mode);
  if (detail(node, 'Parallel Aware') === 'yes') words.push('Parallel');
  if (detail(node, 'Async Capable') === 'yes') words.push('Async');
  words.push(plainType(node));
  if (detail(node, 'Scan Direction') === 'Backward') words.push('Backward');
  return words.join(' ');
}

function plainType(node: PlanNode): string {
  const { type } = node;
  const strategy = detail(node, 'Strategy');
  if (type === 'Aggregate') return aggregates[strategy ?? ''] ?? type;
  if (type === 'SetOp') return `${strategy === 'Hashed' ? 'HashSetOp' : type} ${detail(node, 'Command') ?? ''}`.trim();
  if (type === 'ModifyTable') return detail(node, 'Operation') ?? type;
  const join = detail(node, 'Join Type');
  if (join === undefined || join === 'Inner') return type;
  return type === 'Nested Loop' ? `${type} ${join} Join` : type.replace(/ Join$/, ` ${join} Join`);
}

/** What the node works on: `orders o using orders_pkey`; empty for a node that reads no relation. */
export function nodeObject(node: PlanNode): string {
  const parts: string[] = [];
  if (node.relation !== null) parts.push(node.relation);
  if (node.alias !== null && node.alias !== lastName(node.relation)) parts.push(node.alias);
  if (node.index !== null) parts.push(node.relation === null ? node.index : `using ${node.index}`);
  return parts.join(' ');
}

/** `Seq Scan on orders o`. */
export function nodeName(node: PlanNode): string {
  const object = nodeObject(node);
  return object === '' ? nodeType(node) : `${nodeType(node)} on ${object}`;
}

/** The same without the index, where there is little room: `Index Scan on orders o`. */
export function shortName(node: PlanNode): string {
  return nodeName(node.relation === null ? node : { ...node, index: null });
}

/** The name without its schema; Postgres prints an alias even where it is just the table's name. */
function lastName(relation: string | null): string | null {
  return relation === null ? null : relation.slice(relation.lastIndexOf('.') + 1);
}

// What a plan node is called, in the tree, in lists and in the copied text.
import type { PlanNode } from '../../server/src/protocol.ts';

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
  return object === '' ? node.type : `${node.type} on ${object}`;
}

/** The same without the index, where there is little room: `Index Scan on orders o`. */
export function shortName(node: PlanNode): string {
  return nodeName(node.relation === null ? node : { ...node, index: null });
}

/** The name without its schema; Postgres prints an alias even where it is just the table's name. */
function lastName(relation: string | null): string | null {
  return relation === null ? null : relation.slice(relation.lastIndexOf('.') + 1);
}

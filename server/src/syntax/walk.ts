import type { Node } from '@pgsql/types';

type KeysOfUnion<T> = T extends T ? keyof T : never;
export type NodeType = KeysOfUnion<Node>;
export type NodeOf<K extends NodeType> = Extract<Node, Record<K, unknown>>[K];

const byType = new WeakMap<object, ReadonlyMap<string, readonly object[]>>();

/** The nodes of that type in a statement, in the order of the tree, without the statement itself. */
export function nodesIn<K extends NodeType>(statement: object, type: K): readonly NodeOf<K>[] {
  let index = byType.get(statement);
  if (!index) {
    // many rules ask for nodes of the same statement: one walk serves them all
    const found = new Map<string, object[]>();
    walk(statement, (key, node) => {
      const nodes = found.get(key);
      if (nodes) nodes.push(node);
      else found.set(key, [node]);
    });
    byType.set(statement, found);
    index = found;
  }
  return (index.get(type) ?? []) as readonly NodeOf<K>[];
}

/** The statement itself, of a node that names its type: `{ SelectStmt: … }`. */
export const insideOf = (node: Node): object => Object.values(node)[0] as object;

/** Visits every node of a parse tree, parents first. Iterative: trees may be thousands deep. */
export function walk(root: unknown, visit: (type: string, node: object) => void): void {
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const value = stack.pop();
    if (Array.isArray(value)) {
      for (let i = value.length - 1; i >= 0; i--) stack.push(value[i]);
    } else if (value !== null && typeof value === 'object') {
      const from = stack.length;
      for (const key in value) {
        const inner = (value as Record<string, unknown>)[key];
        if (inner === null || typeof inner !== 'object') continue;
        // node types begin with a capital letter, fields do not
        if (!Array.isArray(inner) && key.charCodeAt(0) >= 65 && key.charCodeAt(0) <= 90) visit(key, inner);
        stack.push(inner);
      }
      // the first field is to be taken next
      for (let i = from, k = stack.length - 1; i < k; i++, k--) {
        const other = stack[i];
        stack[i] = stack[k];
        stack[k] = other;
      }
    }
  }
}

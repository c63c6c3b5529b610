/** Visits every node of a parse tree, parents first. Iterative: trees may be thousands deep. */
export function walk(root: unknown, visit: (type: string, node: object) => void): void {
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const value = stack.pop();
    if (Array.isArray(value)) {
      for (let i = value.length - 1; i >= 0; i--) stack.push(value[i]);
    } else if (value !== null && typeof value === 'object') {
      const entries = Object.entries(value);
      for (let i = entries.length - 1; i >= 0; i--) {
        const [key, inner] = entries[i] as [string, unknown];
        if (inner === null || typeof inner !== 'object') continue;
        // node types begin with a capital letter, fields do not
        if (!Array.isArray(inner) && key.charCodeAt(0) >= 65 && key.charCodeAt(0) <= 90) visit(key, inner);
        stack.push(inner);
      }
    }
  }
}

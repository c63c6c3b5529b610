/** Strings of a Python file that a comment says are SQL: `# sql` on the line before, or behind the string. */
import type { SyntaxNode, Tree } from '@lezer/common';

/** As people and other tools write it. */
export const sqlMark = /^#\s*(?:(?:lang(?:uage)?\s*[=:]\s*)?(?:sql|postgres(?:ql)?))\s*$/i;

/** For a quick look at a whole file. */
export const anySqlMark = /#\s*(?:lang(?:uage)?\s*[=:]\s*)?(?:sql|postgres(?:ql)?)\s*$/im;

/** The string nodes, of several that Python joins their common node; in the order of the file. */
export function markedStrings(text: string, tree: Tree): SyntaxNode[] {
  if (!anySqlMark.test(text)) return [];
  const found = new Map<number, SyntaxNode>();
  const cursor = tree.cursor();
  do {
    if (cursor.name !== 'Comment' || !sqlMark.test(text.slice(cursor.from, cursor.to).trim())) continue;
    const lineStart = text.lastIndexOf('\n', cursor.from - 1) + 1;
    const isAlone = text.slice(lineStart, cursor.from).trim() === '';
    const string = isAlone ? stringOnNextLine(text, tree, cursor.to) : stringBefore(text, tree, lineStart, cursor.from);
    if (string) found.set(string.from, string);
  } while (cursor.next());
  return [...found.values()].sort((a, b) => a.from - b.from);
}

/** The first string that begins on the line behind `from`, comments passed over. */
function stringOnNextLine(text: string, tree: Tree, from: number): SyntaxNode | null {
  const start = text.indexOf('\n', from) + 1;
  if (start === 0) return null;
  const newline = text.indexOf('\n', start);
  const end = newline < 0 ? text.length : newline;
  for (const quote of text.slice(start, end).matchAll(/["']/g)) {
    const string = stringAt(tree, start + quote.index);
    if (string && string.from >= start) return string;
  }
  return null;
}

/** The last string that ends between the line's start and the comment. */
function stringBefore(text: string, tree: Tree, lineStart: number, comment: number): SyntaxNode | null {
  for (let at = comment - 1; at >= lineStart; at--) {
    if (text[at] !== '"' && text[at] !== "'") continue;
    return stringAt(tree, at);
  }
  return null;
}

function stringAt(tree: Tree, at: number): SyntaxNode | null {
  let node: SyntaxNode | null = tree.resolveInner(at, 1);
  while (node && !/^(?:String|FormatString|ContinuedString)$/.test(node.name)) node = node.parent;
  return node?.parent?.name === 'ContinuedString' ? node.parent : node;
}

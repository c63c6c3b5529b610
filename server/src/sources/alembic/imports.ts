/** Imports: names that are looked up when they are used. */
import type { SyntaxNode } from '@lezer/common';
import { parent } from '../../tools/paths.ts';
import type { Interpreter } from './interpreter.ts';
import { isLibrary } from './libraries.ts';
import type { Name, Scope } from './values.ts';

export function importInto(run: Interpreter, node: SyntaxNode, scope: Scope): void {
  const words: string[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) words.push(run.source(child));
  const from = words[0] === 'from';
  const importAt = words.indexOf('import');
  const module = from ? words.slice(1, importAt).join('') : '';
  const dots = /^\.*/.exec(module)?.[0].length ?? 0;
  let base: string | undefined;
  for (let i = 0; i < dots; i++) base = parent(base ?? run.file.uri);
  const prefix = module.length > dots ? `${module.slice(dots)}.` : '';
  const names = words.slice(importAt + 1).filter((w) => w !== '(' && w !== ')');
  const imported = (path: string): Name => ({
    kind: 'name',
    path,
    span: run.place(node),
    ...(base !== undefined || !isLibrary(path) ? { from: run.file.uri } : {}),
    ...(base !== undefined ? { base } : {}),
  });
  for (const part of splitAt(names, ',')) {
    const as = part.indexOf('as');
    const path = (as < 0 ? part : part.slice(0, as)).join('');
    if (path === '') continue;
    if (path === '*') {
      const items = [...scope.stars, imported(prefix.slice(0, -1))];
      scope.variables.set('*', { kind: 'list', items, tuple: true, span: run.place(node) });
      continue;
    }
    const bound = as >= 0 ? part[as + 1] : from ? path : path.split('.')[0];
    // `import a.b` binds a
    const target = as < 0 && !from ? (path.split('.')[0] as string) : `${prefix}${path}`;
    if (bound) scope.variables.set(bound, imported(target));
  }
}

function splitAt(words: readonly string[], separator: string): string[][] {
  const parts: string[][] = [[]];
  for (const word of words)
    if (word === separator) parts.push([]);
    else parts.at(-1)?.push(word);
  return parts;
}

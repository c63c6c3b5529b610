/** Decorators of functions. */
import type { SyntaxNode } from '@lezer/common';
import { compiledElsewhere } from './customTypes.ts';
import type { Interpreter } from './interpreter.ts';
import type { Scope } from './values.ts';

/** Whether all decorators leave the function what it is. */
export function isPlainDecorated(run: Interpreter, node: SyntaxNode, scope: Scope): boolean {
  return node.getChildren('Decorator').every((decorator) => {
    const written = run.source(decorator);
    const compiled = /^@(?:\w+\.)*compiles\s*\(\s*(\w+)\s*(?:\)|,\s*["']postgresql["'])/.exec(written)?.[1];
    const type = compiled === undefined ? null : scope.get(compiled);
    if (type?.kind === 'class')
      type.members.variables.set(compiledElsewhere, { kind: 'unknown', span: run.place(decorator) });
    return /^@(?:staticmethod|classmethod|(?:functools\.)?(?:lru_)?cache(?:\([^)]*\))?)\s*$/.test(written);
  });
}

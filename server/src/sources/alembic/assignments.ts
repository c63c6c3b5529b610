/** Names that are given values. */
import type { SyntaxNode } from '@lezer/common';
import { itemsOf, stringOf } from './builtins.ts';
import type { Interpreter } from './interpreter.ts';
import { concatenated } from './mapped.ts';
import { children } from './nodes.ts';
import type { Scope, Value } from './values.ts';

/** `a = b = value`, `a, b = value`, `a += value`, with or without a type. */
export function assign(run: Interpreter, node: SyntaxNode, scope: Scope): void {
  const parts: SyntaxNode[][] = [[]];
  for (const child of children(node, true)) {
    if (child.name === 'AssignOp' || child.name === 'UpdateOp') parts.push([]);
    else if (child.name !== 'TypeDef') parts.at(-1)?.push(child);
  }
  const written = (parts.pop() ?? []).filter((n) => n.name !== ',');
  const [first] = written;
  if (!first || parts.length === 0) return;
  let value: Value =
    written.length === 1
      ? run.evaluate(first, scope)
      : {
          kind: 'list',
          items: written.map((n) => run.evaluate(n, scope)),
          tuple: true,
          span: { start: first.from, end: (written.at(-1) as SyntaxNode).to },
        };
  const target = parts[0]?.[0];
  if (node.name === 'UpdateStatement' && target) {
    const before = run.evaluate(target, scope);
    value =
      before.kind === 'string' && value.kind === 'string'
        ? stringOf(concatenated([before.mapped, value.mapped]), value.span, before.holes || value.holes)
        : before.kind === 'list' && value.kind === 'list'
          ? { ...before, items: [...before.items, ...value.items] }
          : { kind: 'unknown', span: value.span };
  }
  for (const part of parts) {
    const targets = part.filter((n) => n.name !== ',');
    if (part.length === 1 && targets[0]) bind(run, targets[0], value, scope);
    else bindAll(run, targets, value, scope);
  }
}

export function bindAll(run: Interpreter, targets: readonly SyntaxNode[], value: Value, scope: Scope): void {
  if (targets.length === 1 && targets[0]) {
    bind(run, targets[0], value, scope);
    return;
  }
  const items = itemsOf(value);
  targets.forEach((target, i) => {
    bind(run, target, items?.[i] ?? { kind: 'unknown', span: value.span }, scope);
  });
}

export function bind(run: Interpreter, target: SyntaxNode, value: Value, scope: Scope): void {
  if (scope === run.top || scope.outer === null) run.changes++;
  if (target.name === 'VariableName') scope.variables.set(run.source(target), value);
  else if (/^(?:TupleExpression|ParenthesizedExpression|ArrayExpression)$/.test(target.name))
    bindAll(run, children(target), value, scope);
  else if (target.name === 'MemberExpression' && target.firstChild?.name === 'VariableName') {
    // what it holds now is not followed
    const name = run.source(target.firstChild);
    const before = scope.get(name);
    if (before?.kind === 'dict' || before?.kind === 'list')
      scope.variables.set(name, { kind: 'unknown', span: value.span });
  }
}

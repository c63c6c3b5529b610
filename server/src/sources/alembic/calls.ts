/** Calls: of functions that are known, of Python's own, and of libraries, which stay what they are; Alembic's operations are noted. */
import type { SyntaxNode } from '@lezer/common';
import { callBuiltin, callMethod, dedent, itemsOf } from './builtins.ts';
import { comprehension } from './expressions.ts';
import type { Interpreter } from './interpreter.ts';
import { children, hasDamage, spanOf } from './nodes.ts';
import { type Scope, textOf, type Value } from './values.ts';

export interface Arguments {
  readonly args: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
}

export function argumentsOf(run: Interpreter, list: SyntaxNode | null, scope: Scope): Arguments {
  const args: Value[] = [];
  const keywords = new Map<string, Value>();
  const parts = list ? children(list) : [];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as SyntaxNode;
    const next = parts[i + 1];
    if (part.name === '*' && next) {
      const value = run.evaluate(next, scope);
      args.push(...(itemsOf(value) ?? [{ kind: 'unknown' as const, span: value.span }]));
      i++;
    } else if (part.name === '**' && next) {
      const value = run.evaluate(next, scope);
      if (value.kind === 'dict') for (const [key, v] of value.entries) keywords.set(textOf(key) ?? '', v);
      else keywords.set('**', value);
      i++;
    } else if (part.name === 'VariableName' && next?.name === 'AssignOp' && parts[i + 2]) {
      keywords.set(run.source(part), run.evaluate(parts[i + 2] as SyntaxNode, scope));
      i += 2;
    } else if (part.name === 'for') break;
    else if (list?.getChild('for') && args.length === 0) {
      // a generator as the only argument
      const items = comprehension(run, list, scope, (inner) => run.evaluate(part, inner));
      args.push(
        items ? { kind: 'list', items, tuple: false, span: spanOf(list) } : { kind: 'unknown', span: spanOf(list) },
      );
      break;
    } else args.push(run.evaluate(part, scope));
  }
  return { args, keywords };
}

export function callOf(run: Interpreter, node: SyntaxNode, scope: Scope): Value {
  const span = spanOf(node);
  const callee = node.firstChild;
  if (!callee) return { kind: 'unknown', span };
  const target = run.evaluate(callee, scope);
  const { args, keywords } = argumentsOf(run, node.getChild('ArgList'), scope);
  const path = target.kind === 'name' ? target.path : '';
  if (target.kind === 'function') {
    if (hasDamage(node)) {
      run.doubt(span, 'the call is not complete');
      return { kind: 'unknown', span };
    }
    const returned = run.call(target, args, keywords);
    return returned ?? { kind: 'unknown', span };
  }
  if (path === 'alembic.op.f' && args[0]) return args[0];
  if (/^(?:textwrap|inspect)\.(?:dedent|cleandoc)$/.test(path) && args[0]?.kind === 'string')
    return dedent(args[0], span);
  if (path !== '' && !path.includes('.')) {
    const known = callBuiltin(path, args, span);
    if (known) return known;
  }
  if (target.kind === 'attribute') {
    const known = callMethod(target.on, target.name, args, keywords, span);
    if (known) return known;
    if (changesList(run, target, args, callee, scope)) return { kind: 'none', span };
  }
  return constructOf(run, node, callee, target, args, keywords);
}

/** `rows.append(…)` and `rows.extend(…)` on a variable. */
function changesList(
  run: Interpreter,
  target: Extract<Value, { kind: 'attribute' }>,
  args: readonly Value[],
  callee: SyntaxNode,
  scope: Scope,
): boolean {
  const { on, name } = target;
  const variable = callee.firstChild;
  if (on.kind !== 'list' || !variable || variable.name !== 'VariableName') return false;
  const more = name === 'append' ? args : name === 'extend' && args[0] ? itemsOf(args[0]) : null;
  const key = run.source(variable);
  const value: Value = more ? { ...on, items: [...on.items, ...more] } : { kind: 'unknown', span: on.span };
  for (let s: Scope | null = scope; s; s = s.outer)
    if (s.variables.has(key)) {
      s.variables.set(key, value);
      break;
    }
  return true;
}

/** A call of a library; Alembic's operations are noted. */
function constructOf(
  run: Interpreter,
  node: SyntaxNode,
  callee: SyntaxNode,
  target: Value,
  args: readonly Value[],
  keywords: ReadonlyMap<string, Value>,
): Value {
  const span = spanOf(node);
  if (target.kind !== 'name' && target.kind !== 'attribute' && target.kind !== 'class')
    return { kind: 'unknown', span };
  const path = target.kind === 'name' ? target.path : '';
  const name = target.kind === 'name' ? (path.split('.').at(-1) as string) : target.name;
  const on = target.kind === 'attribute' ? target.on : null;
  const construct: Value = { kind: 'construct', name, path, on, args, keywords, span };
  if (!run.recording) return construct;
  const batch =
    on?.kind === 'construct' && on.name === 'batch_alter_table'
      ? { table: on.args[0] ?? on.keywords.get('table_name') ?? null, keywords: on.keywords }
      : null;
  const operates =
    (path.startsWith('alembic.op.') && !quiet.has(name)) || batch || (on !== null && emits(on, name, args));
  if (operates && hasDamage(node)) run.doubt(span, 'the call is not complete');
  else if (operates)
    run.operations.push({
      name: batch || path !== '' || name === 'execute' ? name : `.${name}`,
      args: batch || path !== '' || name === 'execute' ? args : [on as Value, ...args],
      keywords,
      span,
      nameSpan: spanOf(callee),
      batch,
      conditional: run.conditions > 0,
      optional: run.branches > 0,
      autocommit: run.autocommit > 0,
    });
  else if (args.some((a) => a.kind === 'name' && a.path === 'alembic.op'))
    run.doubt(span, 'what this function does stands in another file');
  return construct;
}

/** Of Alembic's `op`, what runs no SQL by itself. */
const quiet = new Set([
  'get_bind',
  'get_context',
  'f',
  'inline_literal',
  'batch_alter_table',
  'implementation_for',
  'register_operation',
]);

/** Whether a method runs SQL: what a connection or session executes, and types that are created or dropped. */
function emits(on: Value, name: string, args: readonly Value[]): boolean {
  if (name === 'execute' || name === 'exec_driver_sql') return true;
  if (name !== 'create' && name !== 'drop') return false;
  return on.kind === 'construct' && args[0]?.kind === 'construct' && args[0].name === 'get_bind';
}

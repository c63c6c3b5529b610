/** Calls: of functions that are known, of Python's own, and of libraries, which stay what they are; Alembic's operations are noted. */
import type { SyntaxNode } from '@lezer/common';
import { callBuiltin, callItertools, callMethod, dedent, itemsOf } from './builtins.ts';
import { bringsConstraints, typeOfClass } from './customTypes.ts';
import { postgresDialect } from './dialect.ts';
import { comprehension } from './expressions.ts';
import type { Interpreter } from './interpreter.ts';
import { children, hasDamage } from './nodes.ts';
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
        items
          ? { kind: 'list', items, tuple: false, span: run.place(list) }
          : { kind: 'unknown', span: run.place(list) },
      );
      break;
    } else args.push(run.evaluate(part, scope));
  }
  return { args, keywords };
}

export function callOf(run: Interpreter, node: SyntaxNode, scope: Scope): Value {
  const span = run.place(node);
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
    const returned = run.call(target, args, keywords, span);
    return returned ?? { kind: 'unknown', span };
  }
  // of the same name: `batch_op.f`
  if ((path === 'alembic.op.f' || isBatch(target, 'f')) && args[0])
    return args[0].kind === 'string' ? { ...args[0], settled: true } : args[0];
  if (path === `${postgresDialect}.type_descriptor` && args[0]) return args[0];
  if (target.kind === 'class') {
    const type = typeOfClass(run, target, { args, keywords }, span);
    if (type) return type;
    if (bringsConstraints(target)) run.doubt(span, 'what this type adds to its table is not known');
  }
  if (target.kind === 'attribute' && target.name === '__init__' && isSuper(target.on)) {
    run.superInit = { args, keywords };
    return { kind: 'none', span };
  }
  if (/^(?:textwrap|inspect)\.(?:dedent|cleandoc)$/.test(path) && args[0]?.kind === 'string')
    return dedent(args[0], span);
  if (path.startsWith('itertools.')) {
    const known = keywords.size === 0 ? callItertools(path, args, span) : null;
    if (known) return known;
  }
  if (path !== '' && !path.includes('.')) {
    const known = callBuiltin(path, args, span);
    if (known) return known;
  }
  if (target.kind === 'attribute') {
    const known = callMethod(target.on, target.name, args, keywords, span);
    if (known) return known;
    if (changesList(run, target, args, callee, scope)) return { kind: 'none', span };
  }
  const given = path === '' ? args : args.map((a) => typeInstance(run, a));
  return constructOf(run, node, callee, target, given, withEnumValues(run, path, given, keywords));
}

/** A type that is given as a class stands for an instance of it. */
const typeInstance = (run: Interpreter, value: Value): Value =>
  (value.kind === 'class' && typeOfClass(run, value, { args: [], keywords: new Map() }, value.span)) || value;

/** What `values_callable` of an enum gives takes its place. */
function withEnumValues(
  run: Interpreter,
  path: string,
  args: readonly Value[],
  keywords: ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> {
  const values = keywords.get('values_callable');
  const [type] = args;
  if (values?.kind !== 'function' || type?.kind !== 'class' || !/\.enum$/i.test(path)) return keywords;
  const listed = run.call(values, [type], new Map(), values.span);
  return new Map([...keywords, ['values_callable', listed ?? { kind: 'unknown', span: values.span }]]);
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
      if (s === run.top || s.outer === null) run.changes++;
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
  const span = run.place(node);
  if (target.kind !== 'name' && target.kind !== 'attribute' && target.kind !== 'class') {
    if (args.some(isOp)) run.doubt(span, 'what this function does is not known');
    return { kind: 'unknown', span };
  }
  const path = target.kind === 'name' ? target.path : '';
  const name = target.kind === 'name' ? (path.split('.').at(-1) as string) : target.name;
  const on = target.kind === 'attribute' ? target.on : null;
  const own = target.kind === 'class' ? { of: target } : {};
  const construct: Value = { kind: 'construct', name, path, on, args, keywords, span, ...own };
  if (!run.recording) return construct;
  // the connection keeps it for all that it runs from there on, `op` as well
  if (name === 'execution_options' && textOf(keywords.get('isolation_level')) === 'AUTOCOMMIT') {
    run.autocommit++;
    run.changes++;
  }
  const batch =
    on?.kind === 'construct' && on.name === 'batch_alter_table'
      ? { table: on.args[0] ?? on.keywords.get('table_name') ?? null, keywords: on.keywords }
      : null;
  const operates =
    (path.startsWith('alembic.op.') && !quiet.has(name)) || batch || (on !== null && emits(on, name, args));
  const executes = name === 'execute' || name === 'exec_driver_sql';
  if (operates && hasDamage(node)) run.doubt(span, 'the call is not complete');
  else if (operates)
    run.operations.push({
      shift: 0,
      operation: {
        name: executes ? 'execute' : batch || path !== '' ? name : `.${name}`,
        args: batch || path !== '' || executes ? args : [on as Value, ...args],
        keywords,
        span,
        nameSpan: run.place(callee),
        batch,
        conditional: run.conditions > 0,
        optional: run.branches > 0,
        autocommit: run.autocommit > 0,
      },
    });
  else if (args.some(isOp)) run.doubt(span, 'what this function does stands in another file');
  return construct;
}

const isBatch = (target: Value, name: string): boolean =>
  target.kind === 'attribute' &&
  target.name === name &&
  target.on.kind === 'construct' &&
  target.on.name === 'batch_alter_table';

const isOp = (value: Value): boolean => value.kind === 'name' && value.path === 'alembic.op';

const isSuper = (value: Value): boolean => value.kind === 'construct' && value.path === 'super';

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

/** Values of Python expressions, and assignments. Calls of libraries stay what they are: a call with its arguments. */
import type { SyntaxNode } from '@lezer/common';
import {
  asText,
  callBuiltin,
  callMethod,
  dedent,
  hole,
  itemAt,
  itemsOf,
  numberOf,
  percent,
  stringOf,
} from './builtins.ts';
import { type Interpreter, spanOf } from './interpreter.ts';
import { concatenated, type Mapped, mappedTo, sliced } from './mapped.ts';
import { stringValue } from './pythonString.ts';
import { equal, Scope, textOf, truthOf, type Value } from './values.ts';

export interface Arguments {
  readonly args: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
}

export class Expressions {
  readonly #run: Interpreter;

  constructor(interpreter: Interpreter) {
    this.#run = interpreter;
  }

  evaluate(node: SyntaxNode, scope: Scope): Value {
    const span = spanOf(node);
    const unknown: Value = { kind: 'unknown', span };
    switch (node.name) {
      case 'String':
      case 'FormatString':
      case 'ContinuedString':
        return this.#string(node, scope) ?? unknown;
      case 'Number': {
        const text = this.#run.source(node).replaceAll('_', '');
        return { kind: 'number', value: Number(text), text, span };
      }
      case 'Boolean':
        return { kind: 'boolean', value: this.#run.source(node) === 'True', span };
      case 'None':
        return { kind: 'none', span };
      case 'VariableName': {
        const found = scope.get(this.#run.source(node));
        const path = this.#run.source(node);
        return found ?? { kind: 'name', path: usual[path] ?? path, span };
      }
      case 'ParenthesizedExpression': {
        const inner = children(node)[0];
        return inner ? this.evaluate(inner, scope) : { kind: 'list', items: [], tuple: true, span };
      }
      case 'TupleExpression':
      case 'ArrayExpression':
      case 'SetExpression':
        return this.#row(node, scope, node.name === 'TupleExpression');
      case 'DictionaryExpression':
        return this.#dict(node, scope);
      case 'ArrayComprehensionExpression':
      case 'ComprehensionExpression':
      case 'SetComprehensionExpression': {
        const items = this.#comprehension(node, scope, (inner) => {
          const first = children(node)[0] as SyntaxNode;
          return this.evaluate(first, inner);
        });
        return items ? { kind: 'list', items, tuple: false, span } : unknown;
      }
      case 'DictionaryComprehensionExpression': {
        const [key, value] = children(node).filter((c) => c.name !== ':');
        if (!key || !value) return unknown;
        const entries = this.#comprehension(
          node,
          scope,
          (inner) => [this.evaluate(key, inner), this.evaluate(value, inner)] as const,
        );
        return entries ? { kind: 'dict', entries, span } : unknown;
      }
      case 'MemberExpression':
        return this.#member(node, scope);
      case 'CallExpression':
        return this.#call(node, scope);
      case 'BinaryExpression':
        return this.#binary(node, scope);
      case 'UnaryExpression':
        return this.#unary(node, scope);
      case 'ConditionalExpression': {
        const [yes, condition, no] = children(node).filter((c) => c.name !== 'if' && c.name !== 'else');
        if (!yes || !condition || !no) return unknown;
        const truth = truthOf(this.evaluate(condition, scope));
        return truth === null ? unknown : this.evaluate(truth ? yes : no, scope);
      }
      case 'LambdaExpression':
        return { kind: 'function', node, scope, span };
      case 'NamedExpression': {
        const [target, value] = children(node).filter((c) => c.name !== 'AssignOp');
        if (!target || !value) return unknown;
        const result = this.evaluate(value, scope);
        this.bind(target, result, scope);
        return result;
      }
      default:
        return unknown;
    }
  }

  // Strings

  #string(node: SyntaxNode, scope: Scope): Value | null {
    const literals = node.name === 'ContinuedString' ? children(node) : [node];
    const parts: Mapped[] = [];
    let holes = false;
    for (const literal of literals) {
      const read = stringValue(this.#run.text, [literal]);
      if (!read) return null;
      let rest: Mapped = { text: read.text, from: read.offsets.slice(0, -1), to: read.offsets.slice(1) };
      const replacements = literal.name === 'FormatString' ? literal.getChildren('FormatReplacement') : [];
      for (const replacement of replacements) {
        // a placeholder stands there
        const at = rest.from.indexOf(replacement.from);
        if (at < 0) return null;
        const expression = children(replacement)[0];
        const plain = !replacement.getChild('FormatSpec') && !replacement.getChild('FormatConversion');
        const value = expression && plain ? this.evaluate(expression, scope) : null;
        const text = value && asText(value);
        if (!text || (value.kind === 'string' && value.holes)) holes = true;
        parts.push(sliced(rest, 0, at), text ?? hole(spanOf(replacement)));
        rest = sliced(rest, at + '{{ }}'.length, rest.text.length);
      }
      parts.push(rest);
    }
    return stringOf(concatenated(parts), spanOf(node), holes);
  }

  // Rows

  #row(node: SyntaxNode, scope: Scope, tuple: boolean): Value {
    const items: Value[] = [];
    let star = false;
    for (const child of children(node)) {
      if (child.name === '*') {
        star = true;
        continue;
      }
      const value = this.evaluate(child, scope);
      const inner = star ? itemsOf(value) : [value];
      if (!inner) return { kind: 'unknown', span: spanOf(node) };
      items.push(...inner);
      star = false;
    }
    return { kind: 'list', items, tuple, span: spanOf(node) };
  }

  #dict(node: SyntaxNode, scope: Scope): Value {
    const entries: (readonly [Value, Value])[] = [];
    const parts = children(node);
    for (let i = 0; i < parts.length; ) {
      const part = parts[i] as SyntaxNode;
      if (part.name === '**') {
        const other = parts[i + 1] ? this.evaluate(parts[i + 1] as SyntaxNode, scope) : null;
        if (other?.kind !== 'dict') return { kind: 'unknown', span: spanOf(node) };
        entries.push(...other.entries);
        i += 2;
      } else {
        const value = parts[i + 2];
        if (parts[i + 1]?.name !== ':' || !value) break;
        entries.push([this.evaluate(part, scope), this.evaluate(value, scope)]);
        i += 3;
      }
    }
    return { kind: 'dict', entries, span: spanOf(node) };
  }

  /** Where `for` has its variables and what it goes through; `start` is the word itself. */
  loopParts(start: SyntaxNode | null): { targets: SyntaxNode[]; source: SyntaxNode | null; next: SyntaxNode | null } {
    const targets: SyntaxNode[] = [];
    let node = start?.nextSibling ?? null;
    for (; node && node.name !== 'in'; node = node.nextSibling) if (node.name !== ',') targets.push(node);
    const source = node?.nextSibling ?? null;
    return { targets, source, next: source?.nextSibling ?? null };
  }

  /** Null where what it goes through, or a condition, is not known. */
  #comprehension<T>(node: SyntaxNode, scope: Scope, make: (scope: Scope) => T): T[] | null {
    const results: T[] = [];
    const step = (at: SyntaxNode | null, inner: Scope): boolean => {
      let word = at;
      while (word && word.name !== 'for' && word.name !== 'if') word = word.nextSibling;
      if (!word) {
        results.push(make(inner));
        return results.length < 5000;
      }
      if (word.name === 'if') {
        const condition = word.nextSibling;
        const truth = condition ? truthOf(this.evaluate(condition, inner)) : null;
        return truth === null ? false : truth ? step(condition?.nextSibling ?? null, inner) : true;
      }
      const { targets, source, next } = this.loopParts(word);
      const items = source && itemsOf(this.evaluate(source, inner));
      if (!items) return false;
      return items.every((item) => {
        const own = new Scope(inner);
        this.bindAll(targets, item, own);
        return step(next, own);
      });
    };
    return step(node.firstChild, scope) ? results : null;
  }

  // Names and calls

  #member(node: SyntaxNode, scope: Scope): Value {
    const span = spanOf(node);
    const object = node.firstChild;
    const property = node.getChild('PropertyName');
    if (!object) return { kind: 'unknown', span };
    const on = this.evaluate(object, scope);
    if (property) return memberOf(on, this.#run.source(property), span);
    const inside = children(node).slice(1);
    const [key] = inside;
    if (inside.some((c) => c.name === ':')) return this.#slice(on, inside, scope) ?? { kind: 'unknown', span };
    return (key && itemAt(on, this.evaluate(key, scope))) ?? { kind: 'unknown', span };
  }

  #slice(on: Value, inside: readonly SyntaxNode[], scope: Scope): Value | null {
    const colon = inside.findIndex((c) => c.name === ':');
    const bound = (n: SyntaxNode | undefined): number | undefined | null => {
      if (!n) return undefined;
      const value = this.evaluate(n, scope);
      return value.kind === 'number' ? value.value : null;
    };
    const [from, to] = [bound(inside[colon - 1]), bound(inside[colon + 1])];
    if (from === null || to === null || inside.length > 3) return null;
    if (on.kind === 'list') return { ...on, items: on.items.slice(from ?? 0, to) };
    if (on.kind !== 'string' || on.holes) return null;
    const { length } = on.mapped.text;
    const at = (n: number): number => (n < 0 ? Math.max(0, length + n) : n);
    return stringOf(sliced(on.mapped, at(from ?? 0), at(to ?? length)), on.span);
  }

  argumentsOf(list: SyntaxNode | null, scope: Scope): Arguments {
    const args: Value[] = [];
    const keywords = new Map<string, Value>();
    const parts = list ? children(list) : [];
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] as SyntaxNode;
      const next = parts[i + 1];
      if (part.name === '*' && next) {
        const value = this.evaluate(next, scope);
        args.push(...(itemsOf(value) ?? [{ kind: 'unknown' as const, span: value.span }]));
        i++;
      } else if (part.name === '**' && next) {
        const value = this.evaluate(next, scope);
        if (value.kind === 'dict') for (const [key, v] of value.entries) keywords.set(textOf(key) ?? '', v);
        else keywords.set('**', value);
        i++;
      } else if (part.name === 'VariableName' && next?.name === 'AssignOp' && parts[i + 2]) {
        keywords.set(this.#run.source(part), this.evaluate(parts[i + 2] as SyntaxNode, scope));
        i += 2;
      } else if (part.name === 'for') break;
      else if (list?.getChild('for') && args.length === 0) {
        // a generator as the only argument
        const items = this.#comprehension(list, scope, (inner) => this.evaluate(part, inner));
        args.push(
          items ? { kind: 'list', items, tuple: false, span: spanOf(list) } : { kind: 'unknown', span: spanOf(list) },
        );
        break;
      } else args.push(this.evaluate(part, scope));
    }
    return { args, keywords };
  }

  #call(node: SyntaxNode, scope: Scope): Value {
    const span = spanOf(node);
    const callee = node.firstChild;
    if (!callee) return { kind: 'unknown', span };
    const target = this.evaluate(callee, scope);
    const { args, keywords } = this.argumentsOf(node.getChild('ArgList'), scope);
    const path = target.kind === 'name' ? target.path : '';
    if (target.kind === 'function') {
      if (hasDamage(node)) {
        this.#run.doubt(span, 'the call is not complete');
        return { kind: 'unknown', span };
      }
      const returned = this.#run.call(target, args, keywords);
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
      if (this.#changesList(target, args, callee, scope)) return { kind: 'none', span };
    }
    return this.#construct(node, callee, target, args, keywords);
  }

  /** `rows.append(…)` and `rows.extend(…)` on a variable. */
  #changesList(
    target: Extract<Value, { kind: 'attribute' }>,
    args: readonly Value[],
    callee: SyntaxNode,
    scope: Scope,
  ): boolean {
    const { on, name } = target;
    const variable = callee.firstChild;
    if (on.kind !== 'list' || !variable || variable.name !== 'VariableName') return false;
    const more = name === 'append' ? args : name === 'extend' && args[0] ? itemsOf(args[0]) : null;
    const key = this.#run.source(variable);
    const value: Value = more ? { ...on, items: [...on.items, ...more] } : { kind: 'unknown', span: on.span };
    for (let s: Scope | null = scope; s; s = s.outer)
      if (s.variables.has(key)) {
        s.variables.set(key, value);
        break;
      }
    return true;
  }

  /** A call of a library; Alembic's operations are noted. */
  #construct(
    node: SyntaxNode,
    callee: SyntaxNode,
    target: Value,
    args: readonly Value[],
    keywords: ReadonlyMap<string, Value>,
  ): Value {
    const span = spanOf(node);
    const run = this.#run;
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

  // Operators

  #binary(node: SyntaxNode, scope: Scope): Value {
    const span = spanOf(node);
    const [left, ...rest] = children(node);
    const right = rest.at(-1);
    if (!left || !right) return { kind: 'unknown', span };
    const operator = rest
      .slice(0, -1)
      .map((n) => this.#run.source(n))
      .join(' ');
    // a == b == c compares b twice
    if (
      comparison.has(operator) &&
      left.name === 'BinaryExpression' &&
      children(left).some((n) => comparison.has(this.#run.source(n)))
    )
      return { kind: 'unknown', span };
    const a = this.evaluate(left, scope);
    if (operator === 'and' || operator === 'or') {
      const truth = truthOf(a);
      if (truth === (operator === 'or')) return a;
      const b = this.evaluate(right, scope);
      if (truth !== null) return b;
      return truthOf(b) === (operator === 'or') ? b : { kind: 'unknown', span };
    }
    const b = this.evaluate(right, scope);
    if (operator === '%' && a.kind === 'string') return percent(a, b, span) ?? { kind: 'unknown', span };
    if (operator === '+' && a.kind === 'string' && b.kind === 'string')
      return stringOf(concatenated([a.mapped, b.mapped]), span, a.holes || b.holes);
    if (operator === '+' && a.kind === 'string') return stringOf(concatenated([a.mapped, hole(b.span)]), span, true);
    if (operator === '+' && b.kind === 'string') return stringOf(concatenated([hole(a.span), b.mapped]), span, true);
    if (operator === '+' && a.kind === 'list' && b.kind === 'list')
      return { ...a, items: [...a.items, ...b.items], span };
    if (a.kind === 'number' && b.kind === 'number') {
      const value = arithmetic[operator]?.(a.value, b.value);
      if (value !== undefined)
        return typeof value === 'boolean' ? { kind: 'boolean', value, span } : numberOf(value, span);
    }
    const same =
      operator === '==' || operator === 'is'
        ? equal(a, b)
        : operator === '!=' || operator === 'is not'
          ? not(equal(a, b))
          : null;
    if (same !== null) return { kind: 'boolean', value: same, span };
    if (operator === 'in' || operator === 'not in') {
      const found = contains(b, a);
      if (found !== null) return { kind: 'boolean', value: found === (operator === 'in'), span };
      return { kind: 'unknown', span };
    }
    return { kind: 'operation', operator, left: a, right: b, span };
  }

  #unary(node: SyntaxNode, scope: Scope): Value {
    const span = spanOf(node);
    const [operator, operand] = children(node);
    if (!operator || !operand) return { kind: 'unknown', span };
    const value = this.evaluate(operand, scope);
    const written = this.#run.source(operator);
    if (written === 'not') {
      const truth = truthOf(value);
      return truth === null ? { kind: 'unknown', span } : { kind: 'boolean', value: !truth, span };
    }
    if (written === '-' && value.kind === 'number')
      return { kind: 'number', value: -value.value, text: `-${value.text}`, span };
    return { kind: 'operation', operator: `unary ${written}`, left: value, right: value, span };
  }

  // Assignments

  /** `a = b = value`, `a, b = value`, `a += value`, with or without a type. */
  assign(node: SyntaxNode, scope: Scope): void {
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
        ? this.evaluate(first, scope)
        : {
            kind: 'list',
            items: written.map((n) => this.evaluate(n, scope)),
            tuple: true,
            span: { start: first.from, end: (written.at(-1) as SyntaxNode).to },
          };
    const target = parts[0]?.[0];
    if (node.name === 'UpdateStatement' && target) {
      const before = this.evaluate(target, scope);
      value =
        before.kind === 'string' && value.kind === 'string'
          ? stringOf(concatenated([before.mapped, value.mapped]), value.span, before.holes || value.holes)
          : before.kind === 'list' && value.kind === 'list'
            ? { ...before, items: [...before.items, ...value.items] }
            : { kind: 'unknown', span: value.span };
    }
    for (const part of parts) {
      const targets = part.filter((n) => n.name !== ',');
      if (part.length === 1 && targets[0]) this.bind(targets[0], value, scope);
      else this.bindAll(targets, value, scope);
    }
  }

  bindAll(targets: readonly SyntaxNode[], value: Value, scope: Scope): void {
    if (targets.length === 1 && targets[0]) {
      this.bind(targets[0], value, scope);
      return;
    }
    const items = itemsOf(value);
    targets.forEach((target, i) => {
      this.bind(target, items?.[i] ?? { kind: 'unknown', span: value.span }, scope);
    });
  }

  bind(target: SyntaxNode, value: Value, scope: Scope): void {
    if (target.name === 'VariableName') scope.variables.set(this.#run.source(target), value);
    else if (/^(?:TupleExpression|ParenthesizedExpression|ArrayExpression)$/.test(target.name))
      this.bindAll(children(target), value, scope);
    else if (target.name === 'MemberExpression' && target.firstChild?.name === 'VariableName') {
      // what it holds now is not followed
      const name = this.#run.source(target.firstChild);
      const before = scope.get(name);
      if (before?.kind === 'dict' || before?.kind === 'list')
        scope.variables.set(name, { kind: 'unknown', span: value.span });
    }
  }
}

/** What a name stands for that is not imported (yet). */
const usual: Readonly<Record<string, string>> = { op: 'alembic.op', sa: 'sqlalchemy' };

const comparison = new Set(['==', '!=', '<', '<=', '>', '>=']);

const arithmetic: Readonly<Record<string, (a: number, b: number) => number | boolean>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '//': (a, b) => Math.floor(a / b),
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

const not = (truth: boolean | null): boolean | null => (truth === null ? null : !truth);

function contains(row: Value, value: Value): boolean | null {
  if (row.kind === 'string') {
    const [whole, part] = [textOf(row), textOf(value)];
    return whole === null || part === null ? null : whole.includes(part);
  }
  const each = itemsOf(row)?.map((item) => equal(item, value));
  return !each ? null : each.includes(true) ? true : each.includes(null) ? null : false;
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

function memberOf(on: Value, name: string, span: Value['span']): Value {
  // a project's env.py may hand its metadata's tables to each revision
  if (on.kind === 'name' && on.path === 'parameter:tables') {
    const table = stringOf(mappedTo(name, span), span);
    return {
      kind: 'construct',
      name: 'table',
      path: 'sqlalchemy.table',
      on: null,
      args: [table],
      keywords: new Map(),
      span,
    };
  }
  if (on.kind === 'name') return { kind: 'name', path: `${on.path}.${name}`, span };
  if (on.kind === 'unknown') return { kind: 'attribute', on, name, span };
  if (on.kind === 'class') {
    const member = on.members.variables.get(name);
    if (member)
      return member.kind === 'string' || member.kind === 'number' ? { kind: 'attribute', on, name, span } : member;
  }
  // a revision under review runs on PostgreSQL
  if (name === 'name' && isDialect(on)) return stringOf(mappedTo('postgresql', span), span);
  if (name === 'value' && on.kind === 'attribute' && on.on.kind === 'class')
    return on.on.members.variables.get(on.name) ?? { kind: 'unknown', span };
  return { kind: 'attribute', on, name, span };
}

function isDialect(value: Value): boolean {
  if (value.kind !== 'attribute' || (value.name !== 'dialect' && value.name !== 'engine')) return false;
  const { on } = value;
  if (on.kind === 'attribute') return isDialect(on);
  return on.kind === 'construct' && (on.name === 'get_bind' || on.name === 'get_context');
}

/** Whether the tree holds something that is no Python. */
function hasDamage(node: SyntaxNode): boolean {
  const cursor = node.cursor();
  do if (cursor.type.isError) return true;
  while (cursor.next() && cursor.from <= node.to);
  return false;
}

const punctuation = new Set(['(', ')', '[', ']', '{', '}', ',', 'Comment', 'for', '⚠']);

/** What stands in a node, without brackets, commas and comments. */
function children(node: SyntaxNode, commas = false): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (punctuation.has(child.name) && !(commas && child.name === ',')) {
      if (child.name === 'for') {
        // what follows belongs to the loop of a comprehension
        return found;
      }
      continue;
    }
    found.push(child);
  }
  return found;
}

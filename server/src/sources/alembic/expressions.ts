/** Values of Python expressions. Calls of libraries stay what they are: a call with its arguments. */
import type { SyntaxNode } from '@lezer/common';
import type { Span } from '../../syntax/tokens.ts';
import { bind, bindAll } from './assignments.ts';
import { asText, hole, itemAt, itemsOf, stringOf } from './builtins.ts';
import { callOf } from './calls.ts';
import type { Interpreter } from './interpreter.ts';
import { concatenated, type Mapped, mappedTo, sliced } from './mapped.ts';
import { memberOf } from './members.ts';
import { children } from './nodes.ts';
import { binary, unary } from './operators.ts';
import { numberText } from './pythonNumber.ts';
import { stringValue } from './pythonString.ts';
import { Scope, truthOf, type Value } from './values.ts';

/** What cannot be known is a value of the kind `unknown`. */
export function evaluate(run: Interpreter, node: SyntaxNode, scope: Scope): Value {
  const span = run.place(node);
  const unknown: Value = { kind: 'unknown', span };
  switch (node.name) {
    case 'String':
    case 'FormatString':
    case 'ContinuedString':
      return stringOfLiterals(run, node, scope) ?? unknown;
    case 'Number': {
      const text = run.source(node).replaceAll('_', '');
      return { kind: 'number', value: Number(text), text: numberText(text), span };
    }
    case 'Boolean':
      return { kind: 'boolean', value: run.source(node) === 'True', span };
    case 'None':
      return { kind: 'none', span };
    case 'VariableName': {
      const name = run.source(node);
      const found = scope.get(name);
      if (found) return found.kind === 'name' ? run.resolved({ ...found, span }) : found;
      return starImport(run, name, scope, span) ?? { kind: 'name', path: usual[name] ?? name, span };
    }
    case 'ParenthesizedExpression': {
      const inner = children(node)[0];
      return inner ? run.evaluate(inner, scope) : { kind: 'list', items: [], tuple: true, span };
    }
    case 'TupleExpression':
    case 'ArrayExpression':
      return rowOf(run, node, scope, node.name === 'TupleExpression');
    case 'SetExpression': {
      const row = rowOf(run, node, scope, false);
      return row.kind === 'list' ? { ...row, unordered: true } : row;
    }
    case 'DictionaryExpression':
      return dictOf(run, node, scope);
    case 'ArrayComprehensionExpression':
    case 'ComprehensionExpression':
    case 'SetComprehensionExpression': {
      const items = comprehension(run, node, scope, (inner) => {
        const first = children(node)[0] as SyntaxNode;
        return run.evaluate(first, inner);
      });
      return items ? { kind: 'list', items, tuple: false, span } : unknown;
    }
    case 'DictionaryComprehensionExpression': {
      const [key, value] = children(node).filter((c) => c.name !== ':');
      if (!key || !value) return unknown;
      const entries = comprehension(
        run,
        node,
        scope,
        (inner) => [run.evaluate(key, inner), run.evaluate(value, inner)] as const,
      );
      return entries ? { kind: 'dict', entries, span } : unknown;
    }
    case 'MemberExpression':
      return member(run, node, scope);
    case 'CallExpression':
      return callOf(run, node, scope);
    case 'BinaryExpression':
      return binary(run, node, scope);
    case 'UnaryExpression':
      return unary(run, node, scope);
    case 'ConditionalExpression': {
      const [yes, condition, no] = children(node).filter((c) => c.name !== 'if' && c.name !== 'else');
      if (!yes || !condition || !no) return unknown;
      const truth = truthOf(run.evaluate(condition, scope));
      return truth === null ? unknown : run.evaluate(truth ? yes : no, scope);
    }
    case 'LambdaExpression':
      return { kind: 'function', node, scope, file: run.file, span };
    case 'NamedExpression': {
      const [target, value] = children(node).filter((c) => c.name !== 'AssignOp');
      if (!target || !value) return unknown;
      const result = run.evaluate(value, scope);
      bind(run, target, result, scope);
      return result;
    }
    default:
      return unknown;
  }
}

// Strings

function stringOfLiterals(run: Interpreter, node: SyntaxNode, scope: Scope): Value | null {
  const literals = node.name === 'ContinuedString' ? children(node) : [node];
  const parts: Mapped[] = [];
  let holes = false;
  for (const literal of literals) {
    const read = stringValue(run.file.text, [literal]);
    if (!read) return null;
    let rest: Mapped = { text: read.text, from: read.offsets.slice(0, -1), to: read.offsets.slice(1) };
    const replacements = literal.name === 'FormatString' ? literal.getChildren('FormatReplacement') : [];
    for (const replacement of replacements) {
      // a placeholder stands there
      const at = rest.from.indexOf(replacement.from);
      if (at < 0) return null;
      const expression = children(replacement)[0];
      const plain = !replacement.getChild('FormatSpec') && !replacement.getChild('FormatConversion');
      const value = expression && plain ? run.evaluate(expression, scope) : null;
      const text = value && asText(value);
      if (!text || (value.kind === 'string' && value.holes)) holes = true;
      parts.push(sliced(rest, 0, at), text ?? hole(run.place(replacement)));
      rest = sliced(rest, at + '{{ }}'.length, rest.text.length);
    }
    parts.push(rest);
  }
  const span = run.place(node);
  const whole = concatenated(parts);
  return stringOf(run.file.own ? whole : mappedTo(whole.text, span), span, holes);
}

// Rows

function rowOf(run: Interpreter, node: SyntaxNode, scope: Scope, tuple: boolean): Value {
  const items: Value[] = [];
  let star = false;
  for (const child of children(node)) {
    if (child.name === '*') {
      star = true;
      continue;
    }
    const value = run.evaluate(child, scope);
    const inner = star ? itemsOf(value) : [value];
    if (!inner) return { kind: 'unknown', span: run.place(node) };
    items.push(...inner);
    star = false;
  }
  return { kind: 'list', items, tuple, span: run.place(node) };
}

function dictOf(run: Interpreter, node: SyntaxNode, scope: Scope): Value {
  const entries: (readonly [Value, Value])[] = [];
  const parts = children(node);
  for (let i = 0; i < parts.length; ) {
    const part = parts[i] as SyntaxNode;
    if (part.name === '**') {
      const other = parts[i + 1] ? run.evaluate(parts[i + 1] as SyntaxNode, scope) : null;
      if (other?.kind !== 'dict') return { kind: 'unknown', span: run.place(node) };
      entries.push(...other.entries);
      i += 2;
    } else {
      const value = parts[i + 2];
      if (parts[i + 1]?.name !== ':' || !value) break;
      entries.push([run.evaluate(part, scope), run.evaluate(value, scope)]);
      i += 3;
    }
  }
  return { kind: 'dict', entries, span: run.place(node) };
}

/** Where `for` has its variables and what it goes through; `start` is the word itself. */
export function loopParts(start: SyntaxNode | null): {
  targets: SyntaxNode[];
  source: SyntaxNode | null;
  next: SyntaxNode | null;
} {
  const targets: SyntaxNode[] = [];
  let node = start?.nextSibling ?? null;
  for (; node && node.name !== 'in'; node = node.nextSibling) if (node.name !== ',') targets.push(node);
  const source = node?.nextSibling ?? null;
  return { targets, source, next: source?.nextSibling ?? null };
}

/** Null where what it goes through, or a condition, is not known. */
export function comprehension<T>(
  run: Interpreter,
  node: SyntaxNode,
  scope: Scope,
  make: (scope: Scope) => T,
): T[] | null {
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
      const truth = condition ? truthOf(run.evaluate(condition, inner)) : null;
      return truth === null ? false : truth ? step(condition?.nextSibling ?? null, inner) : true;
    }
    const { targets, source, next } = loopParts(word);
    const row = source && run.evaluate(source, inner);
    const items = row && itemsOf(row);
    if (row?.kind === 'list' && row.unordered) run.unordered = true;
    if (!items) return false;
    return items.every((item) => {
      const own = new Scope(inner);
      bindAll(run, targets, item, own);
      return step(next, own);
    });
  };
  return step(node.firstChild, scope) ? results : null;
}

function member(run: Interpreter, node: SyntaxNode, scope: Scope): Value {
  const span = run.place(node);
  const object = node.firstChild;
  const property = node.getChild('PropertyName');
  if (!object) return { kind: 'unknown', span };
  const on = run.evaluate(object, scope);
  if (property) return run.resolved(memberOf(on, run.source(property), span));
  const inside = children(node).slice(1);
  const [key] = inside;
  if (inside.some((c) => c.name === ':')) return slice(run, on, inside, scope) ?? { kind: 'unknown', span };
  return (key && itemAt(on, run.evaluate(key, scope))) ?? { kind: 'unknown', span };
}

function slice(run: Interpreter, on: Value, inside: readonly SyntaxNode[], scope: Scope): Value | null {
  const colon = inside.findIndex((c) => c.name === ':');
  const bound = (n: SyntaxNode | undefined): number | undefined | null => {
    if (!n) return undefined;
    const value = run.evaluate(n, scope);
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

/** A name of a module of which all names are imported. */
function starImport(run: Interpreter, name: string, scope: Scope, span: Span): Value | null {
  for (const module of scope.stars) {
    const found = run.resolved(memberOf(module, name, span));
    if (found.kind !== 'name') return found;
  }
  return null;
}

/** What a name stands for that is not imported (yet). */
const usual: Readonly<Record<string, string>> = { op: 'alembic.op', sa: 'sqlalchemy' };

/** Operators: worked out where both sides are known, kept for SQLAlchemy where they stand for SQL. */
import type { SyntaxNode } from '@lezer/common';
import { hole, itemsOf, percent, stringOf } from './builtins.ts';
import type { Interpreter } from './interpreter.ts';
import { concatenated } from './mapped.ts';
import { children } from './nodes.ts';
import { floatText } from './pythonNumber.ts';
import { equal, type Scope, textOf, truthOf, type Value } from './values.ts';

export function binary(run: Interpreter, node: SyntaxNode, scope: Scope): Value {
  const span = run.place(node);
  const [left, ...rest] = children(node);
  const right = rest.at(-1);
  if (!left || !right) return { kind: 'unknown', span };
  const operator = rest
    .slice(0, -1)
    .map((n) => run.source(n))
    .join(' ');
  // `a == b == c`: SQLAlchemy's comparison of a with b is false by itself, so that it is all there is
  if (
    comparison.has(operator) &&
    left.name === 'BinaryExpression' &&
    children(left).some((n) => comparison.has(run.source(n)))
  ) {
    const first = run.evaluate(left, scope);
    return first.kind === 'operation' && first.operator === '==' && isOfSql(first.left)
      ? first
      : { kind: 'unknown', span };
  }
  const a = run.evaluate(left, scope);
  if (operator === 'and' || operator === 'or') {
    const truth = truthOf(a);
    if (truth === (operator === 'or')) return a;
    const b = run.evaluate(right, scope);
    if (truth !== null) return b;
    return truthOf(b) === (operator === 'or') ? b : { kind: 'unknown', span };
  }
  const b = run.evaluate(right, scope);
  if (operator === '%' && a.kind === 'string') return percent(a, b, span) ?? { kind: 'unknown', span };
  if (operator === '+' && a.kind === 'string' && b.kind === 'string')
    return stringOf(concatenated([a.mapped, b.mapped]), span, a.holes || b.holes);
  if (operator === '+' && a.kind === 'string') return stringOf(concatenated([a.mapped, hole(b.span)]), span, true);
  if (operator === '+' && b.kind === 'string') return stringOf(concatenated([hole(a.span), b.mapped]), span, true);
  if (operator === '+' && a.kind === 'list' && b.kind === 'list')
    return { ...a, items: [...a.items, ...b.items], span };
  if (a.kind === 'number' && b.kind === 'number') {
    const value = arithmetic[operator]?.(a.value, b.value);
    if (typeof value === 'boolean') return { kind: 'boolean', value, span };
    if (value !== undefined) {
      const real = operator === '/' || isReal(a.text) || isReal(b.text);
      // whole numbers are as long as they need to be in Python
      return Number.isFinite(value) && (real || Number.isSafeInteger(value))
        ? { kind: 'number', value, text: real ? floatText(value) : String(value), span }
        : { kind: 'unknown', span };
    }
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
  const other = reflected[operator];
  if (other !== undefined && isPlain(a) && isOfSql(b))
    return { kind: 'operation', operator: other, left: b, right: a, span };
  return { kind: 'operation', operator, left: a, right: b, span };
}

export function unary(run: Interpreter, node: SyntaxNode, scope: Scope): Value {
  const span = run.place(node);
  const [operator, operand] = children(node);
  if (!operator || !operand) return { kind: 'unknown', span };
  const value = run.evaluate(operand, scope);
  const written = run.source(operator);
  if (written === 'not') {
    const truth = truthOf(value);
    return truth === null ? { kind: 'unknown', span } : { kind: 'boolean', value: !truth, span };
  }
  if (written === '-' && value.kind === 'number')
    return { kind: 'number', value: -value.value, text: `-${value.text}`, span };
  return { kind: 'operation', operator: `unary ${written}`, left: value, right: value, span };
}

/** Whether SQLAlchemy takes part in what Python does with the value. */
const isOfSql = (value: Value): boolean =>
  value.kind === 'construct' ||
  (value.kind === 'operation' && (isOfSql(value.left) || isOfSql(value.right))) ||
  (value.kind === 'attribute' && value.on.kind === 'attribute' && /^(?:c|columns)$/.test(value.on.name));

/** What Python asks the right side when the left one does not know it. */
const reflected: Readonly<Record<string, string>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

const isPlain = (value: Value): boolean => ['string', 'number', 'boolean', 'none', 'list'].includes(value.kind);

const comparison = new Set(['==', '!=', '<', '<=', '>', '>=']);

const arithmetic: Readonly<Record<string, (a: number, b: number) => number | boolean>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': (a, b) => Math.floor(a / b),
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** Whether it is a number with a point, by its text. */
const isReal = (text: string): boolean => /[.en]/.test(text);

const not = (truth: boolean | null): boolean | null => (truth === null ? null : !truth);

function contains(row: Value, value: Value): boolean | null {
  if (row.kind === 'string') {
    const [whole, part] = [textOf(row), textOf(value)];
    return whole === null || part === null ? null : whole.includes(part);
  }
  const each = itemsOf(row)?.map((item) => equal(item, value));
  return !each ? null : each.includes(true) ? true : each.includes(null) ? null : false;
}

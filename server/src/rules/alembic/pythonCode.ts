/** What rules ask of a revision's Python: where a word stands in code, what a variable was given, what is imported. */
import type { SyntaxNode, Tree } from '@lezer/common';
import { isLibrary } from '../../sources/alembic/libraries.ts';
import type { Revision } from '../../sources/alembic/revision.ts';
import { argumentsIn } from '../../sources/alembic/rewriting/callText.ts';

type Code = Pick<Revision, 'text' | 'tree'>;

export const sourceOf = ({ from, to }: SyntaxNode, { text }: Code): string => text.slice(from, to);

/**
 * The names in the code, not in strings or comments, that the pattern finds. The text is looked through, not the tree: that
 * costs nothing where there are none.
 * @param words global
 */
export function* namesFound(words: RegExp, code: Code, within: SyntaxNode = code.tree.topNode): Generator<SyntaxNode> {
  const { from, to } = within;
  const text = from === 0 && to === code.text.length ? code.text : code.text.slice(from, to);
  for (const { index } of text.matchAll(words)) {
    const node = code.tree.resolveInner(from + index, 1);
    if (node.from === from + index && /^(?:VariableName|PropertyName)$/.test(node.name)) yield node;
  }
}

/** The function of the module that the node stands in; null outside of functions. */
export function functionAround(node: SyntaxNode): SyntaxNode | null {
  let found: SyntaxNode | null = null;
  for (let at: SyntaxNode | null = node; at; at = at.parent) if (at.name === 'FunctionDefinition') found = at;
  return found;
}

const nameOf = (fn: SyntaxNode, code: Code): string => {
  const name = fn.getChild('VariableName');
  return name ? sourceOf(name, code) : '';
};

/** Whether the node stands in `upgrade()`, `downgrade()` or a function of the module whose name is mentioned in these, or in such. */
export function isRun(node: SyntaxNode, code: Code): boolean {
  const own = functionAround(node);
  if (!own) return false;
  const known = run.get(code.tree) ?? functionsRun(code);
  run.set(code.tree, known);
  return known.has(own.from);
}

/** Where the functions begin that are run. */
const run = new WeakMap<Tree, ReadonlySet<number>>();

function functionsRun(code: Code): ReadonlySet<number> {
  const functions = new Map<string, SyntaxNode>();
  for (let child = code.tree.topNode.firstChild; child; child = child.nextSibling) {
    const fn = child.name === 'DecoratedStatement' ? child.getChild('FunctionDefinition') : child;
    if (fn?.name === 'FunctionDefinition') functions.set(nameOf(fn, code), fn);
  }
  const helpers = [...functions.keys()].filter((name) => !/^(?:up|down)grade$/.test(name));
  const words = helpers.length > 0 ? new RegExp(`\\b(?:${helpers.join('|')})\\b`, 'g') : null;
  const reached = new Set<number>();
  const open = ['upgrade', 'downgrade'].flatMap((name) => functions.get(name) ?? []);
  for (let fn = open.pop(); fn; fn = open.pop()) {
    if (reached.has(fn.from)) continue;
    reached.add(fn.from);
    for (const [word] of words ? sourceOf(fn, code).matchAll(words) : []) {
      const called = functions.get(word);
      if (called) open.push(called);
    }
  }
  return reached;
}

export interface Binding {
  /** `value`: it is what `source` gives. `item`: it is one, or a part of one, of those that `source` gives. */
  readonly kind: 'value' | 'item';
  readonly source: SyntaxNode;
}

/** A place where a variable stands, and what it is given there; null where it is only used. */
interface Mention {
  readonly node: SyntaxNode;
  readonly binding: Binding | null;
}

/** By tree: where a function, or the module outside of functions, mentions a variable. */
const mentions = new WeakMap<Tree, Map<string, readonly Mention[]>>();

/** @param scope a function of the module; null for what stands outside of functions */
function mentionsOf(name: string, scope: SyntaxNode | null, code: Code): readonly Mention[] {
  const all = mentions.get(code.tree) ?? new Map<string, readonly Mention[]>();
  mentions.set(code.tree, all);
  const key = `${scope?.from ?? 'module'} ${name}`;
  let found = all.get(key);
  if (!found) {
    const nodes = [...namesFound(new RegExp(`\\b${name}\\b`, 'g'), code, scope ?? undefined)];
    found = nodes
      .filter((node) => node.name === 'VariableName' && (scope !== null || !functionAround(node)))
      .map((node) => ({ node, binding: boundAt(node) }));
    all.set(key, found);
  }
  return found;
}

/**
 * What a variable holds at a place: the last text before it in its function that gives it something, or what the module gives
 * it; null where neither does.
 */
export function bindingOf(variable: SyntaxNode, code: Code): Binding | null {
  const scope = functionAround(variable);
  const name = sourceOf(variable, code);
  let found: Binding | null = null;
  for (const { node, binding } of mentionsOf(name, scope, code)) {
    // the words of a comprehension stand behind those that use them
    const ahead = node.from > variable.from;
    if (!binding || (ahead && !isComprehensionOf(binding.source.parent, variable))) continue;
    found = binding;
    if (ahead) break;
  }
  if (found || !scope) return found;
  return mentionsOf(name, null, code).findLast(({ binding }) => binding)?.binding ?? null;
}

const comprehension = /Comprehension|ArgList/;

const isComprehensionOf = (parent: SyntaxNode | null, { from, to }: SyntaxNode): boolean =>
  parent !== null && comprehension.test(parent.name) && parent.from <= from && to <= parent.to;

/** Null where the name is only used. */
function boundAt(name: SyntaxNode): Binding | null {
  let target = name;
  while (target.parent && /^(?:TupleExpression|ParenthesizedExpression|ArrayExpression)$/.test(target.parent.name))
    target = target.parent;
  const { parent } = target;
  if (!parent) return null;
  if (parent.name === 'AssignStatement') {
    const written = parent.lastChild;
    const isTarget = [...siblingsFrom(target)].some((n) => n.name === 'AssignOp');
    if (!written || !isTarget) return null;
    const several = target !== name || parent.getChildren(',').length > 0;
    return { kind: several ? 'item' : 'value', source: written };
  }
  if (parent.name === 'WithStatement' && target.prevSibling?.name === 'as' && target.prevSibling.prevSibling)
    return { kind: 'value', source: target.prevSibling.prevSibling };
  if (parent.name !== 'ForStatement' && !comprehension.test(parent.name)) return null;
  let word: SyntaxNode | null = target;
  while (word && (word === target || word.name === ',' || /^(?:VariableName|TupleExpression)$/.test(word.name)))
    word = word.nextSibling;
  let before = target.prevSibling;
  while (before && /^(?:,|VariableName|TupleExpression)$/.test(before.name)) before = before.prevSibling;
  return word?.name === 'in' && before?.name === 'for' && word.nextSibling
    ? { kind: 'item', source: word.nextSibling }
    : null;
}

function* siblingsFrom(node: SyntaxNode): Generator<SyntaxNode> {
  for (let at = node.nextSibling; at; at = at.nextSibling) yield at;
}

/** The places in its function where a variable is used for what `source` gave it, up to where it is given something else. */
export function* usesOf(source: SyntaxNode, name: string, code: Code): Generator<SyntaxNode> {
  let current = true;
  for (const { node, binding } of mentionsOf(name, functionAround(source), code)) {
    if (node.from < source.to || node.nextSibling?.name === 'AssignOp') {
      if (binding && node.from > source.to) current = binding.source.from === source.from;
      continue;
    }
    if (binding) current = binding.source.from === source.from;
    else if (current || isBoundAhead(node, source, code)) yield node;
  }
}

/** In a comprehension over it, the name stands before what gives it its value. */
const isBoundAhead = (use: SyntaxNode, source: SyntaxNode, code: Code): boolean =>
  bindingOf(use, code)?.source.from === source.from;

/** The variable that an expression is assigned to, or bound to by `with`; null where there is none, or several. */
export function variableGiven(value: SyntaxNode, code: Code): string | null {
  const { parent } = value;
  const target =
    parent?.name === 'AssignStatement' && parent.lastChild?.from === value.from
      ? parent.getChildren(',').length === 0
        ? parent.firstChild
        : null
      : parent?.name === 'WithStatement' && value.nextSibling?.name === 'as'
        ? value.nextSibling.nextSibling
        : null;
  return target?.name === 'VariableName' ? sourceOf(target, code) : null;
}

/** The call that the expression is called by: `f` in `f(x)`, `a.f` in `a.f(x)`. */
export const callOn = (callee: SyntaxNode | null): SyntaxNode | null =>
  callee?.parent?.name === 'CallExpression' && callee.parent.firstChild?.from === callee.from ? callee.parent : null;

/** `name` in `on.name`: a method or attribute of the expression; null where it is used otherwise. */
export function memberAsked(on: SyntaxNode): SyntaxNode | null {
  const { parent } = on;
  return parent?.name === 'MemberExpression' && parent.firstChild?.from === on.from
    ? parent.getChild('PropertyName')
    : null;
}

/** What the call of an argument calls, with the argument's name: `inspect(x)`, `Table(autoload_with=x)`. */
export function argumentOf(
  value: SyntaxNode,
  code: Code,
): { readonly callee: string; readonly name: string | null; readonly call: SyntaxNode } | null {
  const call = value.parent?.name === 'ArgList' ? value.parent.parent : null;
  const given = call && argumentsIn(call, code.text).find((a) => a.value.from === value.from);
  const callee = call?.firstChild;
  return call && given && callee ? { callee: sourceOf(callee, code), name: given.name, call } : null;
}

export interface Imported {
  readonly module: string;
  /** What it is called there; null for the module itself. */
  readonly name: string | null;
}

const fromLine = /^[ \t]*from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(?:\(([^)]*)\)|([^\n#]*))/gm;
const importLine = /^[ \t]*import[ \t]+([^\n#]*)/gm;

const imports = new WeakMap<Code, ReadonlyMap<string, Imported>>();

/** Where each name comes from that the file imports, at its top or in a function. */
export function importsIn(code: Code): ReadonlyMap<string, Imported> {
  const known = imports.get(code) ?? importsOf(code.text);
  imports.set(code, known);
  return known;
}

function importsOf(text: string): ReadonlyMap<string, Imported> {
  const found = new Map<string, Imported>();
  const parts = (list: string): string[][] =>
    list
      .replace(/#[^\n]*/g, '')
      .split(',')
      .map((part) => part.trim().split(/\s+as\s+/));
  for (const [, module = '', listed, plain] of text.matchAll(fromLine))
    for (const [name = '', bound = name] of parts(listed ?? plain ?? ''))
      if (/^\w+$/.test(bound)) found.set(bound, { module, name });
  // a line of prose may begin with the word
  for (const [, list = ''] of text.matchAll(importLine))
    for (const [name = '', bound = name] of parts(list))
      if (/^[\w.]+$/.test(bound)) found.set(bound, { module: name, name: null });
  return found;
}

/** Whether it comes from a module of the application, as far as its name tells. */
export const isOfApplication = ({ module }: Imported): boolean => module.startsWith('.') || !isLibrary(module);

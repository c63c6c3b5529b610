/** Edits of a call's arguments that keep how they are laid out. */
import type { SyntaxNode } from '@lezer/common';
import type { Span } from '../../../syntax/tokens.ts';
import type { TextEdit } from '../../source.ts';
import { spanOf } from '../nodes.ts';

export interface Argument {
  /** Null for one that is given by its place. */
  readonly name: string | null;
  /** With the name. */
  readonly span: Span;
  readonly value: SyntaxNode;
}

/** @param call a CallExpression */
export function argumentsIn(call: SyntaxNode, text: string): Argument[] {
  const found: Argument[] = [];
  let start = -1;
  let name: string | null = null;
  for (let node = call.getChild('ArgList')?.firstChild ?? null; node; node = node.nextSibling) {
    if (/^(?:[(),]|Comment|⚠)$/.test(node.name)) continue;
    if (start < 0) start = node.from;
    if (node.name === '*' || node.name === '**') continue;
    if (node.nextSibling?.name === 'AssignOp') {
      name = text.slice(node.from, node.to);
      node = node.nextSibling;
      continue;
    }
    found.push({ name, span: { start, end: node.to }, value: node });
    start = -1;
    name = null;
  }
  return found;
}

/** The calls among the arguments, and among theirs: `sa.Column(…)`, `sa.ForeignKey(…)`. */
export function callsWithin(call: SyntaxNode, text: string): SyntaxNode[] {
  const direct = argumentsIn(call, text).flatMap(({ value }) => (value.name === 'CallExpression' ? [value] : []));
  return direct.flatMap((inner) => [inner, ...callsWithin(inner, text)]);
}

export const replacing = ({ start, end }: Span, inserted: string): TextEdit => ({ from: start, to: end, inserted });

/** Gives the argument another value, or adds it as the last one. */
export function withKeyword(call: SyntaxNode, text: string, name: string, value: string): TextEdit | null {
  const given = argumentsIn(call, text);
  const same = given.find((a) => a.name === name);
  if (same) return replacing(spanOf(same.value), value);
  const last = given.at(-1);
  if (!last) return null;
  const at = last.span.end;
  const indent = indentBefore(last.span.start, text);
  if (indent === null) return { from: at, to: at, inserted: `, ${name}=${value}` };
  const rest = /^,[ \t]*(?:#[^\n]*)?(?=\r?\n)/.exec(text.slice(at));
  return rest
    ? { from: at + rest[0].length, to: at + rest[0].length, inserted: `\n${indent}${name}=${value},` }
    : { from: at, to: at, inserted: `,\n${indent}${name}=${value}` };
}

/** Takes an argument out, with its comma; with its line where it has one of its own. */
export function withoutArgument(call: SyntaxNode, text: string, argument: Argument): TextEdit {
  const given = argumentsIn(call, text);
  const { start, end } = argument.span;
  const i = given.findIndex((a) => a.span.start === start);
  const line = /^,?[ \t]*\r?\n/.exec(text.slice(end));
  const indent = indentBefore(start, text);
  if (line && indent !== null) return { from: start - indent.length, to: end + line[0].length, inserted: '' };
  const next = given[i + 1];
  if (next) return { from: start, to: next.span.start, inserted: '' };
  const previous = given[i - 1];
  return { from: previous?.span.end ?? start, to: end, inserted: '' };
}

/** The white space before that offset on its line; null when something else stands there. */
export function indentBefore(offset: number, text: string): string | null {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  return /^[ \t]*$/.test(before) ? before : null;
}

export function applied(text: string, edits: readonly TextEdit[]): string {
  const ordered = edits.map((edit, order) => ({ ...edit, order })).sort((a, b) => b.from - a.from || b.order - a.order);
  return ordered.reduce((t, { from, to, inserted }) => t.slice(0, from) + inserted + t.slice(to), text);
}

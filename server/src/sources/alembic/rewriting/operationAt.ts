/** An operation of a revision and its call in the file. */
import type { SyntaxNode, Tree } from '@lezer/common';
import type { Parser } from '../../../syntax/parser.ts';
import type { Span } from '../../../syntax/tokens.ts';
import { type EvaluatedOperation, evaluateRevision, type Surroundings } from '../evaluate.ts';
import { indentBefore } from './callText.ts';

/** What reading the revision takes. */
export interface Reading {
  readonly parser: Parser;
  /** Undefined where its project is not known. */
  readonly around: Surroundings | undefined;
}

/** The operation of that call; null when there is none, or when the call is run several times. */
export function operationAt(
  text: string,
  tree: Tree,
  { start, end }: Span,
  { around }: Reading,
): EvaluatedOperation | null {
  const all = evaluateRevision(text, tree, around)
    .flatMap((f) => f.operations)
    .filter(({ operation: { span } }) => span.start === start && span.end === end);
  return all.length === 1 ? (all[0] as EvaluatedOperation) : null;
}

export function nodeOf(tree: Tree, { start, end }: Span): SyntaxNode | null {
  let node: SyntaxNode | null = tree.resolveInner(start, 1);
  while (node && !(node.name === 'CallExpression' && node.to === end)) node = node.parent;
  return node?.from === start ? node : null;
}

export interface OwnLine {
  readonly statement: SyntaxNode;
  readonly indent: string;
  /** Where a line behind the statement would begin: behind its comment. */
  readonly end: number;
}

/** The lines that the call has for itself; null when it shares them. */
export function ownLine(call: SyntaxNode, text: string): OwnLine | null {
  const statement = call.parent;
  if (statement?.name !== 'ExpressionStatement' || statement.from !== call.from || statement.to !== call.to)
    return null;
  if (statement.parent?.name !== 'Body') return null;
  const indent = indentBefore(call.from, text);
  const rest = /^[ \t]*(?:#[^\r\n]*)?(?=\r?\n|$)/.exec(text.slice(call.to));
  return indent === null || !rest ? null : { statement, indent, end: call.to + rest[0].length };
}

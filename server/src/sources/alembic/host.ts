/** How comments go with what stands in a Python file. */
import type { Tree } from '@lezer/common';
import type { Span } from '../../syntax/tokens.ts';
import type { Host } from '../piece.ts';

export interface CommentedFile {
  readonly text: string;
  readonly tree: Tree;
  readonly fileComments: string;
}

/** Where the Python statement begins that something stands in. */
export function statementStart(tree: Tree, at: number): number {
  let statement = tree.resolveInner(at, 1);
  while (statement.parent && !/^(?:Body|Script)$/.test(statement.parent.name)) statement = statement.parent;
  return statement.from;
}

/** The comment lines right above the Python statement that the call stands in. */
export const hostOf = (file: CommentedFile, call: Span): Host =>
  hostAt(file, call, statementStart(file.tree, call.start));

/** @param statement where the statement of the call begins */
export function hostAt({ text, fileComments }: Omit<CommentedFile, 'tree'>, call: Span, statement: number): Host {
  const lineStart = text.lastIndexOf('\n', statement - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, statement))?.[0] ?? '';
  return {
    call,
    comments: commentsAbove(text, lineStart),
    fileComments,
    commentAt: lineStart,
    commentStart: `${indent}# `,
  };
}

/** The comment lines right above the line that begins there. */
function commentsAbove(text: string, lineStart: number): string {
  const comments: string[] = [];
  for (let end = lineStart; end > 0; ) {
    const start = text.lastIndexOf('\n', end - 2) + 1;
    const line = text.slice(start, end).trim();
    if (!line.startsWith('#')) break;
    comments.unshift(line);
    end = start;
  }
  return comments.join('\n');
}

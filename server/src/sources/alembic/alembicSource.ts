/**
 * SQL strings in Python files: the arguments of `op.execute(…)`, `….execute(…)` and `text(…)`, in the order in which they
 * stand. In an Alembic revision, `downgrade()` is the backward part, and the revision runs in a transaction that Alembic
 * opens, except inside `with ….autocommit_block():`.
 */
import type { SyntaxNode, TreeCursor } from '@lezer/common';
import { parser as python } from '@lezer/python';
import type { Wrapping } from '../../catalog/session.ts';
import type { Parser } from '../../syntax/parser.ts';
import { SqlText } from '../../syntax/sqlText.ts';
import { isRevision } from '../../tools/alembic.ts';
import type { Host, Piece } from '../piece.ts';
import type { Source } from '../source.ts';
import { stringValue } from './pythonString.ts';

export const alembicSource: Source = {
  id: 'alembic',
  handles: (uri, languageId) => languageId === 'python' || /\.py$/i.test(uri),
  read: (_uri, text, parser) => readPieces(text.toString(), parser),
  edit: (_uri, _pieces, _edit, text, parser) => readPieces(text.toString(), parser),
};

function readPieces(text: string, parser: Parser): Piece[] {
  // most Python files hold no SQL: do not parse them
  if (!/\b(?:execute|text)\s*\(/.test(text)) return [];
  const revision = isRevision(text);
  const fileComments = (text.match(/#[^\n]*pgreview-ignore-file[^\n]*/g) ?? []).join('\n');
  const pieces: Piece[] = [];
  let created: readonly string[] = [];
  const cursor: TreeCursor = python.parse(text).cursor();
  do {
    if (cursor.name !== 'CallExpression') continue;
    const node = cursor.node;
    const table = createdTable(node, text);
    if (table !== null) created = [...created, table];
    const literals = sqlArgument(node, text);
    const value = literals && stringValue(text, literals);
    if (!value || !isStatement(value.text, node, text)) continue;
    const sql = SqlText.of(value.text, parser);
    const down = revision && enclosing(node, 'FunctionDefinition', (f) => functionName(f, text) === 'downgrade');
    pieces.push({
      sql,
      map: value.map,
      wrapping: wrappingOf(node, text, revision),
      declared: true,
      begins: false,
      downFrom: down ? 0 : value.text.length,
      reviewed: revision,
      tablesCreatedBefore: created,
      host: hostOf(node, text, fileComments),
    });
  } while (cursor.next());
  return pieces;
}

/** `op.execute` runs its text; elsewhere `text("now()")` may be an expression, so it must begin as a statement does. */
function isStatement(sql: string, call: SyntaxNode, text: string): boolean {
  const callee = call.firstChild;
  const own = callee !== null && text.slice(callee.from, callee.to) === 'op.execute';
  return own ? sql.trim() !== '' : statementStart.test(sql);
}

const statementStart =
  /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/|\()*(?:select|insert\s+into|update|delete\s+from|merge\s+into|with|create|alter|drop|comment\s+on|truncate|grant|revoke|set|do|call|vacuum|analyze|refresh|lock|explain|values)\b/i;

/** The table of `op.create_table("name", …)`; null for any other call. */
function createdTable(call: SyntaxNode, text: string): string | null {
  const callee = call.firstChild;
  if (!callee || !/(?:^|\.)create_table$/.test(text.slice(callee.from, callee.to))) return null;
  const name = call.getChild('ArgList')?.getChild('String');
  return name ? (stringValue(text, [name])?.text ?? null) : null;
}

/** The string literals given to `execute` or `text` as first argument; null when it is something else. */
function sqlArgument(call: SyntaxNode, text: string): { from: number; to: number }[] | null {
  const callee = call.firstChild;
  const name = callee && text.slice(callee.from, callee.to);
  if (!name || !/(?:^|\.)(?:execute|text)$/.test(name)) return null;
  let argument = call.getChild('ArgList')?.firstChild?.nextSibling ?? null;
  while (argument?.name === 'Comment') argument = argument.nextSibling;
  while (argument?.name === 'ParenthesizedExpression') argument = argument.firstChild?.nextSibling ?? null;
  if (!argument) return null;
  if (argument.name === 'String' || argument.name === 'FormatString') return [argument];
  if (argument.name !== 'ContinuedString') return null;
  return [...argument.getChildren('String'), ...argument.getChildren('FormatString')].sort((a, b) => a.from - b.from);
}

function wrappingOf(node: SyntaxNode, text: string, revision: boolean): Wrapping {
  if (!revision) return 'unknown';
  const autocommit = enclosing(node, 'WithStatement', (w) =>
    /\.autocommit_block\s*\(/.test(text.slice(w.from, w.getChild('Body')?.from ?? w.to)),
  );
  return autocommit ? 'none' : 'tool';
}

function enclosing(node: SyntaxNode, name: string, test: (node: SyntaxNode) => boolean): boolean {
  for (let parent = node.parent; parent; parent = parent.parent) if (parent.name === name && test(parent)) return true;
  return false;
}

function functionName(node: SyntaxNode, text: string): string {
  const name = node.getChild('VariableName');
  return name ? text.slice(name.from, name.to) : '';
}

/** The comment lines right above the Python statement that the call stands in. */
function hostOf(call: SyntaxNode, text: string, fileComments: string): Host {
  let statement = call;
  while (statement.parent && !/^(?:Body|Script)$/.test(statement.parent.name)) statement = statement.parent;
  const lineStart = text.lastIndexOf('\n', statement.from - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, statement.from))?.[0] ?? '';
  const comments: string[] = [];
  for (let end = lineStart; end > 0; ) {
    const start = text.lastIndexOf('\n', end - 2) + 1;
    const line = text.slice(start, end).trim();
    if (!line.startsWith('#')) break;
    comments.unshift(line);
    end = start;
  }
  return { comments: comments.join('\n'), fileComments, commentAt: lineStart, commentStart: `${indent}# ` };
}

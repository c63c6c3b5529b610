/** SQL in Python that no operation is known to run: strings given to `execute` and `text`, and those that a comment marks. */
import type { SyntaxNode } from '@lezer/common';
import type { Span } from '../../syntax/tokens.ts';
import type { Piece } from '../piece.ts';
import { hostOf } from './host.ts';
import { markedStrings } from './markedSql.ts';
import { literalsOf, type PythonText } from './pieces.ts';
import { stringValue } from './pythonString.ts';

/** A call of `execute` or `text`, with what the first argument begins with. */
const calls = /\b(execute|text)\s*\(\s*(?:[a-zA-Z]{0,2}("""|'''|"|'))?/g;

/**
 * SQL given as a string to `execute` or `text`.
 * @param isKnown whether the call or string that begins there is a piece already
 * @param downFrom where its backward part begins; null: it has none
 * @param within only there
 */
export function proseIn(
  file: PythonText,
  isKnown: (at: number) => boolean,
  downFrom: number | null,
  within: Span = { start: 0, end: file.text.length },
): Piece[] {
  const { text, tree } = file;
  const pieces: Piece[] = [];
  const seen = new Set<number>();
  for (const match of text.slice(within.start, within.end).matchAll(calls)) {
    const at = within.start + match.index;
    // most calls are known by the string that they are given, or by where they begin
    const start = nameStart(text, at);
    const string = at + match[0].length;
    if ((match[2] !== undefined && isKnown(string)) || isKnown(start)) continue;
    // as does the default of a column, `text("now()")`: its first word tells
    if (match[2] !== undefined && !text.startsWith('op.execute', start) && isOtherWord(text, string)) continue;
    let node: SyntaxNode | null = tree.resolveInner(at + (match[1] as string).length, -1);
    while (node && node.name !== 'CallExpression') node = node.parent;
    if (!node || seen.has(node.from) || isKnown(node.from)) continue;
    const literals = sqlArgument(node, text);
    const value = literals && stringValue(text, literals);
    if (!value || isKnown(value.offsets[0] as number) || !isStatement(value.text, node, text)) continue;
    seen.add(node.from);
    pieces.push({
      sql: file.sqlOf(value.text),
      map: value.map,
      wrapping: 'unknown',
      declared: true,
      begins: false,
      downFrom: downFrom ?? value.text.length,
      reviewed: downFrom !== null,
      conditional: true,
      uncertain: false,
      host: hostOf(file, { start: node.from, end: node.to }),
    });
  }
  return pieces;
}

/** Where a dotted name begins that goes on at that offset. */
function nameStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && nameCharacter.test(text[start - 1] as string)) start--;
  return start;
}

const nameCharacter = /[\w.]/;

/**
 * Strings that a comment says are SQL. What is given to `execute` or `text` is so besides, and may be for another database
 * where nobody says it is not.
 */
export function markedIn(file: PythonText): Piece[] {
  return markedStrings(file.text, file.tree).flatMap((node): Piece[] => {
    const value = stringValue(file.text, literalsOf(node));
    // a part of a statement is none that could be judged
    if (!value || !statementStart.test(value.text)) return [];
    return [
      {
        sql: file.sqlOf(value.text),
        map: value.map,
        wrapping: 'unknown',
        declared: true,
        begins: false,
        downFrom: value.text.length,
        reviewed: true,
        conditional: false,
        uncertain: false,
        host: hostOf(file, { start: node.from, end: node.to }),
      },
    ];
  });
}

/** `op.execute` runs its text; elsewhere `text("now()")` may be an expression, so it must begin as a statement does. */
function isStatement(sql: string, call: SyntaxNode, text: string): boolean {
  const callee = call.firstChild;
  const own = callee !== null && text.slice(callee.from, callee.to) === 'op.execute';
  return own ? sql.trim() !== '' : statementStart.test(sql);
}

/** Whether the string whose content begins there begins with a word, and no statement does. */
function isOtherWord(text: string, at: number): boolean {
  firstWord.lastIndex = at;
  const word = firstWord.exec(text)?.[0];
  return word !== undefined && !beginsStatement.test(word);
}

/** What goes on in another string, or with what is filled in, is not known to be a whole word. */
const firstWord = /[a-z_]\w*(?=[^\w"'\\{])/iy;

const words =
  'select|update|with|create|alter|drop|truncate|grant|revoke|set|do|call|vacuum|analyze|refresh|lock|explain|values';

const beginsStatement = new RegExp(`^(?:${words}|insert|delete|merge|comment)$`, 'i');

const statementStart = new RegExp(
  String.raw`^(?:\s|--[^\n]*\n|/\*[\s\S]*?\*/|\()*(?:${words}|insert\s+into|delete\s+from|merge\s+into|comment\s+on)\b`,
  'i',
);

/** The string literals given to `execute` or `text` as first argument; null when it is something else. */
function sqlArgument(call: SyntaxNode, text: string): { from: number; to: number }[] | null {
  const callee = call.firstChild;
  const name = callee && text.slice(callee.from, callee.to);
  if (!name || !/(?:^|\.)(?:execute|text)$/.test(name)) return null;
  let argument = call.getChild('ArgList')?.firstChild?.nextSibling ?? null;
  while (argument?.name === 'Comment') argument = argument.nextSibling;
  while (argument?.name === 'ParenthesizedExpression') argument = argument.firstChild?.nextSibling ?? null;
  if (!argument) return null;
  return /^(?:String|FormatString|ContinuedString)$/.test(argument.name) ? literalsOf(argument) : null;
}

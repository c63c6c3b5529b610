/** Reading definitions (CREATE TABLE, ALTER TABLE) token by token. */
import type { BrokenStatement } from '../brokenStatement.ts';

/** Index behind the parenthesis that opens at token `i`; `i` when none opens there. */
export function afterParentheses(broken: BrokenStatement, i: number): number {
  if (broken.tokens.word(i) !== '(') return i;
  let depth = 0;
  for (let k = i; k < broken.tokens.length; k++) {
    const word = broken.tokens.word(k);
    if (word === '(') depth++;
    else if (word === ')' && --depth === 0) return k + 1;
  }
  return broken.tokens.length;
}

/** The token that a column's definition begins with, given one inside it: behind the comma or parenthesis before it. */
export function columnOf(broken: BrokenStatement, inside: number): number {
  let depth = 0;
  for (let i = inside - 1; i > 0; i--) {
    const word = broken.tokens.word(i);
    if (word === ')') depth++;
    else if (word === '(' && depth-- === 0) return i + 1;
    else if (depth === 0 && (word === ',' || word === 'column')) return i + 1;
    else if (depth === 0 && word === 'add') return i + 1;
  }
  return 0;
}

/** Index behind the definition's last token: the comma, closing parenthesis or end that follows. */
export function definitionEnd(broken: BrokenStatement, inside: number): number {
  let depth = 0;
  for (let i = inside; i < broken.tokens.length; i++) {
    const word = broken.tokens.word(i);
    if (word === '(') depth++;
    else if (word === ')' && depth-- === 0) return i;
    else if (depth === 0 && word === ',') return i;
  }
  return broken.tokens.length;
}

/** The table's name as written in CREATE TABLE or ALTER TABLE; null in other statements. */
export function tableName(broken: BrokenStatement): string | null {
  const { tokens, text } = broken;
  if (!/^(?:create|alter)$/.test(tokens.word(0))) return null;
  const table = tokens.find(['table'], 0, 6);
  if (table < 0) return null;
  let i = table + 1;
  while (/^(?:if|not|exists|only)$/.test(tokens.word(i))) i++;
  return i < tokens.length ? text.slice(tokens.span(i).start, tokens.span(tokens.afterName(i) - 1).end) : null;
}

/** The text of tokens `first` to `last`. */
export const written = (broken: BrokenStatement, first: number, last: number): string =>
  broken.text.slice(broken.tokens.span(first).start, broken.tokens.span(last).end);

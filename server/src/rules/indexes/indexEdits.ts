/** Text edits on a CREATE INDEX that keep the rest as the author wrote it. */
import { insertAt } from '../edits.ts';
import type { Edit } from '../rule.ts';
import type { WrittenContext, WrittenIndex, WrittenKey } from './writtenIndex.ts';

/** Keywords in the case of the author's CREATE. */
export const inCaseOf = ({ tokens }: WrittenContext, keywords: string): string =>
  tokens.written(0) === tokens.word(0) ? keywords.toLowerCase() : keywords;

/** Takes out these tokens together with the white space behind them. */
export function withoutTokens({ tokens, text }: WrittenContext, first: number, last: number): Edit {
  const { start, end } = tokens.span(first, last);
  if (last + 1 < tokens.length) return { start, end: tokens.span(last + 1).start, newText: '' };
  return { start: text.slice(0, start).trimEnd().length, end, newText: '' };
}

export function withMethod(index: WrittenIndex, method: string, context: WrittenContext): Edit {
  const { tokens, text } = context;
  if (index.using) return { start: tokens.span(index.table.after + 1).start, end: index.using.end, newText: method };
  const { start } = tokens.span(index.open);
  const gap = /\s$/.test(text.slice(0, start)) ? '' : ' ';
  return insertAt(start, `${gap}${inCaseOf(context, 'USING')} ${method} `);
}

/** Without USING: a btree index. */
export const withoutMethod = (index: WrittenIndex, context: WrittenContext): Edit =>
  withoutTokens(context, index.table.after, index.table.after + 1);

/** Behind a key that has no operator class yet: the column's or expression's words, and COLLATE, come before it. */
export function withOperatorClass(key: WrittenKey, operatorClass: string, { tokens }: WrittenContext): Edit {
  let last = key.last;
  const word = (i: number): string => tokens.word(i);
  if (word(last) === 'first' || word(last) === 'last') last -= 2;
  if (last > key.first && (word(last) === 'asc' || word(last) === 'desc')) last--;
  return insertAt(tokens.span(last).end, ` ${operatorClass}`);
}

/** The first token of a key's ASC, DESC, NULLS FIRST, NULLS LAST; -1 when it has none. */
export function orderWords(key: WrittenKey, { tokens }: WrittenContext): number {
  let first = -1;
  let at = key.last;
  if (key.element.nulls_ordering !== 'SORTBY_NULLS_DEFAULT' && key.element.nulls_ordering) {
    first = at - 1;
    at -= 2;
  }
  if (key.element.ordering !== 'SORTBY_DEFAULT' && key.element.ordering) first = at;
  return tokens.word(first) === '' ? -1 : first;
}

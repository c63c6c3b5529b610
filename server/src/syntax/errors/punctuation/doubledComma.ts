/** `a,, b` and `(, a)`. */
import type { Recogniser } from '../mistake.ts';

export const doubledComma: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(at) !== ',') return null;
  const span = tokens.span(at);
  const doubled = tokens.word(at - 1) === ',';
  const first = tokens.word(at - 1) === '(' || tokens.word(at - 1) === 'select';
  if (!doubled && !first) return null;
  const space = first && broken.text[span.end] === ' ' ? 1 : 0;
  const edits = [{ start: span.start, end: span.end + space, newText: '' }];
  if (!broken.proves(edits)) return null;
  return {
    span,
    message: doubled
      ? 'Two commas in a row: an item is missing between them, or one is too many.'
      : 'A comma with nothing in front of it: an item is missing, or the comma is too many.',
    help: '',
    fixes: [{ title: 'Remove the comma', edits, safe: false }],
  };
};

/** `IN ()`. */
import { insert } from '../edits.ts';
import type { Recogniser } from '../mistake.ts';

export const emptyList: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(at) !== ')' || tokens.word(at - 1) !== '(') return null;
  const before = tokens.word(at - 2);
  if (before === 'in' && tokens.word(at - 3) !== 'values') {
    const edits = [insert(tokens.span(at).start, broken.keyword('NULL'))];
    if (!broken.proves(edits)) return null;
    return {
      span: tokens.span(at - 1, at),
      message: 'The list of IN is empty: it needs at least one value.',
      help: 'Where the list comes from a program, = ANY ($1) takes an array, also an empty one.',
      fixes: [{ title: 'Compare with NULL, which nothing is IN', edits, safe: false }],
    };
  }
  if (before !== 'values') return null;
  const edits = [{ ...tokens.span(at - 2, at), newText: broken.keyword('DEFAULT VALUES') }];
  if (!broken.parses(edits)) return null;
  return {
    span: tokens.span(at - 1, at),
    message: 'The list of VALUES is empty: a row of defaults is written DEFAULT VALUES.',
    help: '',
    fixes: [{ title: 'Replace by DEFAULT VALUES', edits, safe: false }],
  };
};

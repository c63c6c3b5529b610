/** `a NOT NULL int`: the type stands directly behind the name. */
import type { Recogniser } from '../mistake.ts';
import { afterParentheses, definitionEnd, written } from './words.ts';

export const typeFirst: Recogniser = (broken) => {
  const { tokens, at } = broken;
  const width =
    tokens.word(at) === 'not' && tokens.word(at + 1) === 'null'
      ? 2
      : tokens.word(at) === 'primary' && tokens.word(at + 1) === 'key'
        ? 2
        : /^(?:null|unique)$/.test(tokens.word(at))
          ? 1
          : 0;
  if (width === 0 || at < 2) return null;
  const type = at + width;
  const end = definitionEnd(broken, type);
  if (type >= end) return null;
  const oneWord = afterParentheses(broken, type + 1);
  for (const behind of new Set([oneWord, end])) {
    const newText = `${written(broken, type, behind - 1)} ${written(broken, at, type - 1)}`;
    const edits = [{ ...tokens.span(at, behind - 1), newText }];
    if (!broken.proves(edits)) continue;
    const words = written(broken, at, type - 1);
    return {
      span: tokens.span(at, type - 1),
      message: `${words} stands behind the column's type.`,
      help: '',
      fixes: [{ title: `Write ${newText}`, edits, safe: false }],
    };
  }
  return null;
};

/** MySQL's `INSERT INTO t SET a = 1`; `DELETE * FROM t`. */
import { remove } from '../edits.ts';
import type { Recogniser } from '../mistake.ts';

export const insertSet: Recogniser = (broken) => {
  const { text, tokens, at } = broken;
  if (tokens.word(0) !== 'insert' || tokens.word(at) !== 'set') return null;
  const ends = ['returning', 'on'].map((word) => tokens.findOutside([word], at)).filter((i) => i >= 0);
  const end = Math.min(tokens.length, ...ends);
  const columns: string[] = [];
  const values: string[] = [];
  for (const { first, last } of tokens.split(at + 1, end)) {
    const equals = tokens.all.findIndex((_, i) => i > first && i <= last && tokens.written(i) === '=');
    if (equals < 0 || equals === last) return null;
    columns.push(text.slice(tokens.span(first).start, tokens.span(equals - 1).end));
    values.push(text.slice(tokens.span(equals + 1).start, tokens.span(last).end));
  }
  if (columns.length === 0) return null;
  const newText = `(${columns.join(', ')}) ${broken.keyword('VALUES')} (${values.join(', ')})`;
  const edits = [{ ...tokens.span(at, end - 1), newText }];
  if (!broken.proves(edits)) return null;
  return {
    span: tokens.span(at),
    message: 'INSERT takes no SET: the columns stand in a list and their values behind VALUES.',
    help: '',
    fixes: [{ title: `Replace by (…) ${broken.keyword('VALUES')} (…)`, edits, safe: false }],
  };
};

export const deleteStar: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(at - 1) !== 'delete' || tokens.written(at) !== '*') return null;
  const edits = [remove(broken, at)];
  if (!broken.proves(edits)) return null;
  return {
    span: tokens.span(at),
    message: 'DELETE removes whole rows and names no columns.',
    help: '',
    fixes: [{ title: 'Remove the *', edits, safe: false }],
  };
};

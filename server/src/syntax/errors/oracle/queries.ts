/** Oracle's `(+)`, `MINUS` and `CONNECT BY`. */
import { replace } from '../edits.ts';
import type { Recogniser } from '../mistake.ts';

export const outerJoinMark: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(at) !== ')' || tokens.written(at - 1) !== '+' || tokens.word(at - 2) !== '(') return null;
  return {
    span: tokens.span(at - 2, at),
    message: '(+) is Oracle’s mark of an outer join: in Postgres it is written LEFT JOIN … ON.',
    help: 'The table of the side with the (+) is the one that stands behind LEFT JOIN.',
    fixes: [],
  };
};

export const minus: Recogniser = (broken) => {
  const { tokens, at } = broken;
  const place = [at, at - 1, at - 2].find((i) => tokens.word(i) === 'minus');
  if (place === undefined) return null;
  const newText = broken.keyword('EXCEPT');
  const edits = [replace(tokens.span(place), newText)];
  if (!broken.proves(edits)) return null;
  return {
    span: tokens.span(place),
    message: 'MINUS is called EXCEPT in Postgres, as in the SQL standard.',
    help: '',
    fixes: [{ title: `Replace by ${newText}`, edits, safe: true }],
  };
};

export const connectBy: Recogniser = (broken) => {
  const { tokens, at } = broken;
  const isStart = tokens.word(at - 1) === 'start' && tokens.word(at) === 'with';
  const isConnect = tokens.word(at - 1) === 'connect' && tokens.word(at) === 'by';
  if ((!isStart || tokens.find(['connect', 'by'], at) < 0) && !isConnect) return null;
  return {
    span: tokens.span(at - 1, at),
    message: 'CONNECT BY is Oracle’s: Postgres walks a tree by WITH RECURSIVE.',
    help: 'The rows of START WITH come first, UNION ALL adds those that join to the rows found before.',
    fixes: [],
  };
};

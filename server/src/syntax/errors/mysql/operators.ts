/** MySQL's operators that are words: DIV, MOD, XOR, REGEXP, RLIKE; `INTERVAL 1 DAY`; `GROUP_CONCAT(… SEPARATOR ',')`. */
import { afterParentheses, written } from '../definitions/words.ts';
import { replace } from '../edits.ts';
import type { Mistake, Recogniser } from '../mistake.ts';

const operators = new Map([
  ['div', '/'],
  ['mod', '%'],
  ['xor', '<>'],
  ['regexp', '~'],
  ['rlike', '~'],
]);

export const wordOperator: Recogniser = (broken) => {
  const { tokens, at } = broken;
  const place = [at, at - 1].find((i) => i > 0 && operators.has(tokens.word(i)));
  if (place === undefined) return null;
  const newText = operators.get(tokens.word(place)) as string;
  const edits = [replace(tokens.span(place), newText)];
  if (!broken.proves(edits)) return null;
  const help: Readonly<Record<string, string>> = {
    div: 'Between integers, / cuts off what is behind the point.',
    xor: 'Between booleans, <> is true when just one of them is; both sides may need parentheses.',
  };
  return {
    span: tokens.span(place),
    message: `${tokens.written(place)} is no operator of Postgres, which writes ${newText}.`,
    help: help[tokens.word(place)] ?? '',
    fixes: [{ title: `Replace by ${newText}`, edits, safe: false }],
  };
};

export const intervalUnit: Recogniser = (broken) => {
  const { tokens, at } = broken;
  const place = [at, at - 1, at - 2].find((i) => tokens.word(i) === 'interval');
  if (place === undefined || tokens.all[place + 1]?.kind !== 'number') return null;
  if (!/^(?:microsecond|second|minute|hour|day|week|month|year)s?$/.test(tokens.word(place + 2))) return null;
  const span = tokens.span(place + 1, place + 2);
  const newText = `'${written(broken, place + 1, place + 2)}'`;
  const edits = [replace(span, newText)];
  if (!broken.proves(edits)) return null;
  return {
    span,
    message: `An interval stands in quotes: ${tokens.written(place)} ${newText}.`,
    help: '',
    fixes: [{ title: `Write ${newText}`, edits, safe: false }],
  };
};

export const groupConcat: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(at) !== 'separator' || tokens.all[at + 1]?.kind !== 'string') return null;
  let open = at;
  while (open > 0 && tokens.word(open - 1) !== 'group_concat') open--;
  const close = afterParentheses(broken, open) - 1;
  if (open === 0 || close !== at + 2) return null;
  const order = tokens.findOutside(['order', 'by'], open + 1, at);
  const value = written(broken, open + 1, (order < 0 ? at : order) - 1);
  const sorting = order < 0 ? '' : ` ${written(broken, order, at - 1)}`;
  const newText = `string_agg(${value}, ${tokens.written(at + 1)}${sorting})`;
  const span = tokens.span(open - 1, close);
  const edits = [replace(span, newText)];
  const mistake: Mistake = {
    span: tokens.span(at),
    message: 'GROUP_CONCAT … SEPARATOR is called string_agg in Postgres.',
    help: 'Its values are text: others are cast with ::text.',
    fixes: [{ title: `Replace by ${newText}`, edits, safe: false }],
  };
  return broken.proves(edits) ? mistake : null;
};

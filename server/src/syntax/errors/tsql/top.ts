/** SQL Server's `SELECT TOP 5 …`. */
import type { Recogniser } from '../mistake.ts';

export const top: Recogniser = (broken) => {
  const { text, tokens, at } = broken;
  let place = Math.min(at, tokens.length - 1);
  while (place > 0 && !(tokens.word(place) === 'top' && /^(?:select|distinct|all)$/.test(tokens.word(place - 1))))
    place--;
  if (place === 0) return null;
  const bracketed = tokens.word(place + 1) === '(';
  const last = bracketed ? tokens.all.findIndex((_, i) => i > place && tokens.word(i) === ')') : place + 1;
  const count =
    last < 0 ? '' : text.slice(tokens.span(place + 1).start, tokens.span(last).end).replace(/^\(\s*|\s*\)$/g, '');
  if (!/^(?:\d+|\$\d+|[:@]?\w+)$/.test(count)) return null;
  // to the end of its own SELECT
  let end = last + 1;
  for (let depth = 0; end < tokens.length; end++) {
    const word = tokens.word(end);
    if (word === '(') depth++;
    else if (word === ')' && depth-- === 0) break;
    else if (depth === 0 && /^(?:union|except|intersect|offset|for)$/.test(word)) break;
  }
  const { start } = tokens.span(place);
  const edits = [
    { start, end: tokens.span(last + 1).start, newText: '' },
    { start: tokens.span(end - 1).end, end: tokens.span(end - 1).end, newText: ` ${broken.keyword('LIMIT')} ${count}` },
  ];
  if (last + 1 >= tokens.length || !broken.comesFurther(edits)) return null;
  return {
    span: { start, end: tokens.span(last).end },
    message: 'TOP is SQL Server’s: in Postgres LIMIT stands at the end of the SELECT.',
    help: '',
    fixes: [{ title: `Use ${broken.keyword('LIMIT')} ${count}`, edits, safe: false }],
  };
};

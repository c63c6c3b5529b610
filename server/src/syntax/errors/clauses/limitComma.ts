/** MySQL's `LIMIT skip, count`. */
import type { Recogniser } from '../mistake.ts';

export const limitComma: Recogniser = (broken) => {
  const { text, tokens, at } = broken;
  if (tokens.word(at) !== 'limit') return null;
  let comma = -1;
  let end = at + 1;
  for (let depth = 0; end < tokens.length; end++) {
    const word = tokens.word(end);
    if (word === '(') depth++;
    else if (word === ')' && depth-- === 0) break;
    else if (depth === 0 && word === ',' && comma < 0) comma = end;
    else if (depth === 0 && /^(?:for|union|except|intersect|into|returning)$/.test(word)) break;
  }
  if (comma <= at + 1 || comma === end - 1) return null;
  const span = tokens.span(at, end - 1);
  const written = (first: number, last: number): string => text.slice(tokens.span(first).start, tokens.span(last).end);
  const skip = written(at + 1, comma - 1);
  const count = written(comma + 1, end - 1);
  const newText = `${tokens.written(at)} ${count} ${broken.keyword('OFFSET')} ${skip}`;
  const edits = [{ ...span, newText }];
  if (!broken.proves(edits)) return null;
  return {
    span,
    message: `Postgres has no LIMIT with two numbers: the rows to skip stand behind OFFSET.`,
    help: `In MySQL, LIMIT ${skip}, ${count} skips ${skip} and returns ${count}.`,
    fixes: [{ title: `Replace by ${newText}`, edits, safe: true }],
  };
};

/** `UPDATE … LIMIT 1` and `DELETE … ORDER BY … LIMIT 1`, which MySQL has. */
export const noLimit: Recogniser = (broken) => {
  const { tokens, at } = broken;
  const verb = tokens.word(0);
  if (!/^(?:update|delete)$/.test(verb) || !/^(?:limit|order)$/.test(tokens.word(at))) return null;
  // inside parentheses it belongs to a query
  const outside = tokens.findOutside([tokens.word(at)]) === at;
  const without = { start: broken.endBefore, end: broken.end, newText: '' };
  if (!outside || !broken.parses([without])) return null;
  const clause = tokens.word(at) === 'limit' ? 'LIMIT' : 'ORDER BY';
  return {
    span: tokens.span(at, clause === 'LIMIT' ? at : at + 1),
    message: `${verb.toUpperCase()} takes no ${clause} in Postgres.`,
    help: 'WHERE id IN (SELECT id … ORDER BY … LIMIT …) chooses the rows; with FOR UPDATE SKIP LOCKED several sessions can share the work.',
    fixes: [],
  };
};

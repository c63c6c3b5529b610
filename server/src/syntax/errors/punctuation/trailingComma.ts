/** `(a int, b int,)`, `SELECT a, b, FROM t`, `VALUES (1), ;` */
import type { BrokenStatement } from '../brokenStatement.ts';
import type { Mistake, Recogniser } from '../mistake.ts';

/** Words that begin the next clause, so that a list cannot go on with them. */
const nextClause =
  /^(?:from|where|group|having|order|limit|offset|union|except|intersect|into|values|returning|on|set|select|for|fetch|window|using|as|insert|update|delete|inherits|with|tablespace|when)$/;

export const trailingComma: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(at) === ',') return outsideOfList(broken);
  const next = tokens.word(at);
  if (tokens.word(at - 1) !== ',' || !(broken.atEnd || next === ')' || nextClause.test(next))) return null;
  const comma = tokens.span(at - 1);
  const edits = [{ ...comma, newText: '' }];
  if (!(broken.atEnd ? broken.parses(edits) : broken.proves(edits))) return null;
  const what = next === ')' ? 'the parenthesis closes' : `${tokens.written(at)} begins`;
  return {
    span: comma,
    message: broken.atEnd
      ? 'The statement ends behind this comma: an item is missing, or the comma is too many.'
      : `A comma too many: ${what} behind it, and no other item follows.`,
    help: '',
    fixes: [{ title: 'Remove the comma', edits, safe: false }],
  };
};

/** `WHERE a = 1, ORDER BY b`: a comma where there is no list at all. */
function outsideOfList(broken: BrokenStatement): Mistake | null {
  const { tokens, at } = broken;
  const next = tokens.word(at + 1);
  if (at + 1 < tokens.length && !nextClause.test(next)) return null;
  const comma = tokens.span(at);
  const edits = [{ ...comma, newText: '' }];
  if (!(at + 1 < tokens.length ? broken.proves(edits) : broken.parses(edits))) return null;
  return {
    span: comma,
    message: 'A comma too many: there is no list here.',
    help: '',
    fixes: [{ title: 'Remove the comma', edits, safe: false }],
  };
}

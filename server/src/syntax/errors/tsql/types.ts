/** `varchar(max)`; the hint `WITH (NOLOCK)`. */
import { remove } from '../edits.ts';
import type { Recogniser } from '../mistake.ts';

/** `PRIMARY KEY CLUSTERED (…)`. */
export const clustered: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (!/^(?:non)?clustered$/.test(tokens.word(at))) return null;
  const edits = [remove(broken, at)];
  if (!broken.comesFurther(edits)) return null;
  return {
    span: tokens.span(at),
    message: `${tokens.written(at)} is SQL Server’s: Postgres keeps a table and its indexes apart.`,
    help: 'CLUSTER orders a table by an index, once.',
    fixes: [{ title: `Remove ${tokens.written(at)}`, edits, safe: false }],
  };
};

export const maxLength: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(at) !== 'max' || tokens.word(at - 1) !== '(' || tokens.word(at + 1) !== ')') return null;
  const span = tokens.span(at - 2, at + 1);
  const edits = [{ ...span, newText: 'text' }];
  if (!broken.proves(edits)) return null;
  return {
    span,
    message: 'Postgres has no (max): the type for text of any length is text.',
    help: '',
    fixes: [{ title: 'Replace by text', edits, safe: false }],
  };
};

const hints = /^(?:nolock|readuncommitted|updlock|rowlock|holdlock|tablock|tablockx|readpast)$/;

export const tableHint: Recogniser = (broken) => {
  const { tokens, at } = broken;
  const open = [at, at + 1, at - 1].find((i) => tokens.word(i) === '(' && hints.test(tokens.word(i + 1))) ?? -1;
  if (open < 0) return null;
  if (tokens.word(open + 2) !== ')') return null;
  const first = tokens.word(open - 1) === 'with' ? open - 1 : open;
  const edits = [remove(broken, first, open + 2)];
  if (!broken.proves(edits)) return null;
  return {
    span: tokens.span(first, open + 2),
    message: 'Postgres has no table hints.',
    help: 'FOR UPDATE and FOR SHARE, at the end of the SELECT, lock the rows that are read.',
    fixes: [{ title: 'Remove the hint', edits, safe: false }],
  };
};

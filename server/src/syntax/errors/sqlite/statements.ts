/** SQLite's `WITHOUT ROWID` and `PRAGMA`. */
import { remove } from '../edits.ts';
import type { Recogniser } from '../mistake.ts';

export const withoutRowid: Recogniser = (broken) => {
  const { tokens, at } = broken;
  const place = tokens.word(at) === 'rowid' ? at : at + 1;
  if (tokens.word(place) !== 'rowid' || tokens.word(place - 1) !== 'without') return null;
  const edits = [remove(broken, place - 1, place)];
  if (!broken.proves(edits)) return null;
  return {
    span: tokens.span(place - 1, place),
    message: 'WITHOUT ROWID is SQLite’s: a table of Postgres has no rowid.',
    help: '',
    fixes: [{ title: 'Remove WITHOUT ROWID', edits, safe: false }],
  };
};

export const pragma: Recogniser = (broken) => {
  if (broken.at !== 0 || broken.tokens.word(0) !== 'pragma') return null;
  return {
    span: broken.tokens.span(0),
    message: 'PRAGMA is SQLite’s: Postgres has SET for its settings.',
    help: '',
    fixes: [],
  };
};

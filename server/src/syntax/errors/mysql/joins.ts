/** `UPDATE t JOIN u … SET`, `DELETE t FROM t JOIN u …`, `DROP INDEX i ON t`. */
import { remove } from '../edits.ts';
import type { Recogniser } from '../mistake.ts';

export const joinedWrite: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (
    tokens.word(0) === 'update' &&
    /^(?:join|inner|left|right|cross)$/.test(tokens.word(at)) &&
    tokens.findOutside(['set']) > at
  )
    return {
      span: tokens.span(at),
      message: 'UPDATE takes no JOIN in front of SET: the other tables stand in FROM, behind SET.',
      help: 'UPDATE t SET … FROM u WHERE u.id = t.u_id',
      fixes: [],
    };
  if (
    tokens.word(0) === 'delete' &&
    at === 1 &&
    tokens.all[1]?.kind !== 'operator' &&
    tokens.findOutside(['from']) > at
  )
    return {
      span: tokens.span(at),
      message: 'DELETE names its table behind FROM only: other tables stand in USING.',
      help: 'DELETE FROM t USING u WHERE u.id = t.u_id',
      fixes: [],
    };
  return null;
};

export const dropIndexOn: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(0) !== 'drop' || tokens.word(1) !== 'index' || tokens.word(at) !== 'on') return null;
  const edits = [remove(broken, at, tokens.afterName(at + 1) - 1)];
  if (!broken.proves(edits)) return null;
  return {
    span: tokens.span(at),
    message: 'DROP INDEX names no table: an index’s name is its own in its schema.',
    help: '',
    fixes: [{ title: `Remove ${tokens.written(at)} …`, edits, safe: false }],
  };
};

/** `ADD CONSTRAINT UNIQUE (a)`: the name is missing. */
import { remove } from '../edits.ts';
import type { Recogniser } from '../mistake.ts';

export const constraintName: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(at - 1) !== 'constraint' || !/^(?:unique|check|primary|foreign|exclude)$/.test(tokens.word(at)))
    return null;
  const edits = [remove(broken, at - 1)];
  if (!broken.proves(edits)) return null;
  return {
    span: tokens.span(at - 1),
    message: `A constraint's name is missing between ${tokens.written(at - 1)} and ${tokens.written(at)}.`,
    help: 'Without the word CONSTRAINT, Postgres chooses a name.',
    fixes: [{ title: `Remove ${tokens.written(at - 1)}: Postgres names it`, edits, safe: false }],
  };
};

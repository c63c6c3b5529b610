/** `CREATE INDEX ON name t (a)`: the words in the wrong order; `CREATE INDEX IF NOT EXISTS ON t (a)`: no name. */
import type { Recogniser } from '../mistake.ts';

export const indexName: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(0) !== 'create' || tokens.find(['index'], 0, 4) < 0) return null;
  if (tokens.word(at) === 'on' && tokens.word(at - 1) === 'exists')
    return {
      span: tokens.span(at - 3, at - 1),
      message: 'With IF NOT EXISTS an index needs a name: by it Postgres tells whether it exists.',
      help: '',
      fixes: broken.proven([
        {
          title: 'Remove IF NOT EXISTS',
          edits: [{ start: tokens.span(at - 3).start, end: tokens.span(at).start, newText: '' }],
          safe: false,
        },
      ]),
    };
  if (tokens.word(at - 2) !== 'on') return null;
  const name = tokens.written(at - 1);
  const span = tokens.span(at - 2, at - 1);
  const newText = `${name} ${tokens.written(at - 2)}`;
  const edits = [{ ...span, newText }];
  if (!broken.proves(edits)) return null;
  return {
    span,
    message: `The index's name stands in front of ON: ${newText}.`,
    help: '',
    fixes: [{ title: `Replace by ${newText}`, edits, safe: false }],
  };
};

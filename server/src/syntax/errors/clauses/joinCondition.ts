/** `FROM t JOIN u WHERE …`: a join without ON or USING. */
import { insert } from '../edits.ts';
import type { Recogniser } from '../mistake.ts';

export const joinCondition: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (
    !broken.atEnd &&
    !/^(?:where|group|order|limit|having|join|left|right|inner|full|returning|set|\))$/.test(tokens.word(at))
  )
    return null;
  let join = at - 1;
  while (join > 0 && !/^(?:join|on|using|where|from|select)$/.test(tokens.word(join))) join--;
  // its condition must be missing here, and nothing else
  if (tokens.word(join) !== 'join' || join === at - 1 || !broken.proves([insert(broken.endBefore, ' ON true')]))
    return null;
  const table = broken.text.slice(tokens.span(join + 1).start, broken.endBefore).replace(/\s+/g, ' ');
  const shown = table.length > 40 ? `${table.slice(0, 39)}…` : table;
  return {
    span: broken.atEnd ? tokens.span(at - 1) : tokens.span(at),
    message: `This join has no condition: ON or USING must follow ${shown}.`,
    help: 'A join of every row with every row is a CROSS JOIN.',
    fixes: [],
    related: [{ span: tokens.span(join), message: 'The join begins here.' }],
  };
};

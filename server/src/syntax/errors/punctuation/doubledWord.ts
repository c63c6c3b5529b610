/** `FROM FROM t`, `WHERE a = b b`: a word that stands there twice. */
import { remove } from '../edits.ts';
import type { Recogniser } from '../mistake.ts';

export const doubledWord: Recogniser = (broken) => {
  const { tokens, at } = broken;
  // `o o.id` reads as a name and its alias until the dot comes
  for (const place of [at, at - 1]) {
    const token = tokens.all[place];
    const written = tokens.written(place);
    if (place < 1 || !token || !/^(?:word|identifier|parameter|number)$/.test(token.kind)) continue;
    if (written.toLowerCase() !== tokens.written(place - 1).toLowerCase()) continue;
    const edits = [remove(broken, place)];
    if (!broken.proves(edits, 2)) continue;
    return {
      span: token,
      message: `${written.length > 40 ? 'This' : written} is written twice.`,
      help: '',
      fixes: [{ title: 'Remove the second one', edits, safe: false }],
    };
  }
  return null;
};

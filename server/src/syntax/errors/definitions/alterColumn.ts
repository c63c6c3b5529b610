/** `ALTER c TYPE int NOT NULL`, `ALTER c int`, `ALTER c NOT NULL`, `ALTER c DEFAULT 1`. */
import { insert } from '../edits.ts';
import type { Edit, Recogniser } from '../mistake.ts';
import { definitionEnd, written } from './words.ts';

export const alterColumn: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(0) !== 'alter' || tokens.word(1) !== 'table') return null;
  let alter = at - 1;
  while (alter > 2 && tokens.word(alter) !== 'alter') alter--;
  if (alter <= 2 || definitionEnd(broken, alter) < at) return null;
  const column = tokens.word(alter + 1) === 'column' ? alter + 2 : alter + 1;
  const again = `${written(broken, alter, column)} `;
  if (at === column + 1) return wordMissing();
  const type = tokens.word(column + 1) === 'set' ? column + 3 : column + 2;
  return tokens.word(type - 1) === 'type' ? moreThanType() : null;

  function wordMissing(): ReturnType<Recogniser> {
    const property = /^(?:not|null|default)$/.test(tokens.word(at));
    const word = broken.keyword(property ? 'SET' : 'TYPE');
    const edits = [insert(tokens.span(at).start, `${word} `)];
    if (tokens.word(at) === 'null' || !broken.proves(edits)) return null;
    const next = tokens.written(at);
    return {
      span: tokens.span(at),
      message: `${word} is missing in front of ${next}: a column is altered by ${property ? 'SET NOT NULL or SET DEFAULT' : 'TYPE'}.`,
      help: '',
      fixes: [{ title: `Add ${word}`, edits, safe: false }],
    };
  }

  /** The type is changed by one action, NOT NULL and DEFAULT by others. */
  function moreThanType(): ReturnType<Recogniser> {
    const edits: Edit[] = [];
    let i = at;
    const end = definitionEnd(broken, at);
    while (i < end) {
      const before = tokens.span(i - 1).end;
      const word = tokens.word(i);
      if (word === 'not' && tokens.word(i + 1) === 'null') {
        edits.push({
          start: before,
          end: tokens.span(i + 1).end,
          newText: `, ${again}${broken.keyword('SET NOT NULL')}`,
        });
        i += 2;
      } else if (word === 'null') {
        edits.push({ start: before, end: tokens.span(i).end, newText: `, ${again}${broken.keyword('DROP NOT NULL')}` });
        i++;
      } else if (word === 'default') {
        let last = i + 1;
        while (last + 1 < end && !/^(?:not|null)$/.test(tokens.word(last + 1))) last++;
        const newText = `, ${again}${broken.keyword('SET')} ${written(broken, i, Math.min(last, end - 1))}`;
        edits.push({ start: before, end: tokens.span(Math.min(last, end - 1)).end, newText });
        i = last + 1;
      } else return null;
    }
    if (edits.length === 0 || !broken.proves(edits)) return null;
    return {
      span: tokens.span(at, end - 1),
      message: `TYPE changes the type only: ${written(broken, at, end - 1)} needs an action of its own.`,
      help: '',
      fixes: [{ title: `Write it as ${again.trim()} …`, edits, safe: false }],
    };
  }
};

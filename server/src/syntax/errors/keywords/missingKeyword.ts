/** `INSERT t VALUES`, `GROUP a`, `CREATE INDEX i t (a)`: one small word is missing. */
import { insertWord } from '../edits.ts';
import type { Mend, Recogniser } from '../mistake.ts';

/** By how often they are forgotten. */
const words = 'ON|SET|TO|AS|END|THEN|JOIN|FROM|IN SCHEMA|EXECUTE FUNCTION|USING'.split('|');
/** Words behind which one other word is sure to be meant. */
const wanted: Readonly<Record<string, readonly string[]>> = {
  group: ['BY'],
  order: ['BY'],
  partition: ['BY', 'OF'],
  insert: ['INTO'],
  delete: ['FROM'],
  primary: ['KEY'],
  foreign: ['KEY'],
  set: ['DATA'],
};

export const missingKeyword: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (at === 0 || broken.atEnd || tokens.word(at - 1) === '.') return null;
  const fixes: Mend[] = [];
  let place = at;
  for (const word of wanted[tokens.word(at - 1)] ?? words) {
    // SET is missed only at the = behind the column's name
    place = word === 'SET' && tokens.word(0) === 'update' ? at - 1 : at;
    if (place === 0 || word.toLowerCase() === tokens.word(place - 1)) continue;
    const edits = [insertWord(broken, place, broken.keyword(word))];
    if (!broken.parses(edits)) continue;
    // where any name would do, it is not this word that is missing
    if (broken.parses([insertWord(broken, place, 'zz_zz')])) continue;
    fixes.push({ title: `Add ${broken.keyword(word)}`, edits, safe: false });
    if (fixes.length > 1) return null; // which of them, only the author knows
    if (word === 'SET') break;
  }
  const fix = fixes[0];
  if (!fix) return null;
  const behind = tokens.all.findIndex((t) => t.start >= (fix.edits[0]?.start ?? 0));
  return {
    span: tokens.span(behind),
    message: `${fix.title.slice(4)} is missing between ${short(tokens.written(behind - 1))} and ${short(tokens.written(behind))}.`,
    help: '',
    fixes,
  };
};

/** `WHERE a = 1 b = 2`, `BETWEEN 1 2`. */
export const missingCondition: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (at === 0 || broken.atEnd) return null;
  for (const place of [at, at - 1]) {
    if (place < 1 || /^[(,.]$/.test(tokens.word(place - 1)) || !inCondition(place)) continue;
    const fixes: Mend[] = ['AND', 'OR']
      .map((word) => ({
        title: `Add ${broken.keyword(word)}`,
        edits: [insertWord(broken, place, broken.keyword(word))],
        safe: false,
      }))
      .filter((mend) => broken.parses(mend.edits));
    if (fixes.length === 0) continue;
    const what = fixes.map((fix) => fix.title.slice(4)).join(' or ');
    return {
      span: tokens.span(place),
      message:
        fixes.length === 1
          ? `${what} is missing between ${short(tokens.written(place - 1))} and ${short(tokens.written(place))}.`
          : `Unexpected ${short(tokens.written(place))}: ${what} may be missing in front of it.`,
      help: '',
      fixes,
    };
  }
  return null;

  function inCondition(place: number): boolean {
    if (tokens.all[place - 1]?.end === tokens.all[place]?.start) return false;
    let depth = 0;
    for (let i = place - 1; i >= 0; i--) {
      if (tokens.word(i) === ')') depth++;
      // the items of a list
      if (
        tokens.word(i) === '(' &&
        depth-- === 0 &&
        /^\w/.test(tokens.word(i - 1)) &&
        !logical.test(tokens.word(i - 1))
      )
        return false;
      if (/^(?:where|on|having|when|between|check|using)$/.test(tokens.word(i))) return true;
      if (/^(?:select|from|by|set|values|returning|then|else|limit|join|into)$/.test(tokens.word(i))) return false;
    }
    return false;
  }
};

const logical = /^(?:and|or|not|where|on|when|having|check|using)$/;

const short = (text: string): string => (text.length > 30 ? `${text.slice(0, 29)}…` : text);

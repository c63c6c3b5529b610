/** What the grammar would have taken at the error, in words. */
import { parse as parseDml } from 'pgsql-ast-parser';
import type { BrokenStatement } from './../brokenStatement.ts';

/** Samples of what can stand there, by what they are called. `null` is the end of the statement. */
const kinds: readonly (readonly [string, string])[] = [
  ['a comma', ','],
  ['a closing parenthesis', ')'],
  ['an opening parenthesis', '('],
];
const names: readonly (readonly [string, string])[] = [
  ['a name', 'zz_zz'],
  ['a number', '1'],
  ['a string', "'x'"],
];
/** Tried in statements that pgsql-ast-parser does not know. */
const common =
  'TABLE|INDEX|VIEW|FUNCTION|SCHEMA|ON|TO|FROM|AS|SET|USING|WITH|FOR|INTO|NOT|ADD|ALTER|DROP|EXECUTE|RETURNS|LANGUAGE|BEFORE|AFTER|TYPE|SELECT|VALUES|WHERE'.split(
    '|',
  );
const maxListed = 5;
/** pgsql-ast-parser takes some 4 µs a character, and more on long lists. */
const maxReadByDml = 2_000;

/**
 * What could stand in the place of the error, at most five entries, each tried on the grammar; empty when it is too much
 * to be helpful, or not known.
 */
export function expectedAt(broken: BrokenStatement): string[] {
  const place = broken.atEnd ? broken.end : broken.spanOf(broken.at).start;
  const dml = expectedInDml(broken, place);
  const punctuation = kinds.filter(([, sample]) => broken.takes(place, sample)).map(([name]) => name);
  // an expression can begin here: any value is possible, and a list of its beginnings helps nobody
  const value = broken.takes(place, "'x'") && broken.takes(place, '1') && broken.takes(place, 'zz_zz');
  if (value) return punctuation.includes('a closing parenthesis') ? ['a value', 'a closing parenthesis'] : ['a value'];
  const literals = names.filter(([, sample]) => broken.takes(place, sample)).map(([name]) => name);
  const tried = dml ?? common;
  const keywords = tried.slice(0, Math.min(tried.length, broken.patience)).filter((word) => broken.takes(place, word));
  const end = !broken.atEnd && endsAt(broken, place) ? ['the end of the statement'] : [];
  // a name is taken where every unreserved keyword is: then the keywords say little
  const list = [...literals, ...keywords, ...punctuation, ...end];
  return list.length > maxListed + 3 ? [] : grouped(literals, keywords, punctuation, end);
}

function grouped(literals: string[], keywords: string[], punctuation: string[], end: string[]): string[] {
  const room = Math.max(1, maxListed - literals.length - punctuation.length - end.length);
  const shown = keywords.length > room ? keywords.slice(0, room) : keywords;
  return [...literals, ...shown, ...punctuation, ...end].slice(0, maxListed + 1);
}

const endsAt = (broken: BrokenStatement, place: number): boolean =>
  broken.parses([{ start: place, end: broken.end, newText: '' }]);

/** Keywords that pgsql-ast-parser would take; null where it does not know the statement or stops elsewhere. */
function expectedInDml(broken: BrokenStatement, place: number): string[] | null {
  if (!/^(?:select|insert|update|delete|with|values)$/.test(broken.tokens.word(0))) return null;
  if (place - broken.start > maxReadByDml) return null;
  const token = broken.atEnd ? ';' : broken.tokens.written(broken.at);
  const read = `${broken.text.slice(broken.start, place)} ${token}`;
  try {
    parseDml(read);
  } catch (error) {
    const { token: stopped, message } = error as { token?: { offset?: number }; message?: string };
    if (stopped?.offset !== place - broken.start + 1 || !message) return null;
    const listed = [...message.matchAll(/A "kw_(\w+)" token/g)].map((m) => (m[1] as string).toUpperCase());
    return [...new Set(listed)].map((word) => (/^(?:GROUP|ORDER)$/.test(word) ? `${word} BY` : word));
  }
  return null;
}

/** "a, b or c" */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}

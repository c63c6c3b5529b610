/** What is said when no mistake is known for certain: what stands there, and what could. */
import type { BrokenStatement } from './brokenStatement.ts';
import { expectedAt, inWords } from './clauses/expected.ts';
import type { Mistake } from './mistake.ts';

export function unexplained(broken: BrokenStatement): Mistake {
  const { text, tokens, at, message } = broken;
  const last = Math.max(0, tokens.length - 1);
  const token = tokens.all[broken.atEnd ? last : at];
  // at the end of input there is no token: the last one is where the reader looks
  const span = token
    ? { start: token.start, end: firstLineEnd(text, token) }
    : { start: broken.start, end: broken.end };
  const plain = { span, message: asSentence(message), help: '', fixes: [] };
  if (!message.startsWith('syntax error')) return plain;
  if (broken.atEnd) return { ...plain, message: unfinished(broken) };
  if (at === 0) return { ...plain, message: `No statement begins with ${short(tokens.written(at))}.` };
  const expected = inWords(expectedAt(broken));
  if (expected === '') return plain;
  return { ...plain, message: `Unexpected ${short(tokens.written(at))}: ${expected}.` };
}

/** By the word that the statement ends with: what it asks for, and an example that the grammar is asked about. */
const wanted: readonly (readonly [RegExp, string, string])[] = [
  [/^(?:from|join|into|update|table)$/, 'the name of a table', 'zz_zz'],
  [/^(?:where|having|on|and|or|when)$/, 'a condition', 'true'],
  [/^(?:by|select|returning|limit|offset|then|else|case|default|in|between|like|ilike)$/, 'a value', '1'],
  [/^(?:set|\.)$/, 'a name', 'zz_zz'],
  [/^(?:not|is)$/, 'the rest of the condition', 'null'],
];

function unfinished(broken: BrokenStatement): string {
  const last = broken.tokens.length - 1;
  const word = broken.tokens.word(last);
  const written = word === '.' ? 'the dot' : short(broken.tokens.written(last));
  for (const [pattern, what, example] of wanted)
    if (pattern.test(word) && broken.takes(broken.end, example))
      return `The statement ends here: ${what} must follow ${written}.`;
  if (broken.tokens.all[last]?.kind === 'operator' && broken.takes(broken.end, '1'))
    return `The statement ends here: a value must follow ${written}.`;
  const expected = inWords(expectedAt(broken));
  return expected
    ? `The statement ends here: ${expected} behind ${written}.`
    : `The statement is not complete: more must follow ${written}.`;
}

const asSentence = (message: string): string => {
  const sentence = message.slice(0, 1).toUpperCase() + message.slice(1);
  return sentence.length > 300 ? `${sentence.slice(0, 299)}…` : sentence;
};

function short(written: string): string {
  const line = written.split(/[\r\n]/, 1)[0] ?? '';
  return line.length > 40 || line.length < written.length ? `${line.slice(0, 39)}…` : line;
}

function firstLineEnd(text: string, token: { start: number; end: number }): number {
  const line = text.slice(token.start, token.end).search(/[\r\n]/);
  return line < 0 ? token.end : token.start + line;
}

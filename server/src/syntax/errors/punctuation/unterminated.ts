/** A string, quoted name, dollar quote or comment that never ends. */
import { insert } from '../edits.ts';
import type { Recogniser } from '../mistake.ts';

const kinds: readonly (readonly [RegExp, string])[] = [
  [/^unterminated quoted identifier/, 'quoted name'],
  [/^unterminated dollar-quoted string/, 'dollar-quoted string'],
  [/^unterminated \/\* comment/, 'comment'],
  [/^unterminated (?:quoted|bit|hexadecimal)/, 'string'],
];

export const unterminated: Recogniser = (broken) => {
  const kind = kinds.find(([pattern]) => pattern.test(broken.message))?.[1];
  if (!kind) return null;
  const { text, error } = broken;
  const mark = closingMark(text.slice(error, error + 200), kind);
  const lineEnd = /[\r\n]|$/.exec(text.slice(error))?.index ?? 0;
  const line = text.slice(error, error + lineEnd);
  const place = placesToClose(line, kind, text.length - error).find((i) => broken.parses([insert(error + i, mark)]));
  const opening = { start: error, end: Math.min(error + line.trimEnd().length, broken.end) };
  if (place === undefined)
    return {
      span: opening,
      message: `This ${kind} is not ended: its ${mark} is missing.`,
      help: '',
      fixes: [],
    };
  return {
    span: opening,
    message: `This ${kind} is not ended: its ${mark} is missing.`,
    help: '',
    fixes: [{ title: `End the ${kind} with ${mark}`, edits: [insert(error + place, mark)], safe: false }],
    related: [
      {
        span: { start: error + place - 1, end: error + place },
        message: `With ${mark} here, the statement can be read.`,
      },
    ],
  };
};

function closingMark(opening: string, kind: string): string {
  if (kind === 'comment') return '*/';
  if (kind === 'quoted name') return '"';
  if (kind === 'dollar-quoted string') return /^\$\w*\$/.exec(opening)?.[0] ?? '$$';
  return "'";
}

/** A string that ends where the next one was to begin: `('abc), ('def')`. */
export const runawayString: Recogniser = (broken) => {
  const { text, tokens, at } = broken;
  const string = tokens.all[at - 1];
  if (string?.kind !== 'string' || tokens.all[at]?.start !== string.end) return null;
  const lineEnd = /[\r\n]|$/.exec(text.slice(string.start))?.index ?? 0;
  const line = text.slice(string.start, Math.min(string.end - 1, string.start + lineEnd));
  const place = placesToClose(line, 'string', line.length).find((i) =>
    broken.proves([insert(string.start + i, "'")], 2),
  );
  if (place === undefined) return null;
  return {
    span: { start: string.start, end: string.start + line.length },
    message: "This string ends where the next one begins: its ' is missing.",
    help: '',
    fixes: [{ title: "End the string with '", edits: [insert(string.start + place, "'")], safe: false }],
    related: [{ span: { start: string.end - 1, end: string.end }, message: 'Postgres reads the string up to here.' }],
  };
};

/** Offsets behind the opening mark at which it may have been meant to end, the most plausible first. */
function placesToClose(line: string, kind: string, length: number): number[] {
  if (kind === 'dollar-quoted string') return [length];
  const content = line.trimEnd();
  const wordEnds = [...content.matchAll(/[^\s,;()'"](?=[\s,;()]|$)/g)].map((m) => m.index + 1);
  if (kind === 'comment') return [content.length, ...wordEnds.slice(1, 8)];
  // before what follows a value, then behind each word
  const beforeMark = [...content.matchAll(/(?=[,;)]+(?:\s|$))/g)].map((m) => m.index);
  return [...new Set([...(kind === 'quoted name' ? wordEnds : beforeMark), ...wordEnds, content.length])]
    .filter((i) => i > 1)
    .slice(0, 16);
}

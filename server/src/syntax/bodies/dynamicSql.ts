/** SQL that a PL/pgSQL body builds and runs, where its text is written there: a constant, constants joined, format(). */
import { Tokens } from '../tokens.ts';
import { type StringValue, stringValue } from './stringValue.ts';

export interface DynamicSql {
  /** Place-holders of format() are filled at the same length: `%I` by a name, `%L` by a constant, `%s` by a name. */
  readonly sql: string;
  /** `%s` stood in it, which may become anything: nothing is claimed about the text as a whole. */
  readonly guessed: boolean;
  /** The argument of a format(), not the very text that runs. */
  readonly template: boolean;
  /** UTF-16 offset in `sql` → offset in the body's text. */
  toBody(offset: number): number;
}

/** Reads the value of an EXECUTE; null when its text is known only when it runs. */
export function dynamicSql(text: string, start: number, end: number): DynamicSql | null {
  const tokens = new Tokens(text, start, end);
  const formats = tokens.word(0) === 'format' && tokens.word(1) === '(';
  const first = formats ? 2 : 0;
  const values: StringValue[] = [];
  let i = first;
  for (;;) {
    const value = stringValue(text, tokens.all, i);
    if (!value) return null;
    values.push(value);
    while (i < tokens.length && (tokens.all[i]?.start ?? 0) < value.end) i++;
    if (tokens.written(i) !== '||') break;
    i++;
  }
  if (formats ? !endsWithCall(tokens, i) : i < tokens.length) return null;
  const joined = values.map((v) => v.text).join('');
  const toBody = (offset: number): number => {
    let rest = offset;
    for (const [n, value] of values.entries()) {
      if (rest < value.text.length || n === values.length - 1) return value.toSource(rest);
      rest -= value.text.length;
    }
    return start;
  };
  if (!formats) return { sql: joined, guessed: false, template: false, toBody };
  const filled = fillFormat(joined);
  return filled && { ...filled, template: true, toBody };
}

/** The template is format's first argument, and nothing follows the call. */
function endsWithCall(tokens: Tokens, i: number): boolean {
  if (tokens.word(i) !== ',' && tokens.word(i) !== ')') return false;
  let depth = 1;
  for (let k = i; k < tokens.length; k++) {
    if (tokens.word(k) === '(') depth++;
    else if (tokens.word(k) === ')' && --depth === 0) return k === tokens.length - 1;
  }
  return false;
}

/** Place-holders as Postgres's format() knows them: `%[position$][-][width]type`, and `%%`. */
function fillFormat(template: string): { sql: string; guessed: boolean } | null {
  let guessed = false;
  let broken = false;
  const sql = template.replace(
    /%(?:%|(?:\d+\$)?-?(?:\d+|\*(?:\d+\$)?)?([sIL])|)/g,
    (written, type: string | undefined) => {
      if (written === '%%') return '% ';
      if (type === undefined) broken = true;
      if (type === 's') guessed = true;
      return type === 'L' ? "''".padEnd(written.length) : 'x'.repeat(written.length);
    },
  );
  return broken ? null : { sql, guessed };
}

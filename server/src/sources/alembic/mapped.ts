/** Text of which every character knows the place in the file that it came from. */
import type { Span } from '../../syntax/tokens.ts';

export interface Mapped {
  readonly text: string;
  /** For each UTF-16 unit of `text`: where its source begins and ends, as offsets into the file. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

export const nothingMapped: Mapped = { text: '', from: [], to: [] };

/** Text that was worked out: all of it comes from the same place. */
export function mappedTo(text: string, span: Span): Mapped {
  return {
    text,
    from: new Array<number>(text.length).fill(span.start),
    to: new Array<number>(text.length).fill(span.end),
  };
}

export function concatenated(parts: readonly Mapped[]): Mapped {
  if (parts.length === 1) return parts[0] as Mapped;
  let text = '';
  const from: number[] = [];
  const to: number[] = [];
  // plain loops: every character of a revision's SQL goes this way at each key press
  for (const part of parts) {
    text += part.text;
    for (let i = 0; i < part.from.length; i++) {
      from.push(part.from[i] as number);
      to.push(part.to[i] as number);
    }
  }
  return { text, from, to };
}

export const sliced = ({ text, from, to }: Mapped, start: number, end: number): Mapped => ({
  text: text.slice(start, end),
  from: from.slice(start, end),
  to: to.slice(start, end),
});

/** As `String.replace` with a pattern that has the flag g; what is put in comes from where the match stood. */
export function replaced(mapped: Mapped, pattern: RegExp, by: (match: RegExpMatchArray) => string): Mapped {
  const parts: Mapped[] = [];
  let copied = 0;
  for (const match of mapped.text.matchAll(pattern)) {
    const end = match.index + match[0].length;
    parts.push(sliced(mapped, copied, match.index));
    const put = by(match);
    if (put === match[0]) parts.push(sliced(mapped, match.index, end));
    else if (put !== '') {
      const start = mapped.from[match.index] ?? mapped.to.at(-1) ?? 0;
      parts.push(mappedTo(put, { start, end: Math.max(start, mapped.to[end - 1] ?? start) }));
    }
    copied = end;
  }
  if (parts.length === 0) return mapped;
  parts.push(sliced(mapped, copied, mapped.text.length));
  return concatenated(parts);
}

export function strippedOf(mapped: Mapped, where: 'both' | 'left' | 'right', characters?: string): Mapped {
  const { text } = mapped;
  const drop = (c: string): boolean => (characters === undefined ? /\s/.test(c) : characters.includes(c));
  let start = 0;
  let end = text.length;
  if (where !== 'right') while (start < end && drop(text[start] as string)) start++;
  if (where !== 'left') while (end > start && drop(text[end - 1] as string)) end--;
  return sliced(mapped, start, end);
}

/** As Python's textwrap.dedent: the white space that all lines with words begin with is left out. */
export function dedented(mapped: Mapped): Mapped {
  let margin: string | null = null;
  for (const line of mapped.text.split('\n')) {
    if (line.trim() === '') continue;
    const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
    if (margin === null || margin.startsWith(indent)) margin = indent;
    else {
      let common = 0;
      while (common < margin.length && margin[common] === indent[common]) common++;
      margin = margin.slice(0, common);
    }
  }
  const width = margin?.length ?? 0;
  return replaced(mapped, /^[ \t]*/gm, ([white]) => {
    const at = white ?? '';
    return at.slice(Math.min(width, at.length));
  });
}

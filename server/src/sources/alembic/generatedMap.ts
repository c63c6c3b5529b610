/** The way from SQL that was put together for an operation back to the arguments it came from. */
import type { Span } from '../../syntax/tokens.ts';
import type { PieceMap } from '../piece.ts';
import type { Mapped } from './mapped.ts';

/**
 * Words that come from no argument, and those that come from outside the call, stand for the name of what is called.
 * @param call the whole call
 * @param name what is called
 * @param text of the call
 */
export function generatedMap({ from, to }: Mapped, call: Span, name: Span, text: string): PieceMap {
  const within = (i: number): boolean => (from[i] as number) >= call.start && (to[i] as number) <= call.end;
  const startOf = (i: number): number => (i < from.length && within(i) ? (from[i] as number) : name.start);
  const rangeOf = (start: number, end: number): Span => {
    let range: Span | null = null;
    let parts = 1;
    for (let i = start; i < Math.max(end, start + 1) && i < from.length; i++) {
      if (!within(i)) continue;
      const [a, b] = [from[i] as number, to[i] as number];
      if (range && a !== range.end && a !== range.start) parts++;
      range = range ? { start: Math.min(range.start, a), end: Math.max(range.end, b) } : { start: a, end: b };
    }
    if (!range) return name;
    if (parts === 1) return withName(range, call, text);
    // what reaches over several arguments takes in their quotes
    const quote = (at: number): number => (/["']/.test(text[at - call.start] ?? '') ? 1 : 0);
    const quoted = { start: range.start - quote(range.start - 1), end: range.end + quote(range.end) };
    return { ...quoted, end: quoted.end + closing(text.slice(quoted.start - call.start), quoted.end - quoted.start) };
  };
  return {
    toFile: (offset) => (offset >= from.length ? call.end : startOf(offset)),
    toRange: rangeOf,
    fromFile(offset) {
      if (offset < call.start || offset > call.end) return null;
      const found = from.findIndex((a, i) => within(i) && a <= offset && offset < (to[i] as number));
      return Math.max(found, 0);
    },
    // how an argument would have to be written is not known
    encode: () => null,
  };
}

/** True and False say nothing by themselves: `nullable=False`. */
function withName(value: Span, call: Span, text: string): Span {
  const [from, to] = [value.start - call.start, value.end - call.start];
  if (!/^(?:True|False)$/.test(text.slice(from, to))) return value;
  const name = /\b\w+\s*=\s*$/.exec(text.slice(0, from))?.[0] ?? '';
  return { start: value.start - name.length, end: value.end };
}

/** How many brackets behind `end` close one that is open there. */
function closing(text: string, end: number): number {
  let open = 0;
  for (const c of text.slice(0, end))
    if (/[([]/.test(c)) open++;
    else if (/[)\]]/.test(c)) open--;
  let count = 0;
  while (open-- > 0 && /[)\]]/.test(text[end + count] ?? '')) count++;
  return count;
}

/** For SQL that stands in one or several strings of the file as it is: character by character. */
export function stringMap({ from, to }: Mapped, encode: PieceMap['encode']): PieceMap {
  const end = to.at(-1) ?? 0;
  return {
    toFile: (offset) => from[offset] ?? end,
    toRange: (start, stop) => {
      const first = from[start] ?? end;
      return { start: first, end: stop > start ? Math.max(first, to[stop - 1] ?? end) : first };
    },
    fromFile(offset) {
      if (from.length === 0 || offset < (from[0] as number) || offset > end) return null;
      const found = from.findIndex((o) => o >= offset);
      return found < 0 ? from.length : found;
    },
    encode,
  };
}

/** As the map, for a file in which the code has moved since. */
export function movedMap(map: PieceMap, by: number): PieceMap {
  if (by === 0) return map;
  return {
    toFile: (offset) => map.toFile(offset) + by,
    toRange(start, end) {
      const range = map.toRange(start, end);
      return { start: range.start + by, end: range.end + by };
    },
    fromFile: (offset) => map.fromFile(offset - by),
    encode: map.encode,
  };
}

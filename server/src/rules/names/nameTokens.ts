import type { Span, Tokens } from '../../syntax/tokens.ts';

/** The words of a dotted name. */
export const tokensOfName = (tokens: Tokens, { start, end }: Span): Span[] =>
  tokens.all.filter((t, i) => t.start >= start && t.end <= end && tokens.written(i) !== '.');

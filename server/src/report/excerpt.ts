/** A line of a file with words of it marked, as a terminal shows it. */

export interface Excerpt {
  readonly line: string;
  /** To stand under the line: what is in front of the marks. */
  readonly lead: string;
  /** As many `^` as the words are wide. */
  readonly marks: string;
}

/** Characters of a line that are shown at most, and of them in front of the marks. */
const shown = 160;
const inFront = 60;

const twoWide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const noWidth = /\p{Mn}|\p{Me}|\p{Cf}/u;
/** They would move the cursor, or colour what follows. A tab stays one, so that the marks stand under the words. */
const control = /[^\P{Cc}\t]/u;

const widthOf = (character: string): number => (noWidth.test(character) ? 0 : twoWide.test(character) ? 2 : 1);

/**
 * @param line without its end
 * @param start of the words in it, in UTF-16 units
 * @param end likewise, behind them
 */
export function excerptOf(line: string, start: number, end: number): Excerpt {
  const before = [...line.slice(0, start)];
  const words = [...line.slice(start, Math.max(end, start))];
  const after = [...line.slice(Math.max(end, start))];
  const isLong = before.length + words.length + after.length > shown;
  const skipped = isLong ? Math.max(0, before.length - inFront) : 0;
  const kept = [...(skipped > 0 ? ['…'] : []), ...before.slice(skipped)];
  const marked = isLong ? words.slice(0, shown - kept.length) : words;
  const rest = isLong ? after.slice(0, Math.max(0, shown - kept.length - words.length)) : after;
  const isCut = marked.length < words.length || rest.length < after.length;
  const width = marked.reduce((sum, c) => sum + widthOf(c), 0);
  return {
    line: `${[...kept, ...marked, ...rest].map((c) => (control.test(c) ? '\ufffd' : c)).join('')}${isCut ? '…' : ''}`,
    lead: kept.map((c) => (c === '\t' ? c : ' '.repeat(widthOf(c)))).join(''),
    marks: '^'.repeat(Math.max(1, width)),
  };
}

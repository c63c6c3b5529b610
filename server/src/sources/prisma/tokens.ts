/** The words of Prisma's schema language. Comments are tokens, white space within a line is not, a line's end is one. */
export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'punctuation' | 'comment' | 'line';
  /** As written; of a string with its quotes. */
  readonly text: string;
  /** UTF-16 offsets into the block. */
  readonly start: number;
  readonly end: number;
}

/** A string ends with its line at the latest. What nothing else begins with is a token of one character. */
const pattern =
  /(?<line>\r\n|\n|\r)|(?<comment>\/\/[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<string>"(?:\\.|[^"\\\r\n])*"?)|(?<name>[\p{L}_][\p{L}\p{N}_-]*)|(?<number>-?\d+(?:\.\d+)?)|(?<punctuation>@@|[^\s])/gu;

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(pattern)) {
    const { line, comment, string, name, number } = match.groups as Record<string, string | undefined>;
    const kind =
      line !== undefined
        ? 'line'
        : comment !== undefined
          ? 'comment'
          : string !== undefined
            ? 'string'
            : name !== undefined
              ? 'name'
              : number !== undefined
                ? 'number'
                : 'punctuation';
    tokens.push({ kind, text: match[0], start: match.index, end: match.index + match[0].length });
  }
  return tokens;
}

/** What a string token stands for. An unclosed one has no second quote. */
export function stringValue(text: string): string {
  const inner = text.slice(
    1,
    text.length > 1 && text.endsWith('"') && !/(?<!\\)(?:\\\\)*\\"$/.test(text) ? -1 : undefined,
  );
  return inner.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_all, character: string) => {
    if (character.length === 5) return String.fromCharCode(Number.parseInt(character.slice(1), 16));
    return escapes[character] ?? character;
  });
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

export const isClosed = ({ text }: Token): boolean => /^"(?:\\.|[^"\\])*"$/s.test(text);

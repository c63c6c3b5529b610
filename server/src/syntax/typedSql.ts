/**
 * What comments before a query tell Prisma's TypedSQL of its parameters: `-- @param {Int} $1:minAge? who is at least so old`
 * (prisma-engines, sql_doc_parser.rs): lines of their own, the type in braces first.
 */
import type { Span } from './tokens.ts';

export interface DeclaredParameter {
  readonly number: number;
  /** Prisma's word, or an enum's name; null where none is given. */
  readonly type: string | null;
  /** What the generated function calls it; null where none is given. */
  readonly alias: string | null;
  /** Whether null may be given. */
  readonly optional: boolean;
  /** What is said of it besides; empty for nothing. */
  readonly note: string;
  /** Of the type without its braces; of `$1:minAge`. In the text. */
  readonly typeSpan: Span;
  readonly span: Span;
}

const line =
  /^([ \t]*--[ \t]*@param[ \t]*(?:\{)?)(?:(\w+)\}[ \t]*)?(\$(\d+)(?::([^\s?]+)(\?)?)?)(?=[ \t\r\n]|$)[ \t]*([^\r\n]*)/gm;

/** @param leading white space and comments before a statement */
export function declaredParameters(leading: string): DeclaredParameter[] {
  if (!leading.includes('@param')) return [];
  return [...leading.matchAll(line)].flatMap((match) => {
    const [written, before = '', type = null, parameter = '', number, alias = null, optional, note = ''] = match;
    // a brace that is not closed, or closes nothing
    if (before.endsWith('{') !== (type !== null)) return [];
    const typeStart = match.index + before.length;
    const start = match.index + written.indexOf(parameter, before.length + (type?.length ?? 0));
    return [
      {
        number: Number(number),
        type,
        alias,
        optional: optional !== undefined,
        note: note.trim(),
        typeSpan: { start: typeStart, end: typeStart + (type?.length ?? 0) },
        span: { start, end: start + parameter.length },
      },
    ];
  });
}

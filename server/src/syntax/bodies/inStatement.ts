/** From a body to the statement that writes it as a string constant: places, and edits. */
import type { Edit, Mend, Mistake } from '../errors/index.ts';
import type { Statement } from '../statement.ts';
import type { Span } from '../tokens.ts';
import type { Body } from './body.ts';

/** SQL that was taken out of a body. */
export interface Extract {
  readonly sql: string;
  /** Offset in `sql` from which it is the body's own text: behind the SELECT that was put before an expression. */
  readonly from: number;
  toBody(offset: number): number;
}

export function spanIn(body: Body, { start, end }: Span): Span {
  if (end <= start) return { start: body.toStatement(start), end: body.toStatement(start) };
  // from the last character's own place, since an escape may follow it
  return { start: body.toStatement(start), end: endOf(body, end) };
}

/** Where the character before `offset` ends: that of an escape where the next one begins. */
const endOf = (body: Body, offset: number): number =>
  offset < body.text.length ? body.toStatement(offset) : body.toStatement(offset - 1) + 1;

/** Null when the mistake's place is not in the body's own text. Fixes that cannot be written there are left out. */
export function mistakeIn(body: Body, statement: Statement, extract: Extract, mistake: Mistake): Mistake | null {
  const place = (span: Span): Span => spanIn(body, bodySpan(extract, span));
  if (mistake.span.start < extract.from) return null;
  return {
    ...mistake,
    span: place(mistake.span),
    fixes: mistake.fixes.flatMap((fix): Mend[] => {
      const edits = fix.edits.map((edit) => editIn(body, statement, extract, edit));
      return edits.every((edit) => edit !== null) ? [{ ...fix, edits }] : [];
    }),
    related: mistake.related
      ?.filter(({ span }) => span.start >= extract.from)
      .map(({ span, message }) => ({ span: place(span), message })),
  };
}

const bodySpan = ({ toBody }: Extract, { start, end }: Span): Span => ({
  start: toBody(start),
  end: end > start ? toBody(end - 1) + 1 : toBody(start),
});

/** Null where the text to be replaced is written otherwise there, or the new text cannot be. */
export function editIn(body: Body, statement: Statement, extract: Extract, edit: Edit): Edit | null {
  if (edit.start < extract.from) return null;
  const span = spanIn(body, bodySpan(extract, edit));
  const newText = written(body, statement, edit.newText);
  const replaced = statement.text.slice(span.start, span.end);
  return newText === null || replaced !== extract.sql.slice(edit.start, edit.end) ? null : { ...span, newText };
}

/** Text as it must stand in the body's string constant; null when it cannot. */
function written(body: Body, statement: Statement, text: string): string | null {
  const opening = /^(?:\$[^$]*\$|[A-Za-z&]*')/.exec(statement.text.slice(body.start, body.end))?.[0] ?? '';
  if (opening.startsWith('$')) return text.includes(opening) ? null : text;
  return opening !== "'" && text.includes('\\') ? null : text.replaceAll("'", "''");
}

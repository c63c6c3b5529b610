/** Edits of a model's text that keep its layout. */
import type { Model, ModelField } from '../../sources/prisma/model.ts';
import type { Member, Span } from '../../sources/prisma/syntax.ts';
import type { Edit } from '../rule.ts';

/** Some line of it cannot be read, or names a type that is not there (yet). */
export const isBeingTyped = ({ block, fields }: Model): boolean =>
  block.members.some(({ broken }) => broken) || fields.some(({ kind }) => kind === 'unknown');

/** A new line at the end of the model: `@@index([customerId])`, with those of its kind. */
export function addToModel({ block }: Pick<Model, 'block'>, attribute: string): Edit {
  const last = block.members.at(-1);
  const end = last ? lineEnd(block.text, last.end) : block.close;
  const indent = last ? indentOf(block.text, last) : '  ';
  // as `prisma format` has it: an empty line between the fields and what is said of the whole model
  const gap = last && last.name !== null ? '\n\n' : '\n';
  return { start: end, end, newText: `${gap}${indent}${attribute}` };
}

/** Behind the field's attributes. */
export const addToField = ({ member }: ModelField, attribute: string): Edit => ({
  start: member.end,
  end: member.end,
  newText: ` ${attribute}`,
});

/** The attribute with the space before it; the whole line where nothing else stands on it. */
export function removal({ text }: Model['block'], { start, end }: Span): Edit {
  const lineStart = Math.max(text.lastIndexOf('\n', start - 1) + 1, 0);
  const after = lineEnd(text, end);
  const isAlone = text.slice(lineStart, start).trim() === '' && text.slice(end, after).trim() === '';
  if (!isAlone) {
    const before = /[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
    return { start: start - before, end, newText: '' };
  }
  const next = text.startsWith('\r\n', after) ? after + 2 : after + 1;
  return { start: lineStart, end: Math.min(next, text.length), newText: '' };
}

/** Where the line ends, before its line break. */
function lineEnd(text: string, from: number): number {
  const end = /\r?\n|$/.exec(text.slice(from));
  return from + (end?.index ?? 0);
}

const indentOf = (text: string, { start }: Member): string => /[ \t]*$/.exec(text.slice(0, start))?.[0] ?? '';

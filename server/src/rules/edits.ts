/** Building the text edits of fixes so that the author's layout stays. */
import type { RangeVar } from '@pgsql/types';
import { inTransaction } from '../catalog/session.ts';
import type { Edit, RuleContext } from './rule.ts';

export { isReserved, quoteIdentifier } from '../syntax/identifiers.ts';

/** A statement and where it stands: what a check and a conclusion have in common. */
type Placed = Pick<RuleContext, 'text' | 'body'>;

export const insertAt = (offset: number, newText: string): Edit => ({ start: offset, end: offset, newText });

/** White space in front of the statement on its own line. */
export function indentOf(context: Placed): string {
  return /(?:^|\n)([ \t]*)$/.exec(context.text.slice(0, context.body.start))?.[1] ?? '';
}

/** Statements of their own before this one. */
export function before(context: Placed, statements: readonly string[]): Edit {
  const indent = indentOf(context);
  return insertAt(context.body.start, statements.map((s) => `${s};\n${indent}`).join(''));
}

/** Statements of their own behind this one; its terminator ends the last of them. */
export function behind(context: Placed, statements: readonly string[]): Edit {
  const indent = indentOf(context);
  return insertAt(context.body.end, statements.map((s) => `;\n${indent}${s}`).join(''));
}

/** True when the files show that this statement is a transaction of its own. */
export const isAlone = (context: RuleContext): boolean => inTransaction(context.before.session) === false;

/** True when it stays one with other statements added beside it, which are transactions of their own as well. */
export const mayAddTransactions = (context: RuleContext): boolean =>
  isAlone(context) && context.before.session.wrapping !== 'single';

/**
 * True when what must not share the statement's transaction can be left to new migrations behind the file. (A search path that
 * the file has set is not theirs.)
 */
export const mayFollowUp = (context: RuleContext, relation: RangeVar | undefined): boolean =>
  context.takesFollowUps &&
  !mayAddTransactions(context) &&
  (relation?.schemaname !== undefined || context.before.session.schema === 'public');

/** In place of a whole statement that has gone to another migration: the file does not become empty, and says why. */
export function gone(context: RuleContext, what: string): Edit {
  const { start, end } = context.body;
  return {
    start,
    end: context.text[end] === ';' ? end + 1 : end,
    newText: `-- ${what} follows in a migration of its own`,
  };
}

/** Keywords in the case that the author writes them. */
export const matchCase = (like: string, text: string): string =>
  like === like.toLowerCase() ? text.toLowerCase() : text;

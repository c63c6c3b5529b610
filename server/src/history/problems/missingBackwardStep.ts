/**
 * A migration that cannot be undone, in a history whose others can. Found in
 * `historyFindings.ts`, and for Alembic here: its downgrades are Python.
 */
import type { HistoryProblem } from './problem.ts';

/** A history's migrations that have a backward part are at least so many times those that have none. */
export const usual = 3;

export const missingBackwardStep: HistoryProblem = {
  id: 'backward-step-missing',
  severity: 'information',
  docs: {
    summary: 'A migration changes the schema and has no backward part, in a history where most others have one.',
    why: 'Going back stops at it, or leaves its changes behind: golang-migrate fails where the .down.sql file is missing, others take an empty part for done.',
    fine: 'Where the change cannot be undone. Say so in a comment in the backward part: then nothing is said of it.',
    source: 'https://github.com/golang-migrate/migrate/blob/master/MIGRATIONS.md',
  },
  find({ tool, members, files }) {
    if (tool.id !== 'alembic') return [];
    const undone = members.filter(({ text }) => !isEmpty(bodyOf('downgrade', text))).length;
    return members.flatMap(({ uri, text }) => {
      if (uri === files[0] || undone < usual * (members.length - undone)) return [];
      if (!isEmpty(bodyOf('downgrade', text)) || !creating.test(bodyOf('upgrade', text) ?? '')) return [];
      return [
        {
          uri,
          at: /^def downgrade\b[^\n]*/m,
          message: 'This migration has no backward part.',
          help: `${undone} of ${members.length} migrations here can be undone. Undo this one as well, or say in a comment there why it cannot be.`,
        },
      ];
    });
  },
};

/** The lines of a function at the top of a Python file; null when there is none. */
const bodyOf = (name: string, text: string): string | null =>
  new RegExp(`^def ${name}\\b[^\\n]*:[ \\t]*\\r?\\n((?:[ \\t]+[^\\n]*(?:\\n|$)|[ \\t]*\\r?\\n)*)`, 'm').exec(
    text,
  )?.[1] ?? null;

/** `pass` alone; what has a comment or a docstring says why. */
const isEmpty = (body: string | null): boolean => body?.trim() === 'pass';

const creating = /\bop\.(?:create_|add_column|alter_column|rename_)/;

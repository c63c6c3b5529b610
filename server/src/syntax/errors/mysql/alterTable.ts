/** MySQL's own actions of ALTER TABLE: MODIFY, CHANGE, DROP FOREIGN KEY, DROP PRIMARY KEY, DROP INDEX, ADD … KEY, AFTER. */
import type { BrokenStatement } from '../brokenStatement.ts';
import { afterParentheses, definitionEnd, tableName, written } from '../definitions/words.ts';
import { remove } from '../edits.ts';
import type { Mend, Mistake, Recogniser } from '../mistake.ts';

export const mysqlAlterTable: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(0) !== 'alter' || tokens.word(1) !== 'table') return null;
  const word = tokens.word(at);
  if (word === 'modify') return modify(broken);
  if (word === 'change') return change(broken);
  if (word === 'foreign' && tokens.word(at - 1) === 'drop') return dropForeignKey(broken);
  if (word === 'primary' && tokens.word(at - 1) === 'drop') return dropPrimaryKey(broken);
  if (/^(?:index|key)$/.test(tokens.word(at - 1)) && tokens.word(at - 2) === 'drop') return dropIndex(broken);
  if ((word === 'index' || word === 'key') && tokens.word(at - 1) === 'unique') return addUnique(broken);
  if (word === 'after' || word === 'first') return position(broken);
  return null;
};

function proven(
  broken: BrokenStatement,
  span: Mistake['span'],
  message: string,
  help: string,
  mend: Mend,
): Mistake | null {
  return broken.proves(mend.edits, 0) ? { span, message, help, fixes: [mend] } : null;
}

/** `b int NOT NULL DEFAULT 1` as actions on column b. */
function columnActions(broken: BrokenStatement, column: string, first: number, end: number): string | null {
  const { tokens } = broken;
  const alter = `${broken.keyword('ALTER COLUMN')} ${column}`;
  let typeEnd = first;
  while (typeEnd < end && !/^(?:not|null|default|comment|after|first|collate)$/.test(tokens.word(typeEnd))) typeEnd++;
  if (typeEnd === first) return null;
  const actions = [`${alter} ${broken.keyword('TYPE')} ${written(broken, first, typeEnd - 1)}`];
  for (let i = typeEnd; i < end; i++) {
    if (tokens.word(i) === 'not' && tokens.word(i + 1) === 'null') {
      actions.push(`${alter} ${broken.keyword('SET NOT NULL')}`);
      i++;
    } else if (tokens.word(i) === 'null') actions.push(`${alter} ${broken.keyword('DROP NOT NULL')}`);
    else if (tokens.word(i) === 'default' && i + 1 < end) {
      const last = Math.max(i + 1, afterParentheses(broken, i + 2) - 1);
      actions.push(`${alter} ${broken.keyword('SET')} ${written(broken, i, Math.min(last, end - 1))}`);
      i = last;
    } else return null;
  }
  return actions.join(', ');
}

function modify(broken: BrokenStatement): Mistake | null {
  const { tokens, at } = broken;
  const column = tokens.word(at + 1) === 'column' ? at + 2 : at + 1;
  const end = definitionEnd(broken, column + 1);
  const newText = columnActions(broken, tokens.written(column), column + 1, end);
  if (newText === null) return null;
  return proven(
    broken,
    tokens.span(at, column - 1),
    'MODIFY is MySQL’s: Postgres alters each property of a column by an action of its own.',
    '',
    { title: `Replace by ${newText}`, edits: [{ ...tokens.span(at, end - 1), newText }], safe: false },
  );
}

/** Postgres renames in a statement of its own. */
function change(broken: BrokenStatement): Mistake | null {
  const { tokens, at } = broken;
  const old = tokens.word(at + 1) === 'column' ? at + 2 : at + 1;
  const end = definitionEnd(broken, old + 2);
  const table = tableName(broken);
  const [from, to] = [tokens.written(old), tokens.written(old + 1)];
  const actions = columnActions(broken, to, old + 2, end);
  if (actions === null || table === null) return null;
  const renaming = `${broken.keyword('RENAME COLUMN')} ${from} ${broken.keyword('TO')} ${to};\n${broken.keyword('ALTER TABLE')} ${table} `;
  const newText = from === to ? actions : renaming + actions;
  return proven(
    broken,
    tokens.span(at, old - 1),
    'CHANGE is MySQL’s: Postgres renames a column and alters its type by different actions.',
    '',
    {
      title: from === to ? `Replace by ${newText}` : 'Rename it, then alter its type',
      edits: [{ ...tokens.span(at, end - 1), newText }],
      safe: false,
    },
  );
}

function dropForeignKey(broken: BrokenStatement): Mistake | null {
  const { tokens, at } = broken;
  const span = tokens.span(at, at + 1);
  if (tokens.word(at + 1) !== 'key' || at + 2 >= tokens.length) return null;
  const newText = broken.keyword('CONSTRAINT');
  return proven(broken, span, 'A foreign key is dropped by its name with DROP CONSTRAINT.', '', {
    title: `Replace by DROP ${newText}`,
    edits: [{ ...span, newText }],
    safe: false,
  });
}

function dropPrimaryKey(broken: BrokenStatement): Mistake | null {
  const { tokens, at } = broken;
  const table = tableName(broken)?.split('.').at(-1);
  const span = tokens.span(at, at + 1);
  if (!table || tokens.word(at + 1) !== 'key') return null;
  const name = table.endsWith('"') ? `${table.slice(0, -1)}_pkey"` : `${table}_pkey`;
  return proven(
    broken,
    span,
    'A primary key is dropped by its name with DROP CONSTRAINT.',
    `Postgres names it ${name} unless it was given another name.`,
    {
      title: `Drop the constraint ${name}`,
      edits: [{ ...span, newText: `${broken.keyword('CONSTRAINT')} ${name}` }],
      safe: false,
    },
  );
}

function dropIndex(broken: BrokenStatement): Mistake | null {
  const { tokens, at } = broken;
  // alone in its statement it becomes a statement; with other actions around, the author must take it out
  if (tokens.length !== at + 1 || tokens.afterName(2) !== at - 2) return null;
  // an index stands in its table's schema
  const schema = written(broken, 2, at - 3).slice(0, -tokens.written(at - 3).length);
  const newText = `${broken.keyword('DROP INDEX')} ${schema}${tokens.written(at)}`;
  const edits = [{ ...tokens.span(0, at), newText }];
  return proven(
    broken,
    tokens.span(at - 2, at - 1),
    'An index is dropped by a statement of its own: DROP INDEX.',
    'A unique index that belongs to a constraint goes with DROP CONSTRAINT.',
    { title: `Replace by ${newText}`, edits, safe: false },
  );
}

function addUnique(broken: BrokenStatement): Mistake | null {
  const { tokens, at } = broken;
  const named = tokens.word(at + 1) !== '(';
  const span = tokens.span(at - 1, named ? at + 1 : at);
  const newText = named
    ? `${broken.keyword('CONSTRAINT')} ${tokens.written(at + 1)} ${broken.keyword('UNIQUE')}`
    : broken.keyword('UNIQUE');
  return proven(
    broken,
    tokens.span(at),
    `UNIQUE ${tokens.written(at).toUpperCase()} is MySQL’s: in Postgres it is a constraint.`,
    '',
    {
      title: `Replace by ${newText}`,
      edits: [{ ...span, newText }],
      safe: false,
    },
  );
}

function position(broken: BrokenStatement): Mistake | null {
  const { tokens, at } = broken;
  const last = tokens.word(at) === 'after' ? at + 1 : at;
  return proven(broken, tokens.span(at, last), 'Postgres adds a column as the last one: it takes no position.', '', {
    title: `Remove ${written(broken, at, last)}`,
    edits: [remove(broken, at, last)],
    safe: false,
  });
}

/** MySQL's properties of a column: UNSIGNED, ZEROFILL, display width, CHARACTER SET, COMMENT, ON UPDATE, AUTO_INCREMENT. */
import type { BrokenStatement } from '../brokenStatement.ts';
import { afterParentheses, columnOf, definitionEnd, tableName, written } from '../definitions/words.ts';
import { insert, remove } from '../edits.ts';
import type { Edit, Mend, Recogniser } from '../mistake.ts';

const definesColumns = (broken: BrokenStatement): boolean => tableName(broken) !== null;

/** Also SQLite's AUTOINCREMENT and SQL Server's IDENTITY(1,1). */
export const autoIncrement: Recogniser = (broken) => {
  const { tokens, at } = broken;
  const word = tokens.word(at);
  if (!/^(?:auto_increment|autoincrement|identity)$/.test(word) || !definesColumns(broken)) return null;
  const end = word === 'identity' ? afterParentheses(broken, at + 1) : at + 1;
  const [seed = '1', step = '1'] = end > at + 1 ? written(broken, at + 2, end - 2).split(/\s*,\s*/) : [];
  const from = seed === '1' && step === '1' ? '' : ` (START WITH ${seed} INCREMENT BY ${step})`;
  // SQL Server refuses values of the client's own, MySQL and SQLite take them
  const newText = broken.keyword(`GENERATED ${word === 'identity' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY${from}`);
  const span = tokens.span(at, end - 1);
  const serial = /^(?:small|big)?serial$/.test(tokens.word(columnOf(broken, at) + 1));
  const fixes = broken.proven(
    [
      serial
        ? {
            title: `Remove ${tokens.written(at)}: serial counts already`,
            edits: [remove(broken, at, end - 1)],
            safe: false,
          }
        : { title: `Replace by ${newText}`, edits: [{ ...span, newText }], safe: false },
    ],
    0,
  );
  if (fixes.length === 0) return null;
  return {
    span,
    message: serial
      ? `A serial column counts already: Postgres has no ${tokens.written(at)}.`
      : `Postgres writes ${tokens.written(at)} as GENERATED … AS IDENTITY.`,
    help: '',
    fixes,
  };
};

export const unsigned: Recogniser = (broken) => {
  const { tokens, at } = broken;
  const word = tokens.word(at);
  if (!/^(?:unsigned|zerofill|signed)$/.test(word) || !definesColumns(broken)) return null;
  const column = tokens.written(columnOf(broken, at));
  const mends: Mend[] = [{ title: `Remove ${tokens.written(at)}`, edits: [remove(broken, at)], safe: false }];
  const check = `${broken.keyword('CHECK')} (${column} >= 0)`;
  if (word === 'unsigned')
    mends.push({ title: `Replace by ${check}`, edits: [{ ...tokens.span(at), newText: check }], safe: false });
  const fixes = broken.proven(mends, 0);
  if (fixes.length === 0) return null;
  return {
    span: tokens.span(at),
    message: `Postgres has no ${word} types.`,
    help:
      word === 'unsigned' ? 'A check keeps values from going below 0; a bigger range needs the next bigger type.' : '',
    fixes,
  };
};

/** `int(11)`: the number only ever meant how wide a client prints it. */
export const displayWidth: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(at) !== '(' || !/^(?:int|integer|smallint|bigint|real|boolean|precision)$/.test(tokens.word(at - 1)))
    return null;
  const end = afterParentheses(broken, at);
  const edits = [remove(broken, at, end - 1)];
  if (!definesColumns(broken) || tokens.word(end - 1) !== ')' || !broken.proves(edits, 0)) return null;
  const span = tokens.span(at, end - 1);
  return {
    span,
    message: `The type ${tokens.written(at - 1)} takes no width or precision.`,
    help: '',
    fixes: [{ title: `Remove ${written(broken, at, end - 1)}`, edits, safe: false }],
  };
};

export const characterSet: Recogniser = (broken) => {
  const { tokens, at } = broken;
  const width =
    tokens.word(at) === 'character' && tokens.word(at + 1) === 'set' ? 3 : tokens.word(at) === 'charset' ? 2 : 0;
  if (width === 0 || !definesColumns(broken)) return null;
  const withCollation = tokens.word(at + width) === 'collate' ? width + 2 : width;
  const last = at + withCollation - 1;
  const edits = [remove(broken, at, last)];
  if (!broken.proves(edits, 0)) return null;
  return {
    span: tokens.span(at, last),
    message: 'In Postgres the database has an encoding, not a column.',
    help: '',
    fixes: [{ title: `Remove ${written(broken, at, last)}`, edits, safe: false }],
  };
};

export const columnComment: Recogniser = (broken) => {
  const { tokens, at } = broken;
  const table = tableName(broken);
  if (tokens.word(at) !== 'comment' || tokens.all[at + 1]?.kind !== 'string' || table === null) return null;
  const column = tokens.written(columnOf(broken, at));
  const end = definitionEnd(broken, at);
  if (end === tokens.length && tokens.word(0) === 'create') return null; // an option of the table
  const statement = `;\n${broken.keyword('COMMENT ON COLUMN')} ${table}.${column} ${broken.keyword('IS')} ${tokens.written(at + 1)}`;
  const without = remove(broken, at, at + 1);
  // the new statement stands behind this one, and proves nothing about it
  if (!broken.proves([without], 0)) return null;
  return {
    span: tokens.span(at, at + 1),
    message: 'A column’s comment is written by a statement of its own: COMMENT ON COLUMN.',
    help: '',
    fixes: [
      { title: `Move it to ${statement.slice(2)}`, edits: [without, insert(broken.end, statement)], safe: false },
      { title: 'Remove the comment', edits: [without], safe: false },
    ],
  };
};

export const onUpdateNow: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(at) !== 'on' || tokens.word(at + 1) !== 'update' || !definesColumns(broken)) return null;
  if (!/^(?:current_timestamp|now|localtimestamp|localtime)$/.test(tokens.word(at + 2))) return null;
  const last = afterParentheses(broken, at + 3) - 1;
  const edits: Edit[] = [remove(broken, at, last)];
  if (!broken.proves(edits, 0)) return null;
  return {
    span: tokens.span(at, last),
    message: 'Postgres has no ON UPDATE for a column: a trigger sets it.',
    help: 'A BEFORE UPDATE … FOR EACH ROW trigger whose function sets NEW.column := now() does the same.',
    fixes: [{ title: `Remove ${written(broken, at, last)}`, edits, safe: false }],
  };
};

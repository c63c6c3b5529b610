/** `) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='…'` behind the columns of a table; `KEY`s between them. */
import type { BrokenStatement } from '../brokenStatement.ts';
import { afterParentheses, columnOf, definitionEnd, tableName, written } from '../definitions/words.ts';
import { insert } from '../edits.ts';
import type { Edit, Mend, Recogniser } from '../mistake.ts';

const option =
  /^(?:engine|default|charset|character|collate|comment|auto_increment|row_format|type|key_block_size|checksum|avg_row_length|max_rows|min_rows|pack_keys|stats_persistent)$/;

export const tableOptions: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(0) !== 'create' || tableName(broken) === null) return null;
  // the error may show at the second word: an option's first one can be read as something else
  const first = tokens.word(at - 1) === ')' ? at : tokens.word(at - 2) === ')' ? at - 1 : -1;
  if (first < 0 || !option.test(tokens.word(first))) return null;
  const edits: Edit[] = [{ start: tokens.span(first - 1).end, end: broken.end, newText: '' }];
  for (let i = first; i < tokens.length; i++) {
    const { kind } = tokens.all[i] as { kind: string };
    if (
      kind !== 'word' &&
      kind !== 'string' &&
      kind !== 'number' &&
      tokens.written(i) !== '=' &&
      tokens.word(i) !== ','
    )
      return null;
  }
  if (!broken.parses(edits)) return null;
  const table = tableName(broken) as string;
  const comment = tokens.find(['comment'], first);
  const text = comment < 0 ? -1 : tokens.written(comment + 1) === '=' ? comment + 2 : comment + 1;
  const mends: Mend[] = [{ title: 'Remove the table options', edits, safe: false }];
  if (tokens.all[text]?.kind === 'string')
    mends.unshift({
      title: 'Remove the table options and keep the comment',
      edits: [
        {
          ...(edits[0] as Edit),
          newText: `;\n${broken.keyword('COMMENT ON TABLE')} ${table} ${broken.keyword('IS')} ${tokens.written(text)}`,
        },
      ],
      safe: false,
    });
  return {
    span: tokens.span(first, tokens.length - 1),
    message: `${written(broken, first, Math.min(first + 2, tokens.length - 1))} is an option of MySQL’s tables, not of Postgres’s.`,
    help: '',
    fixes: broken.proven(mends, 0),
  };
};

/** `UNIQUE KEY k (a)`, `KEY k (a DESC)`, `FULLTEXT KEY k (a)` in CREATE TABLE. */
export const tableKeys: Recogniser = (broken) => {
  const { tokens, at } = broken;
  const table = tableName(broken);
  if (tokens.word(0) !== 'create' || table === null) return null;
  // the error may lie among the key's columns
  const inner = columnOf(broken, at);
  const first = isKey(inner) ? inner : columnOf(broken, inner - 1);
  if (!isKey(first)) return null;
  const kind = /^(?:unique|fulltext|spatial)$/.test(tokens.word(first)) ? tokens.word(first) : '';
  const key = kind ? first + 1 : first;
  const open = tokens.word(key + 1) === '(' ? key + 1 : key + 2;
  const close = afterParentheses(broken, open) - 1;
  if (!/^[,(]$/.test(tokens.word(first - 1)) || tokens.word(close) !== ')') return null;
  if (close < at && !(at === close + 1 && /^(?:using|comment)$/.test(tokens.word(at)))) return null;
  const name = open === key + 2 ? tokens.written(key + 1) : '';
  const columns = written(broken, open, close);
  const end = definitionEnd(broken, first);
  const span = tokens.span(first, key);
  if (kind === 'unique') {
    const named = name ? `${broken.keyword('CONSTRAINT')} ${name} ` : '';
    const newText = `${named}${broken.keyword('UNIQUE')} ${columns}`;
    const edits = [{ ...tokens.span(first, end - 1), newText }];
    if (!broken.proves(edits, 0)) return null;
    return {
      span,
      message: 'UNIQUE KEY is MySQL’s: in Postgres it is a constraint.',
      help: '',
      fixes: [{ title: `Replace by ${newText}`, edits, safe: false }],
    };
  }
  const without = cutElement(broken, first, end);
  if (!broken.proves([without], 0)) return null;
  const index = `${broken.keyword('CREATE INDEX')}${name ? ` ${name}` : ''} ${broken.keyword('ON')} ${table} ${columns}`;
  const mends: Mend[] = [{ title: 'Remove it', edits: [without], safe: false }];
  // full text and spatial indexes are made from expressions and classes that only the author can choose
  if (kind === '')
    mends.unshift({ title: `Move it to ${index}`, edits: [without, insert(broken.end, `;\n${index}`)], safe: false });
  return {
    span,
    message: 'An index is made by a statement of its own: CREATE INDEX.',
    help: '',
    // the new statement stands behind this one, and proves nothing about it
    fixes: mends,
  };

  function isKey(i: number): boolean {
    const named = /^(?:unique|fulltext|spatial)$/.test(tokens.word(i)) ? i + 1 : i;
    return i > 0 && /^(?:key|index)$/.test(tokens.word(named));
  }
};

/** With the comma in front of it, or behind it where it is the first. */
function cutElement(broken: BrokenStatement, first: number, end: number): Edit {
  const { tokens } = broken;
  if (tokens.word(first - 1) === ',')
    return { start: tokens.span(first - 1).start, end: tokens.span(end - 1).end, newText: '' };
  return {
    start: tokens.span(first).start,
    end: tokens.span(tokens.word(end) === ',' ? end : end - 1).end,
    newText: '',
  };
}

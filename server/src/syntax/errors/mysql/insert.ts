/** `INSERT IGNORE`, `REPLACE INTO`, `ON DUPLICATE KEY UPDATE`; SQLite's `INSERT OR IGNORE`. */
import { insert, remove } from '../edits.ts';
import type { Edit, Recogniser } from '../mistake.ts';

export const insertIgnore: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(0) !== 'insert' || at !== 1) return null;
  const or = tokens.word(1) === 'or';
  const how = tokens.word(or ? 2 : 1);
  if (how !== 'ignore' && !(or && /^(?:replace|abort|fail|rollback)$/.test(how))) return null;
  const words = remove(broken, 1, or ? 2 : 1);
  const span = tokens.span(1, or ? 2 : 1);
  if (how !== 'ignore') {
    if (!broken.proves([words])) return null;
    return {
      span,
      message: 'INSERT OR … is SQLite’s: Postgres says behind the values what happens ON CONFLICT.',
      help:
        how === 'replace'
          ? 'ON CONFLICT (key) DO UPDATE SET column = EXCLUDED.column replaces a row that is there.'
          : '',
      fixes: [],
    };
  }
  const returning = tokens.findOutside(['returning']);
  const place = returning > 0 ? tokens.span(returning - 1).end : broken.end;
  const edits: Edit[] = [words, insert(place, ` ${broken.keyword('ON CONFLICT DO NOTHING')}`)];
  if (!broken.parses(edits)) return null;
  return {
    span,
    message: 'Postgres skips rows that are there already by ON CONFLICT DO NOTHING, behind the values.',
    help: 'MySQL’s IGNORE also lets other errors pass; ON CONFLICT is about unique and exclusion constraints only.',
    fixes: [{ title: `Use ${broken.keyword('ON CONFLICT DO NOTHING')}`, edits, safe: false }],
  };
};

export const replaceInto: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (at !== 0 || tokens.word(0) !== 'replace') return null;
  return {
    span: tokens.span(0),
    message: 'Postgres has no REPLACE: INSERT … ON CONFLICT (key) DO UPDATE SET … does that.',
    help: 'EXCLUDED is the row that was to be inserted: SET a = EXCLUDED.a. Unlike REPLACE, the old row is kept and updated.',
    fixes: [],
  };
};

export const onDuplicateKey: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(at) !== 'duplicate' || tokens.word(at - 1) !== 'on' || tokens.word(at + 2) !== 'update') return null;
  const into = tokens.find(['into']);
  const table = into < 0 ? '' : tokens.written(tokens.afterName(into + 1) - 1);
  const constraint = table.endsWith('"') ? `${table.slice(0, -1)}_pkey"` : `${table}_pkey`;
  const edits: Edit[] = [
    {
      ...tokens.span(at, at + 2),
      newText: `${broken.keyword('CONFLICT ON CONSTRAINT')} ${constraint} ${broken.keyword('DO UPDATE SET')}`,
    },
  ];
  // VALUES(a) is the value that was to be inserted
  for (let i = at + 3; i + 3 < tokens.length; i++)
    if (tokens.word(i) === 'values' && tokens.word(i + 1) === '(' && tokens.word(i + 3) === ')')
      edits.push({ ...tokens.span(i, i + 3), newText: `${broken.keyword('EXCLUDED')}.${tokens.written(i + 2)}` });
  const proven = table !== '' && broken.parses(edits);
  return {
    span: tokens.span(at - 1, at + 2),
    message: 'Postgres writes ON DUPLICATE KEY UPDATE as ON CONFLICT (key) DO UPDATE SET.',
    help: `The key is named: the columns of a unique index, or a constraint such as ${constraint}. EXCLUDED is the row that was to be inserted.`,
    fixes: proven ? [{ title: `Use ON CONFLICT ON CONSTRAINT ${constraint}`, edits, safe: false }] : [],
  };
};

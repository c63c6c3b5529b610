/** `DECLARE @a int`, `SET @a = 1`, `#temp` tables. */
import type { Edit, Recogniser } from '../mistake.ts';

export const variables: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (!/^(?:declare|set|select)$/.test(tokens.word(at - 1)) || !/^@+$/.test(tokens.written(at))) return null;
  const name = tokens.all[at + 1];
  if (name?.kind !== 'word' || name.start !== tokens.span(at).end) return null;
  const verb = tokens.word(at - 1).toUpperCase();
  if (at !== 1 || verb === 'SELECT') return null;
  return {
    span: tokens.span(at, at + 1),
    message: `Postgres’s SQL has no variables such as ${tokens.written(at)}${tokens.written(at + 1)}.`,
    help: 'They exist in PL/pgSQL, inside functions and DO blocks; \\set makes one in psql.',
    fixes: [],
  };
};

export const temporaryTable: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (!/^##?$/.test(tokens.written(at)) || tokens.all[at + 1]?.start !== tokens.span(at).end) return null;
  if (!/^(?:into|from|join|table|update|exists)$/.test(tokens.word(at - 1))) return null;
  const edits: Edit[] = [];
  for (let i = 1; i < tokens.length; i++) {
    if (!/^##?$/.test(tokens.written(i)) || tokens.all[i + 1]?.start !== tokens.span(i).end) continue;
    const before = tokens.word(i - 1);
    const temporary = before === 'into' && tokens.word(0) === 'select' ? `${broken.keyword('TEMP')} ` : '';
    edits.push({ ...tokens.span(i), newText: temporary });
    if (before === 'table' && tokens.word(i - 2) === 'create')
      edits.push({ start: tokens.span(i - 2).end, end: tokens.span(i - 2).end, newText: ` ${broken.keyword('TEMP')}` });
  }
  if (!broken.proves(edits)) return null;
  return {
    span: tokens.span(at, at + 1),
    message: '# makes no temporary table in Postgres: it is created with TEMP, and has an ordinary name.',
    help: '',
    fixes: [{ title: `Use ${tokens.written(at + 1)} as a temporary table`, edits, safe: false }],
  };
};

/** `DESCRIBE t`, `SHOW CREATE TABLE t`, `USE db`, `DELIMITER //`: questions to MySQL, and commands of its client. */
import type { BrokenStatement } from '../brokenStatement.ts';
import type { Mend, Mistake, Recogniser } from '../mistake.ts';

export const clientStatements: Recogniser = (broken) => {
  const { tokens, at } = broken;
  const first = tokens.word(0);
  if (at === 0 && /^(?:describe|desc)$/.test(first)) return columnsOf(broken, 1, tokens.span(0));
  if (at === 0 && first === 'use')
    return {
      span: tokens.span(0),
      message: 'Postgres has no USE: a connection stays with its database.',
      help: 'In psql, \\c changes the database; SET search_path chooses the schema.',
      fixes: broken.proven([
        {
          title: `Replace by ${broken.keyword('SET')} search_path`,
          edits: [{ ...tokens.span(0), newText: `${broken.keyword('SET')} search_path ${broken.keyword('TO')}` }],
          safe: false,
        },
      ]),
    };
  if (at === 0 && first === 'delimiter')
    return {
      span: tokens.span(0),
      message: 'DELIMITER is a command of MySQL’s client: Postgres needs none.',
      help: 'The body of a function stands between $$ and $$, where ; ends no statement.',
      fixes: [],
    };
  if (first === 'show' && at <= 3) return show(broken);
  return null;
};

/** Postgres has SHOW for settings only. */
function show(broken: BrokenStatement): Mistake | null {
  const { tokens } = broken;
  let i = 1;
  while (/^(?:full|create|extended|global|session)$/.test(tokens.word(i))) i++;
  const what = tokens.word(i);
  if (
    !/^(?:tables?|columns|fields|index|indexes|keys|databases|schemas|triggers|procedure|function|view|processlist|status|variables|warnings|grants|engine)$/.test(
      what,
    )
  )
    return null;
  if (/^(?:columns|fields)$/.test(what) && /^(?:from|in)$/.test(tokens.word(i + 1)))
    return columnsOf(broken, i + 2, tokens.span(0, i));
  const psql: Readonly<Record<string, string>> = {
    tables: '\\dt',
    table: '\\d',
    index: '\\di',
    indexes: '\\di',
    databases: '\\l',
    function: '\\sf',
    view: '\\sv',
  };
  return {
    span: tokens.span(0, i),
    message: `Postgres’s SHOW shows settings only, not ${tokens.word(1) === 'create' ? `how a ${what} was made` : what}.`,
    help: psql[what]
      ? `In psql, ${psql[what]} shows that; in SQL, the views of information_schema and pg_catalog.`
      : 'The views of information_schema and pg_catalog show that.',
    fixes: [],
  };
}

function columnsOf(broken: BrokenStatement, name: number, span: Mistake['span']): Mistake | null {
  const { tokens } = broken;
  if (name >= tokens.length)
    return {
      span,
      message: `Postgres has no ${tokens.written(0).toUpperCase()}.`,
      help: 'In psql, \\d shows a table.',
      fixes: [],
    };
  const last = tokens.afterName(name) - 1;
  const literal = (i: number): string => `'${tokens.written(i).replace(/^"|"$/g, '').replaceAll("'", "''")}'`;
  const schema = last >= name + 2 ? ` AND table_schema = ${literal(last - 2)}` : '';
  const query = `SELECT column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_name = ${literal(last)}${schema} ORDER BY ordinal_position`;
  const mend: Mend = {
    title: 'Ask information_schema.columns',
    edits: [{ start: broken.start, end: broken.end, newText: query }],
    safe: false,
  };
  return {
    span,
    message: `Postgres has no ${broken.text.slice(span.start, span.end).toUpperCase()}.`,
    help: 'In psql, \\d shows a table; in SQL, the views of information_schema do.',
    fixes: last === tokens.length - 1 ? broken.proven([mend]) : [],
  };
}

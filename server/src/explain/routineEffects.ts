/**
 * What the functions do that a statement calls, as far as their source tells: those written in SQL and PL/pgSQL are read, and
 * those that they call. Views, operators, triggers and defaults are not looked into: a READ ONLY transaction stops what they write.
 */
import type { QueryOptions, Session } from '../database/database.ts';
import { type Token, tokenize } from '../text/lexer.ts';
import { quoteLiteral } from './literal.ts';
import { outsideEffect } from './outsideEffects.ts';

/** Functions that call functions that call functions … are followed so far. */
const deepest = 6;

/** Not those of Postgres itself, which are known by name. */
const routinesNamed = (names: Iterable<string>, version: number): string => `
  SELECT p.proname, l.lanname, ${bodyOf(version)}, p.provolatile
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE p.prokind IN ('f', 'p', 'w') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND p.proname IN (${[...names].map(quoteLiteral).join(', ')})`;

/** From 14 on, a body can be kept as a tree. */
const bodyOf = (version: number): string =>
  version >= 140000 ? 'coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc)' : 'p.prosrc';

/**
 * @param calls the last part of each called function's name
 * @returns clauses for the user, such as `note runs INSERT`; none where nothing is known to write
 * @throws as `Session.query`
 */
export async function routineEffects(
  session: Session,
  calls: ReadonlySet<string>,
  options: QueryOptions = {},
): Promise<string[]> {
  const found = new Set<string>();
  const seen = new Set<string>();
  /** By name: the function of the statement that leads to it. */
  let next = new Map([...calls].map((name) => [name, name]));
  for (let depth = 0; depth < deepest && next.size > 0; depth++) {
    const rows = await session.query(routinesNamed(next.keys(), session.version.number), options);
    const asked = next;
    for (const name of asked.keys()) seen.add(name);
    next = new Map();
    for (const [name = '', language, source, volatility] of rows as string[][]) {
      const caller = asked.get(name as string) ?? (name as string);
      const { does, mentions } = readSource(language ?? '', source ?? '', volatility ?? 'v');
      for (const what of does) found.add(`${caller} ${what}`);
      for (const mentioned of mentions) if (!seen.has(mentioned)) next.set(mentioned, caller);
    }
  }
  return [...found];
}

/** Commands that READ ONLY transactions refuse, or that act outside of the database. */
const writing = new Set(
  'insert update delete merge truncate create alter drop grant revoke copy lock refresh reindex cluster comment'.split(
    ' ',
  ),
);
/** Languages in which a function can do anything, unseen. */
const untrusted = /^(?:pl(?:python|perl|tcl|r|sh|java)\w*u|pl(?:r|sh|java))$/;

function readSource(language: string, source: string, volatility: string): { does: string[]; mentions: Set<string> } {
  if (untrusted.test(language) && volatility === 'v')
    return {
      does: [`is written in ${language}, and what it does outside of the database is not undone`],
      mentions: new Set(),
    };
  if (language !== 'sql' && language !== 'plpgsql') return { does: [], mentions: new Set() };
  const tokens = tokenize(source).filter(({ kind }) => kind !== 'comment');
  const does = new Set<string>();
  const mentions = new Set<string>();
  const text = (token: Token | undefined): string => (token ? source.slice(token.start, token.end) : '');
  for (const [i, token] of tokens.entries()) {
    const word = nameOf(token, text(token));
    if (word === null) continue;
    if (text(tokens[i + 1]) === '(') {
      const effect = outsideEffect(word);
      if (effect) does.add(`calls ${word}, which ${effect}`);
      else mentions.add(word);
    }
    // `update` and the like also stand where no command begins: as columns, or behind FOR
    if (token.kind !== 'word' || volatility !== 'v' || !beginsCommand(text(tokens[i - 1]).toLowerCase())) continue;
    if (text(tokens[i - 1]).toLowerCase() === 'for') {
      if (word === 'update' || word === 'no') does.add('locks rows');
    } else if (writing.has(word)) does.add(`runs ${word.toUpperCase()}`);
    if (word === 'execute' && language === 'plpgsql') does.add('builds SQL as it runs, which may write');
  }
  return { does: [...does], mentions };
}

const beginsCommand = (before: string): boolean =>
  [
    '',
    ';',
    '(',
    'begin',
    'atomic',
    'then',
    'else',
    'loop',
    'query',
    'as',
    '$$',
    '>>',
    'for',
    'in',
    'materialized',
  ].includes(before);

/** As Postgres folds it; null for what is no name. */
function nameOf({ kind }: Token, text: string): string | null {
  if (kind === 'word') return text.toLowerCase();
  return kind === 'identifier' && text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : null;
}

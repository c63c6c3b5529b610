// Databases that a `.env` file names: the variables that tools read a connection URL from.

export interface FoundUrl {
  /** What names it in the file. */
  readonly key: string;
  /** As it stands there, password included. */
  readonly url: string;
}

/** What is no URL of Postgres is left out. */
export const urlsInDotEnv = (text: string): FoundUrl[] =>
  [...variablesIn(text)].flatMap(([key, url]) => {
    const plain = plainUrl(url);
    return plain === null ? [] : [{ key, url: plain }];
  });

/** `KEY=value`, quoted or not. */
export function variablesIn(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const found = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (!found) continue;
    values.set(found[1] as string, filledIn(valueIn(found[2] as string), values));
  }
  return values;
}

/** Without its quotes, or without the comment behind it. */
function valueIn(written: string): string {
  const quoted = /^(["'`])(.*?)\1/.exec(written);
  return quoted ? (quoted[2] as string) : written.replace(/\s+#.*$/, '');
}

/** `${OTHER}` stands for the value of a variable further up. */
const filledIn = (value: string, values: ReadonlyMap<string, string>): string =>
  value.replace(/\$\{(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole);

/** Parameters that are Prisma's own: Postgres refuses them. */
const notPostgres = [
  'schema',
  'connection_limit',
  'pool_timeout',
  'pgbouncer',
  'socket_timeout',
  'statement_cache_size',
];

/** A URL that Postgres's clients take, of one that a tool of another language does; null when it is no database of ours. */
export function plainUrl(text: string): string | null {
  // SQLAlchemy names its driver
  const scheme = /^postgres(?:ql)?(?:\+\w+)?:\/\//i.exec(text);
  if (!scheme || /\$\{|\{\{|%\(/.test(text)) return null;
  let url: URL;
  try {
    url = new URL(text.replace(scheme[0], 'postgresql://'));
  } catch {
    return null;
  }
  if (url.hostname === '') return null;
  for (const name of notPostgres) url.searchParams.delete(name);
  return url.href;
}

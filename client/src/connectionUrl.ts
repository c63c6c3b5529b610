// Connection URLs as text: checking, showing, and taking the password out. Knows nothing of VS Code.

/** What is wrong with `text` as a connection URL, in one sentence that says how to mend it; null if nothing is. */
export function connectionUrlProblem(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === '') return 'Write a URL like postgresql://user@host:5432/database.';
  if (!/^postgres(ql)?:\/\//i.test(trimmed)) return 'The URL must start with postgresql:// (or postgres://).';
  let url: URL;
  try {
    url = new URL(trimmed);
  } catch {
    return 'This is not a URL. Write special characters in the user name or password percent-encoded: @ is %40, / is %2F, : is %3A.';
  }
  if (url.hostname === '' && !url.searchParams.has('host'))
    return 'The host is missing: postgresql://user@host:5432/database.';
  if (url.pathname.length <= 1 && !url.searchParams.has('dbname'))
    return 'The database is missing: postgresql://user@host:5432/database.';
  return null;
}

/**
 * Takes the password out of a connection URL, whether it stands before the `@` or in `?password=`.
 * `password` is null where there is none. A text that is no URL comes back as it is.
 */
export function splitPassword(text: string): { url: string; password: string | null } {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return { url: text.trim(), password: null };
  }
  const inQuery = url.searchParams.get('password');
  const inAuthority = url.password === '' ? null : decode(url.password);
  if (inQuery === null && inAuthority === null) return { url: text.trim(), password: null };
  url.password = '';
  url.searchParams.delete('password');
  return { url: url.href, password: inAuthority ?? inQuery };
}

/** `host:port/database`, for lists and tooltips: never the password. */
export function describeUrl(text: string): string {
  try {
    const url = new URL(text);
    const host = url.host || url.searchParams.get('host') || 'localhost';
    return `${host}${decode(url.pathname)}`;
  } catch {
    return 'not a valid URL';
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone % is no escape: it means itself.
    return text;
  }
}

/** Plans in the log of a server with auto_explain: as it writes to stderr, as CSV and as JSON, and through syslog. */

/**
 * `2026-11-21 10:00:00.123 UTC [17] LOG:  duration: 3.125 ms  plan:`, whatever the prefix is set to; the words are in the
 * server's language.
 */
const head = /(?:^|[\s"])\p{L}+ ?: [\d.]+ ms {2}\p{L}+ ?:\s*(.*)$/u;
const headInQuotes = /"\p{L}+ ?: [\d.]+ ms {2}\p{L}+ ?:\r?\n/gu;

/** The messages with plans of a log in CSV (csvlog) or JSON (jsonlog, and as clouds hand logs out); none of others. */
export function messagesIn(text: string): string[] {
  if (!/ ms {2}\p{L}+ ?:/u.test(text)) return [];
  const csv = [...text.matchAll(headInQuotes)].map(({ index }) => quotedAt(text, index));
  if (csv.length > 0) return csv;
  const found: string[] = [];
  for (const part of [text, ...text.split(/\r\n|\r|\n/)]) {
    if (!/^\s*[[{]/.test(part)) continue;
    try {
      collect(JSON.parse(part), found);
    } catch {
      continue;
    }
    if (part === text) break;
  }
  return found;
}

/** A field of CSV; quotes in it are doubled. */
function quotedAt(text: string, start: number): string {
  let end = start + 1;
  while (end < text.length && (text[end] !== '"' || text[end + 1] === '"')) end += text[end] === '"' ? 2 : 1;
  return text.slice(start + 1, end).replaceAll('""', '"');
}

function collect(value: unknown, found: string[]): void {
  if (typeof value === 'string') {
    if (head.test(value.split('\n', 1)[0] as string)) found.push(value);
  } else if (value !== null && typeof value === 'object')
    for (const inner of Object.values(value)) collect(inner, found);
}

/** Another message of the log. */
const otherMessage =
  /^(?:\S.*\b)?(?:LOG|ERROR|STATEMENT|WARNING|FATAL|PANIC|DETAIL|HINT|CONTEXT|QUERY|LOCATION|NOTICE|INFO|DEBUG\d?): {2}/;

/** What auto_explain writes behind each head, each line with a tab; all lines where there is none. */
export function entriesIn(lines: readonly string[]): (readonly string[])[] {
  const heads = lines.flatMap((line, i) => (head.test(line) ? [i] : []));
  if (heads.length === 0) return [lines];
  return heads.map((at, k) => {
    const rest = lines.slice(at + 1, heads[k + 1] ?? lines.length);
    const other = rest.findIndex((line) => otherMessage.test(line));
    // a message by itself has neither prefixes nor tabs
    const isMessage = /^\p{L}+ ?: [\d.]+ ms/u.test(lines[at] as string);
    const whole = isMessage || other < 0 ? rest : rest.slice(0, other);
    const own = isMessage ? whole : whole.map(withoutPrefix);
    const behind = head.exec(lines[at] as string)?.[1] ?? '';
    return behind === '' ? own : [behind, ...own];
  });
}

/** The tab of a continuation line; syslog repeats its prefix, and writes the tab as #011. */
const withoutPrefix = (line: string): string =>
  line.replace(/^.*?\[\d+(?:-\d+)?\]:?\s+(?:\[\d+-\d+\]\s*)?#011/, '').replace(/^\t/, '');

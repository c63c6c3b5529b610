/** Takes plans out of what stands around them: psql's tables, pgAdmin's quotes, log prefixes, mail quotes, code fences. */

import { figures } from './textHeading.ts';

export interface Frame {
  readonly format: 'text' | 'json' | 'yaml' | 'xml';
  /** The plan, and what follows it. */
  readonly body: string;
  /** The statement, where the frame tells it apart from the plan: auto_explain's "Query Text". */
  readonly query: string | null;
}

/** The plans in a text, one after another; none where nothing looks like one. */
export function framesIn(text: string): Frame[] {
  const lines = unquoted(
    text
      .replace(/^\uFEFF/, '')
      // mail programs and browsers write indentation so
      .replace(/\u00A0/g, ' ')
      .split(/\r\n|\r|\n/),
  );
  return logEntries(withoutTable(lines)).flatMap(({ lines: entry, query }) => framesOf(entry, query));
}

function framesOf(lines: readonly string[], query: string | null): Frame[] {
  const frames: Frame[] = [];
  const start = lines.findIndex((line) => isJsonStart(line) || isYamlStart(line) || isXmlStart(line) || isNode(line));
  if (start < 0) {
    // with COSTS off, nothing but its words tell a node
    const bare = lines.findIndex((line) => bareNode.test(line));
    if (bare < 0) return [];
    return [{ format: 'text', body: lines.slice(bare).join('\n'), query: query ?? queryAbove(lines.slice(0, bare)) }];
  }
  const first = lines[start] as string;
  const format = isJsonStart(first) ? 'json' : isXmlStart(first) ? 'xml' : isYamlStart(first) ? 'yaml' : 'text';
  frames.push({
    format,
    body: lines.slice(start).join('\n'),
    query: query ?? (format === 'text' ? queryAbove(lines.slice(0, start)) : null),
  });
  return frames;
}

const isJsonStart = (line: string): boolean => /^\s*(?:\[\s*(?:[[{"]|$)|\{\s*(?:"|$))/.test(line);
const isYamlStart = (line: string): boolean => /^\s*(?:- )?(?:Plan:\s*$|Query Text: ".*"$)/.test(line);
const isXmlStart = (line: string): boolean => /^\s*<(?:\?xml|explain)\b/.test(line);
const isNode = (line: string): boolean => figures.test(line);
const bareNode = new RegExp(
  `^\\s*(?:->\\s+)?(?:(?:Parallel|Partial|Finalize|Async) )?(?:${[
    '(?:Seq|Sample|Tid|Tid Range|Subquery|Function|Table Function|Values|CTE|WorkTable|Named Tuplestore|Foreign) Scan on \\S',
    'Bitmap (?:Heap|Index) Scan on \\S',
    'Index (?:Only )?Scan (?:Backward )?using \\S',
    'Custom Scan \\(',
    '(?:Insert|Update|Delete|Merge) on \\S',
    '(?:(?:Hash|Merge) (?:\\w+ ){0,2}Join|Nested Loop(?: \\w+){0,2}(?: Join)?)\\s*$',
    '(?:Hash)?SetOp (?:Intersect|Except)(?: All)?\\s*$',
    '(?:(?:Hash|Group|Mixed)?Aggregate|WindowAgg|(?:Incremental )?Sort|Group|Unique|Limit|LockRows|(?:Merge )?Append)\\s*$',
    '(?:Gather(?: Merge)?|Result|ProjectSet|Recursive Union|Bitmap(?:And|Or)|Materialize|Memoize|Hash)\\s*$',
  ].join('|')})`,
);

function queryAbove(lines: readonly string[]): string | null {
  const first = lines.findIndex((line) => /^\s*Query Text: /.test(line));
  if (first < 0) return null;
  const text = lines.slice(first);
  text[0] = (text[0] as string).replace(/^\s*Query Text: /, '');
  return text.join('\n').trim();
}

/** The marks of a mail's quotation and of a code fence. */
function unquoted(lines: readonly string[]): string[] {
  const kept = lines.filter((line) => !/^\s*(?:>\s*)*```/.test(line));
  const written = kept.filter((line) => line.trim() !== '');
  if (written.length > 1 && written.every((line) => /^\s*>/.test(line)))
    return unquoted(kept.map((line) => line.replace(/^\s*> ?/, '')));
  return kept;
}

/** What a client draws around a column named QUERY PLAN. */
function withoutTable(lines: readonly string[]): string[] {
  const written = lines.filter((line) => line.trim() !== '');
  // a grid copied as CSV: every row in quotes, quotes in it doubled; a plan in JSON is one row of many lines
  if (written.length > 0 && written.every((line) => /^\s*"(?:[^"]|"")*"\s*$/.test(line)) && !isList(written))
    return written.map((line) => unescaped(line.trim().slice(1, -1))).filter((line) => line.trim() !== 'QUERY PLAN');
  const whole = written.join('\n').trim();
  const cell = /^(?:"?QUERY PLAN"?\s*\n)?"(\s*(?:\[|- Plan|<explain)[\s\S]*)"$/.exec(whole);
  if (cell) return unescaped(cell[1] as string).split('\n');

  const header = lines.findIndex((line) => /^[\s|│]*QUERY PLAN[\s|│]*$/.test(line));
  const rule = header < 0 ? undefined : lines[header + 1];
  if (header < 0 || rule === undefined || !/^[-+|\s─┼┤├═╪┌┐│]+$/.test(rule)) return [...lines];
  const rest = lines.slice(header + 2);
  const end = rest.findIndex((line) => /^\s*\(\d+ (?:rows?|строк|Zeilen?|lignes?|filas?)\)\s*$/.test(line));
  const rows = (end < 0 ? rest : rest.slice(0, end)).filter((line) => !/^[+└├][-+─┴┘]+$/.test(line.trim()));
  const bordered = rows.length > 0 && rows.every((line) => line.trim() === '' || /^\s*[|│].*[|│]\s*$/.test(line));
  const bare = bordered ? rows.map((line) => line.replace(/^\s*[|│]/, '').replace(/[|│]\s*$/, '')) : rows;
  // a row of several lines: psql ends each but the last with a plus or an arrow
  const continued = bare.filter((line) => line.trim() !== '').length - 1;
  const marks = bare.filter((line) => /[+↵]\s*$/.test(line)).length;
  const joined = marks > 0 && marks >= continued - 1 ? bare.map((line) => line.replace(/\s*[+↵]\s*$/, '')) : bare;
  return joined.map((line) => line.replace(/\s+$/, ''));
}

const unescaped = (cell: string): string => cell.replaceAll('""', '"');
/** Strings of a JSON list, one a line. */
const isList = (lines: readonly string[]): boolean => lines.some((line) => /^\s*[[{]/.test(line));

interface Entry {
  readonly lines: readonly string[];
  readonly query: string | null;
}

/** `2026-11-21 10:00:00 UTC [17] LOG:  duration: 3.125 ms  plan:`, and what auto_explain writes behind it, each line with a tab. */
const logHead = /\bduration: [\d.]+ ms\s+plan:\s*(.*)$/;

function logEntries(lines: readonly string[]): Entry[] {
  const heads = lines.flatMap((line, i) => (logHead.test(line) ? [i] : []));
  if (heads.length === 0) return [{ lines, query: null }];
  return heads.map((head, k) => {
    const next = heads[k + 1] ?? lines.length;
    const rest = lines.slice(head + 1, next);
    // another message of the log ends it
    const other = rest.findIndex((line) =>
      /^\S.*\b(?:LOG|ERROR|STATEMENT|WARNING|FATAL|DETAIL|HINT|CONTEXT|NOTICE): {2}/.test(line),
    );
    const own = (other < 0 ? rest : rest.slice(0, other)).map(withoutLogPrefix);
    const behind = logHead.exec(lines[head] as string)?.[1] ?? '';
    return { lines: behind === '' ? own : [behind, ...own], query: null };
  });
}

/** The tab of a continuation line; syslog repeats its prefix, and writes the tab as #011. */
const withoutLogPrefix = (line: string): string =>
  line.replace(/^.*?\[\d+(?:-\d+)?\]:?\s+(?:\[\d+-\d+\]\s*)?#011/, '').replace(/^\t/, '');

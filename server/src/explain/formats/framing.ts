/** Takes plans out of what stands around them: clients' tables, logs, mail quotes, code fences, broken lines. */
import { bareNode, isNode, withWholeLines } from './lines.ts';
import { entriesIn, messagesIn } from './logs.ts';
import { rowsInJson, tablesIn } from './tables.ts';
import { isProperty } from './textProperties.ts';

export interface Frame {
  readonly format: 'text' | 'json' | 'yaml' | 'xml';
  /** The plan, and what follows it. */
  readonly body: string;
  /** The statement, where the frame tells it apart from the plan: auto_explain's "Query Text". */
  readonly query: string | null;
  /** The values that it ran with, as auto_explain writes them from 16 on: `$1 = '7'`. */
  readonly parameters: string | null;
}

/** The plans in a text, one after another; none where nothing looks like one. */
export function framesIn(text: string): Frame[] {
  // mail programs and browsers write indentation so
  const clean = text.replace(/^\uFEFF/, '').replace(/\u00A0/g, ' ');
  const messages = messagesIn(clean);
  const texts = messages.length > 0 ? messages : [rowsInJson(clean) ?? clean];
  return texts.flatMap((inner) =>
    tablesIn(withoutCsvQuotes(uncommented(unquoted(withArrows(inner).split(/\r\n|\r|\n/)))))
      .flatMap(entriesIn)
      .flatMap(framesOf),
  );
}

/** A page's source has its arrows written out. */
const withArrows = (text: string): string =>
  text.includes('-&gt;') ? text.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity] as string) : text;
const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

function framesOf(broken: readonly string[]): Frame[] {
  // the statement in front of a plan in text may have lines that look like anything
  const isText = /^\s*Query Text: (?!".*"$)/.test(broken.find((line) => line.trim() !== '') ?? '');
  const isOther = (line: string): boolean => !isText && (isJsonStart(line) || isYamlStart(line) || isXmlStart(line));
  const other = broken.findIndex((line) => isOther(line) || isNode(line));
  const lines = other >= 0 && isOther(broken[other] as string) ? broken : withWholeLines(broken);
  const start = lines.findIndex((line) => isOther(line) || isNode(line));
  if (start < 0) {
    // with COSTS off, nothing but its words tell a node
    const bare = lines.findIndex((line) => bareNode.test(line));
    return bare < 0 ? [] : [textFrame(lines, bare)];
  }
  const first = lines[start] as string;
  if (!isOther(first)) return [textFrame(lines, start)];
  const format = isJsonStart(first) ? 'json' : isXmlStart(first) ? 'xml' : 'yaml';
  return [{ format, body: lines.slice(start).join('\n'), query: null, parameters: null }];
}

const isJsonStart = (line: string): boolean => /^\s*(?:\[\s*(?:[[{"]|$)|\{\s*(?:"|$))/.test(line);
const isYamlStart = (line: string): boolean => /^\s*(?:- )?(?:Plan:\s*$|Query Text: ".*"$)/.test(line);
const isXmlStart = (line: string): boolean => /^\s*<(?:\?xml|explain)\b/.test(line);

/** auto_explain writes the statement, and what it ran with, in front of a plan in text. */
function textFrame(lines: readonly string[], start: number): Frame {
  const body = lines.slice(start).join('\n');
  const above = lines.slice(0, start);
  const from = above.findIndex((line) => /^\s*Query Text: /.test(line));
  if (from < 0) return { format: 'text', body, query: null, parameters: null };
  const values = above.findIndex((line, i) => i > from && /^\s*Query Parameters: /.test(line));
  const written = (begin: number, end: number, label: string): string =>
    above
      .slice(begin, end)
      .join('\n')
      .replace(new RegExp(`^\\s*${label}: `), '')
      .trim();
  return {
    format: 'text',
    body,
    query: written(from, values < 0 ? above.length : values, 'Query Text'),
    parameters: values < 0 ? null : written(values, above.length, 'Query Parameters'),
  };
}

/** Kept in a script, as comments of SQL. */
function uncommented(lines: readonly string[]): readonly string[] {
  const comment = /^\s*--(?!-) ?/;
  const comments = lines.filter((line) => comment.test(line));
  const isPlan = comments.some(isNode) && !lines.some((line) => isNode(line) && !comment.test(line));
  return isPlan ? comments.map((line) => line.replace(comment, '')) : lines;
}

/** A result copied as CSV: only the lines with commas or quotes in them are in quotes. */
function withoutCsvQuotes(lines: readonly string[]): readonly string[] {
  if (!lines.some((line) => isNode(line) && !line.startsWith('"'))) return lines;
  return lines.map((line) => {
    const inner = /^"((?:[^"]|"")*)"$/.exec(line)?.[1]?.replaceAll('""', '"');
    return inner !== undefined && (isNode(inner) || isProperty(inner.trim())) ? inner : line;
  });
}

/** Deeper than mails quote mails. */
const deepestQuotation = 20;

/** Without the marks of a mail's quotation, and without code fences. */
function unquoted(lines: readonly string[], depth = 0): string[] {
  const kept = lines.filter((line) => !/^\s*(?:>\s*)*(?:```|~~~)/.test(line));
  const quoted = kept.filter((line) => /^\s*>/.test(line));
  // an answer stands above or below what it quotes
  const holdsPlan = quoted.length > 1 && quoted.some((line) => isNode(line) || /"Node Type"|Node-Type/.test(line));
  const whole = quoted.length > 1 && kept.every((line) => /^\s*(?:>|$)/.test(line));
  if (depth === deepestQuotation || !(holdsPlan || whole)) return kept;
  return unquoted(
    quoted.map((line) => line.replace(/^\s*> ?/, '')),
    depth + 1,
  );
}

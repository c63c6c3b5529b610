/** What clients draw around a column named QUERY PLAN: psql, pgAdmin, DBeaver, DataGrip, rows of drivers. */
import { isNode } from './lines.ts';

/** A column that a driver gives as JSON, a line of the plan in each row; null where the text is no such thing. */
export function rowsInJson(text: string): string | null {
  if (!/^\s*[[{]/.test(text) || text.includes('Node Type')) return null;
  try {
    const rows: string[] = [];
    collect(JSON.parse(text), rows);
    return rows.some((row) => row.split('\n').some(isNode)) ? rows.join('\n') : null;
  } catch {
    return null;
  }
}

function collect(value: unknown, rows: string[]): void {
  if (typeof value === 'string') rows.push(value);
  else if (value !== null && typeof value === 'object') for (const inner of Object.values(value)) collect(inner, rows);
}

const border = '[|│║]';
const header = /^[\s|│║]*"?QUERY PLAN"?[\s|│║]*$/;
/** Lines of a frame; of Markdown's tables too. */
const isRule = (line: string): boolean => /^[-+|:\s\u2500-\u257F]+$/.test(line) && /[-─═]{2}/.test(line);
const countOfRows = /^\s*\(\d+ \p{L}+\)\s*$/u;

/** The rows of each table, without its frame; the text as it is where there is none. */
export function tablesIn(lines: readonly string[]): (readonly string[])[] {
  const cells = cellsOf(lines);
  if (cells) return [cells];
  const records = recordsOf(lines);
  if (records) return [records];
  const starts = lines.flatMap((line, i) => (header.test(line) && isRule(lines[i + 1] ?? '') ? [i] : []));
  if (starts.length === 0) return [lines];
  return starts.map((start, k) => {
    const rest = lines.slice(start + 2, starts[k + 1] ?? lines.length);
    const end = rest.findIndex((line) => countOfRows.test(line));
    return unframed(end < 0 ? rest : rest.slice(0, end));
  });
}

function unframed(lines: readonly string[]): string[] {
  const rows = lines.filter((line) => !isRule(line));
  const written = rows.filter((line) => line.trim() !== '');
  const isClosed = new RegExp(`${border}\\s*$`);
  const closed = written.length > 0 && written.every((line) => isClosed.test(line));
  const opened = closed && written.every((line) => new RegExp(`^\\s*${border}`).test(line));
  const bare = rows
    .map((line) => (opened ? line.replace(new RegExp(`^\\s*${border}`), '') : line))
    .map((line) => (closed ? line.replace(isClosed, '') : line));
  // a row of several lines: psql ends each but the last with a plus or an arrow
  const marks = bare.filter((line) => /[+↵]\s*$/.test(line)).length;
  const joined = marks > 0 && marks >= written.length - 2 ? bare.map((line) => line.replace(/\s*[+↵]\s*$/, '')) : bare;
  // a blank at the end of a line that a terminal broke is one of the plan's
  return closed ? joined.map((line) => line.trimEnd()) : joined;
}

/** psql's `\x`: each row below a line that counts it. */
function recordsOf(lines: readonly string[]): string[] | null {
  const isRecord = (line: string): boolean => /^[\s┌├╭+]*[-─]\[ \p{L}+ \d+ \]/u.test(line);
  if (!lines.some(isRecord)) return null;
  const rows = lines.slice(lines.findIndex(isRecord)).filter((line) => !isRecord(line) && !isRule(line));
  return unframed(rows.map((line) => line.replace(/^\s*[|│║]?\s*(?:QUERY PLAN)?\s*[|│║] ?/, '')));
}

/** A grid that was copied as CSV: every row in quotes, quotes in it doubled; a plan in JSON is one row of many lines. */
function cellsOf(lines: readonly string[]): string[] | null {
  const written = lines.filter((line) => line.trim() !== '');
  const cell = /^(?:"?QUERY PLAN"?\s*\n)?"(\s*(?:\[|- Plan|<explain)[\s\S]*)"$/.exec(written.join('\n').trim());
  if (cell) return unescaped(cell[1] as string, '"').split('\n');
  // strings of a JSON list, one a line
  if (written.length === 0 || written.some((line) => /^\s*[[{]/.test(line))) return null;
  for (const quote of ['"', "'"]) {
    // the first quotation mark is easily missed when a text is selected
    if (!written.every((line) => line.trimEnd().endsWith(quote))) continue;
    const rows = written.map((line) => {
      const cell = line.trimEnd().slice(0, -1);
      return cell.trimStart().startsWith(quote) ? cell.trimStart().slice(1) : cell;
    });
    if (!rows.every((row) => isEscaped(row, quote))) continue;
    return rows.map((row) => unescaped(row, quote)).filter((row) => row.trim() !== 'QUERY PLAN');
  }
  return null;
}

/** pgAdmin doubles double quotes, and leaves single ones as they are. */
const isEscaped = (row: string, quote: string): boolean => quote === "'" || !row.replaceAll('""', '').includes('"');
const unescaped = (cell: string, quote: string): string => (quote === '"' ? cell.replaceAll('""', '"') : cell);

/** The lines of a plan in FORMAT TEXT: what begins a node, and how to put together what a terminal or a mail has broken. */
import { figures } from './textHeading.ts';
import { beginsSummary } from './textSummary.ts';

export const isNode = (line: string): boolean => figures.test(line);

/** The names of nodes, where no figures tell that a line is one. */
export const bareNode = new RegExp(
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

const isArrow = (line: string): boolean => /^\s*->/.test(line);
/** A line that must end in a node's figures. */
const beginsNode = (line: string): boolean => isArrow(line) || /\((?:cost=|actual )/.test(line);
/** Words and names before the figures, and no sentence, prompt or table's frame. */
const isName = (line: string): boolean => /^\s*[A-Z][^:;]*? \((?:cost=|actual )/.test(line) && !/--|──/.test(line);
/** Into how many pieces a narrow window can break a node's first line. */
const mostPieces = 12;

/**
 * Joins lines that were broken: a terminal breaks in the middle of words, at one width; a mail program at blanks. What belongs
 * together is known of a node's first line, by its figures; of others only where the window's width is known from those.
 */
export function withWholeLines(lines: readonly string[]): readonly string[] {
  const broken = new Map<number, number>();
  let isFirst = true;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const pieces = isFirst || beginsNode(line) ? piecesAt(lines, i) : 1;
    if (isWhole(line) || pieces > 1) isFirst = false;
    if (pieces > 1) broken.set(i, pieces);
    i += pieces - 1;
  }
  if (broken.size === 0) return lines;
  const ends = [...broken].flatMap(([at, pieces]) => lines.slice(at, at + pieces - 1).map(({ length }) => length));
  const width = Math.max(...ends);
  // blanks at the end of a line may have got lost
  const isWindow = ends.every((end) => end >= width - 2);
  const whole: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const pieces = broken.get(i) ?? 1;
    const parts = lines.slice(i, i + pieces);
    const joined = isWindow ? parts.map((part, k) => (k < pieces - 1 ? part.padEnd(width) : part)).join('') : '';
    whole.push(pieces === 1 ? (parts[0] as string) : isWhole(joined) ? joined : (wholeOf(parts) as string));
    i += pieces - 1;
  }
  return isWindow ? joinedAtWidth(whole, width) : whole;
}

/** Of how many lines the node's first line is made that begins at a line; 1 where none is broken there. */
function piecesAt(lines: readonly string[], at: number): number {
  const line = lines[at] as string;
  const isActual = (i: number): boolean => /^\s*\((?:actual |never executed)/.test(lines[i] ?? '');
  if (line.trim() === '' || (isWhole(line) && !isActual(at + 1))) return 1;
  for (let pieces = 2; pieces <= mostPieces; pieces++) {
    const next = lines[at + pieces - 1];
    if (next === undefined || next.trim() === '' || isArrow(next)) return 1;
    // a node by itself, and what stands above it something else
    if (!isArrow(line) && isNode(next) && !/^\s*\(/.test(next)) return 1;
    const whole = wholeOf(lines.slice(at, at + pieces));
    if (whole !== null && (isArrow(line) || isName(whole)) && !isActual(at + pieces)) return pieces;
  }
  return 1;
}

/** The pieces as one line, put together in the way in which its figures are whole. */
function wholeOf(pieces: readonly string[]): string | null {
  const loose = pieces.map((piece, i) => (i > 0 ? piece.trim() : piece.trimEnd())).join(' ');
  return [pieces.join(''), loose].find(isWhole) ?? null;
}

/** Its figures are at its end, and no piece of figures is before them. */
const isWhole = (line: string): boolean =>
  isNode(line) && !/\((?:cost=|actual )/.test(line.replace(figures, '').replace(figures, ''));

/** Lines that nothing before them goes on in. */
const begins = /^\s*(?:->|[A-Z][A-Za-z/-]*(?: [A-Za-z/-]+){0,4}:(?: |$)|Trigger |\(\d+ |(?:InitPlan|SubPlan|CTE)\b)/;

/** Joins the lines that end at a window's width. */
function joinedAtWidth(lines: readonly string[], width: number): string[] {
  const whole: string[] = [];
  let room = width;
  for (const line of lines) {
    // what begins at the left may well be the middle of a line, where the one before is full
    const isNew = begins.test(line) && (room > 0 || /^\s/.test(line) || beginsSummary(line));
    const goesOn = room <= 2 && !isNew;
    if (goesOn && whole.length > 0 && !isNode(line)) whole[whole.length - 1] += ' '.repeat(Math.max(room, 0)) + line;
    else whole.push(line);
    room = width - line.length;
  }
  return whole;
}

/** What is found in a file besides what the rules say of its SQL: problems of its history and of the way back, and what stands in its own language. */
import type { Catalog } from './catalog/catalog.ts';
import type { FileReview, PlacedFinding } from './document.ts';
import type { History } from './history/history.ts';
import type { FileProblem } from './history/problems/index.ts';
import { missingBackwardStep, usual } from './history/problems/missingBackwardStep.ts';
import type { ProblemFix } from './history/problems/problem.ts';
import { type BackwardPart, backwardCalls, backwardPartOf, createsSomething } from './review/backwardPart.ts';
import { reviewRevision } from './review/revisionReview.ts';
import { commentsOf, silences, suppressionsIn } from './review/suppression.ts';
import { reviewTemplates } from './review/templateReview.ts';
import type { Edit, Finding, Fix } from './rules/rule.ts';
import { revisionOf } from './sources/alembic/revision.ts';
import { forwardPart, type Host, type Piece, plainMap } from './sources/piece.ts';
import { templatesOf } from './sources/typescript/typescriptSource.ts';
import type { Parser } from './syntax/parser.ts';
import { SqlText } from './syntax/sqlText.ts';
import type { Span } from './syntax/tokens.ts';
import type { FileState } from './workspace/files.ts';

/** The review with these findings in front, but for those that the file silences. */
export function withFindings(review: FileReview, more: readonly PlacedFinding[], file: FileState): FileReview {
  if (more.length === 0) return review;
  const text = file.text.toString();
  const comments =
    file.source.id === 'sql'
      ? commentsOf(text, 0, text.length)
      : (text.match(/#[^\n]*pgreview-ignore[^\n]*/g) ?? []).join('\n');
  const silenced = suppressionsIn(comments).file;
  return {
    findings: [...more.filter(({ finding }) => !silences(silenced, finding.rule)), ...review.findings],
    get statements() {
      return review.statements;
    },
  };
}

/** Problems of the history's files, at their places in the text as it is now. */
export const problemFindings = (
  problems: readonly FileProblem[],
  { text }: FileState,
  parser: Parser,
  mayCreate: (fix: ProblemFix) => boolean,
  now: () => Date,
): PlacedFinding[] => {
  if (problems.length === 0) return [];
  const whole = text.toString();
  return problems.map(({ problem, at, message, help, severity = problem.severity, fixes }) => {
    const match = at?.exec(whole);
    const range = match ? { start: match.index, end: match.index + match[0].trimEnd().length } : firstLine(whole);
    const placed = wholeFileFinding({ id: problem.id, severity }, range, message, help, parser);
    const offered = (fixes?.(now()) ?? []).filter(mayCreate).flatMap((fix) => fixIn(whole, fix) ?? []);
    if (offered.length === 0) return placed;
    return {
      ...placed,
      piece: { ...placed.piece, map: plainMap(whole.length) },
      finding: { ...placed.finding, fixes: offered },
    };
  });
};

/** Null where the file is not as it was when the problem was found. */
function fixIn(text: string, { title, edits = [], created }: ProblemFix): Fix | null {
  const placed: Edit[] = [];
  for (const { at, newText } of edits) {
    const match = at.exec(text);
    if (!match) return null;
    placed.push({ start: match.index, end: match.index + match[0].length, newText });
  }
  return { title, edits: placed, safe: false, ...(created ? { created } : {}) };
}

/** What is found in the Python of a revision. */
export const revisionFindings = (
  { pieces, text }: FileState,
  schemaBefore: () => Catalog | null,
  settled: boolean,
  parser: Parser,
): PlacedFinding[] => {
  const revision = revisionOf(pieces);
  return !revision
    ? []
    : reviewRevision(revision, schemaBefore, settled).map((found) => inFile(found, text.length, parser));
};

/** What is found in the templates of a file of TypeScript, apart from the SQL that they make. */
export const templateFindings = ({ pieces, text }: FileState, parser: Parser): PlacedFinding[] => {
  const templates = templatesOf(pieces);
  return templates ? reviewTemplates(templates).map((found) => inFile(found, text.length, parser)) : [];
};

/** One whose spans and edits count in the file. */
const inFile = (
  { finding, host }: { readonly finding: Finding; readonly host: Host },
  length: number,
  parser: Parser,
): PlacedFinding => ({
  finding,
  piece: { ...nowhere, map: plainMap(length), sql: SqlText.of('', parser), host },
  statementStart: 0,
  range: finding.span,
  related: [],
});

const firstLine = (text: string): Span => ({ start: 0, end: (/^[^\r\n]*/.exec(text)?.[0] ?? '').length });

/** A finding that belongs to no statement. */
export function wholeFileFinding(
  { id, severity }: Pick<FileProblem['problem'], 'id' | 'severity'>,
  range: Span,
  message: string,
  help: string,
  parser: Parser,
): PlacedFinding {
  return {
    finding: { rule: id, severity, span: { start: 0, end: 0 }, message, help, fixes: [] },
    piece: { ...nowhere, sql: SqlText.of('', parser) },
    statementStart: 0,
    range,
    related: [],
  };
}

const nowhere: Omit<Piece, 'sql'> = {
  map: plainMap(0),
  wrapping: 'unknown',
  declared: false,
  begins: false,
  downFrom: 0,
  reviewed: true,
  conditional: false,
  uncertain: false,
  host: null,
};

/** How the migrations of a history are undone. */
export interface WayBack {
  readonly history: History;
  /** Undefined for a file that is not there. */
  get(uri: string): FileState | undefined;
}

/** The part that undoes a migration, and the file that holds it; null where there is none. */
export function backwardOf(uri: string, { history, get }: WayBack): { part: BackwardPart; uri: string } | null {
  const other = history.tool.backwardOf?.(uri);
  const holder = other !== undefined && get(other) ? other : uri;
  const file = get(holder);
  const part = file ? partOf(file) : null;
  return part && { part, uri: holder };
}

const parts = new WeakMap<readonly Piece[], BackwardPart | null>();

function partOf({ source, pieces, text }: FileState): BackwardPart | null {
  let part = parts.get(pieces);
  if (part === undefined) {
    part = source.backwardCode
      ? backwardCalls(pieces, source.gapsIn?.(pieces) ?? [], source.backwardCode(text.toString()))
      : backwardPartOf(pieces);
    parts.set(pieces, part);
  }
  return part;
}

/** What is said where a migration has no backward part, in a history whose others do. */
export function missingBackward(uri: string, way: WayBack, parser: Parser): PlacedFinding | null {
  const { history, get } = way;
  const own = backwardOf(uri, way);
  const file = get(own?.uri ?? uri);
  if (!file || (own && (own.part.statements.length > 0 || own.part.explained))) return null;
  // the first one is often the schema as it was before there were migrations
  if (history.files[0] === uri || !createsSomething((get(uri)?.pieces ?? []).flatMap(forwardPart))) return null;
  let [undone, others] = [0, 0];
  for (const other of history.files) {
    const part = backwardOf(other, way)?.part;
    part && (part.statements.length > 0 || (part.explained && !part.known)) ? undone++ : others++;
  }
  if (undone < usual * others) return null;
  const expected = history.tool.backwardOf?.(uri);
  const message =
    own || expected === undefined
      ? 'This migration has no backward part.'
      : `This migration has no backward part: there is no ${expected.slice(history.folder.length + 1)}.`;
  const text = file.text.toString();
  const definition = file.source.backwardCode ? /^def downgrade\b[^\n]*/m.exec(text) : null;
  return wholeFileFinding(
    missingBackwardStep,
    definition ? { start: definition.index, end: definition.index + definition[0].trimEnd().length } : firstLine(text),
    message,
    `${undone} of ${history.files.length} migrations here can be undone. Undo this one as well, or say in a comment there why it cannot be.`,
    parser,
  );
}

/** The files that undo another one, by URI, with that. */
export const undoneBy = (histories: readonly History[], existing: ReadonlySet<string>): Map<string, string> =>
  new Map(
    histories.flatMap(({ tool, files }) =>
      files.flatMap((uri) => {
        const backward = tool.backwardOf?.(uri);
        return backward !== undefined && backward !== uri && existing.has(backward) ? [[backward, uri] as const] : [];
      }),
    ),
  );

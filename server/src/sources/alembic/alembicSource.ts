/**
 * SQL in Python files. An Alembic revision is run, as far as the file tells what it does: each operation becomes the
 * statements that Alembic sends. `downgrade()` is the backward part, and the revision runs in a transaction that Alembic
 * opens, except inside `with ….autocommit_block():`. In other Python files, and where a revision's code is not reached, it is
 * the arguments of `….execute(…)` and `text(…)`, in the order in which they stand.
 */
import { type Tree, TreeFragment } from '@lezer/common';
import { parser as python } from '@lezer/python';
import type { Parser } from '../../syntax/parser.ts';
import type { SqlText } from '../../syntax/sqlText.ts';
import type { Span } from '../../syntax/tokens.ts';
import { isRevision } from '../../tools/alembic.ts';
import { type Beside, nothingBeside } from '../../tools/tool.ts';
import type { Host, Piece } from '../piece.ts';
import type { Gap, Source } from '../source.ts';
import { argumentAt } from './argumentAt.ts';
import { downgradeCode } from './downgrade.ts';
import { conventionFor } from './environment.ts';
import { type EvaluatedFunction, evaluateAgain, type RevisionMemory, type Surroundings } from './evaluate.ts';
import { hostOf } from './host.ts';
import { anySqlMark } from './markedSql.ts';
import { damageIn } from './nodes.ts';
import { openCalls, without } from './openCalls.ts';
import { knownSql, operationPiece, type PythonText, sqlTexts, unknownPiece } from './pieces.ts';
import { ProjectModules } from './projectModules.ts';
import { markedIn, proseIn } from './prose.ts';
import { rememberRevision } from './revision.ts';
import { rewriteDowngrade } from './rewriting/backward.ts';
import { defaultInstead } from './rewriting/defaultInstead.ts';
import { enumFixes } from './rewriting/enumFixes.ts';
import { rewriteOperation } from './rewriting/rewrite.ts';

export const alembicSource: Source = {
  id: 'alembic',
  rewriter: {
    rewrite: (text, piece, wanted, parser) =>
      rewriteOperation(text, piece, wanted, { parser, around: aroundOf(piece) }),
    rewriteBackward: (text, piece, change, parser) =>
      rewriteDowngrade(text, change, { parser, around: aroundOf(piece) }),
    ownFixes(rule, text, piece, parser) {
      const reading = { parser, around: aroundOf(piece) };
      return [...enumFixes(rule, text, piece, reading), ...defaultInstead(rule, text, piece, reading)];
    },
    outsideWords: 'in an autocommit block',
  },
  handles: (uri, languageId) => languageId === 'python' || /\.py$/i.test(uri),
  read: (uri, text, parser, beside) => readPieces(text.toString(), surroundingsOf(uri, beside), parser, []),
  edit: (uri, pieces, _edit, text, parser, beside) =>
    readPieces(text.toString(), surroundingsOf(uri, beside), parser, pieces),
  backwardCode: downgradeCode,
  gapsIn: (pieces) => gaps.get(pieces) ?? [],
  argumentAt: (text, offset) => (isRevision(text) ? argumentAt(text, offset) : null),
};

const projects = new WeakMap<Beside, ProjectModules>();

/** The project's modules are run once for all its revisions. */
function surroundingsOf(uri: string, beside: Beside = nothingBeside): Surroundings {
  let modules = projects.get(beside);
  if (!modules) {
    modules = new ProjectModules(beside);
    projects.set(beside, modules);
  }
  return { uri, modules, convention: conventionFor(uri, modules) };
}

/** What the project tells of the revision that a piece stands in. */
const surroundings = new WeakMap<Host, Surroundings>();

const aroundOf = ({ host }: Piece): Surroundings | undefined => (host ? surroundings.get(host) : undefined);

interface Reading {
  /** What was parsed: the file's text without calls that are not complete. */
  readonly code: string;
  readonly tree: Tree;
  /** Where the first thing stands that is no Python; null where all is. */
  readonly damage: number | null;
  /** Null for a file that is no revision. */
  readonly memory: RevisionMemory | null;
}

/** What each row of pieces was read from: after an edit the rest of it is taken over. */
const readings = new WeakMap<readonly Piece[], Reading>();

/** @param before of the reading before: what stands on either side of a change is not parsed again */
function parsed(code: string, before: Reading | undefined): Tree {
  if (!before) return python.parse(code);
  const shorter = Math.min(code.length, before.code.length);
  const old = before.code;
  const common = commonLength(shorter, (start, end) => code.slice(start, end) === old.slice(start, end));
  // what stands behind damage was not parsed as it would be without
  const from = before.damage === null ? common : Math.min(common, before.damage);
  const behind =
    before.damage === null
      ? commonLength(
          shorter - from,
          (start, end) =>
            code.slice(code.length - end, code.length - start) === old.slice(old.length - end, old.length - start),
        )
      : 0;
  const change = { fromA: from, toA: old.length - behind, fromB: from, toB: code.length - behind };
  return python.parse(code, TreeFragment.applyChanges(TreeFragment.addTree(before.tree), [change]));
}

/** How much is the same, of at most `limit`. Strings compare faster than a loop over their characters does. */
function commonLength(limit: number, same: (start: number, end: number) => boolean): number {
  let known = 0;
  for (let step = limit; step > 0 && known < limit; step = Math.min(step, limit - known)) {
    if (same(known, known + step)) known += step;
    else step >>= 1;
  }
  return known;
}

/** @param known the pieces before an edit: what has the same text is not read again */
function readPieces(text: string, around: Surroundings, parser: Parser, known: readonly Piece[]): readonly Piece[] {
  const revision = isRevision(text);
  // most Python files hold no SQL: do not parse them
  if (!revision && !/\b(?:execute|text)\s*\(/.test(text) && !anySqlMark.test(text)) return [];
  const open = revision ? openCalls(text) : [];
  const code = open.length === 0 ? text : without(text, open);
  const before = readings.get(known);
  const tree = parsed(code, before);
  const used = new Set<SqlText>();
  const texts = sqlTexts(parser, known, (sql) => used.has(sql));
  const file: PythonText = {
    text,
    tree,
    sqlOf: texts.of,
    fileComments: text.includes(fileMark) ? (text.match(fileComment) ?? []).join('\n') : '',
  };
  if (!revision) {
    const pieces = stringPieces(file);
    texts.forget();
    readings.set(pieces, { code, tree, damage: damageIn(tree), memory: null });
    return pieces;
  }
  const { functions, memory } = evaluateAgain(code, tree, around, before?.memory);
  const pieces = revisionPieces(file, withOpen(functions, open, text), around, used, open);
  texts.forget();
  readings.set(pieces, { code, tree, damage: damageIn(tree), memory });
  return pieces;
}

const fileMark = 'pgreview-ignore-file';
const fileComment = /#[^\n]*pgreview-ignore-file[^\n]*/g;

/** Of a file that is no revision, in the order in which they stand. */
function stringPieces(file: PythonText): readonly Piece[] {
  const marked = markedIn(file);
  const starts = new Set(marked.map(({ map }) => map.toFile(0)));
  const given = proseIn(file, (at) => starts.has(at), null);
  return [...given, ...marked].sort((a, b) => a.map.toFile(0) - b.map.toFile(0));
}

/** @param used takes the texts of pieces that are known already */
function revisionPieces(
  file: PythonText,
  evaluated: readonly EvaluatedFunction[],
  around: Surroundings,
  used: Set<SqlText>,
  open: readonly Span[],
): readonly Piece[] {
  const starts = new Set<number>();
  for (const { operations } of evaluated)
    for (const { operation, statements, shift } of operations) {
      const known = knownSql(statements);
      if (known) used.add(known);
      starts.add(operation.span.start + shift);
      for (const { from } of statements) starts.add((from.find((at) => at >= 0) ?? -1) + shift);
    }
  const pieces = evaluated.flatMap(({ name, operations, doubts }) => {
    const down = name === 'downgrade';
    const found = operations.flatMap((operation) => operationPiece(file, operation, down) ?? []);
    for (const { host } of found) if (host) surroundings.set(host, around);
    if (down || !doubts.some((d) => d.ofSchema)) return found;
    // what stands before the call that is being typed stays as it is
    const typed = doubts.every((d) => !d.ofSchema || open.includes(d.span));
    const doubtful = typed ? found.findIndex(({ host }) => host && host.call.start > firstStart(doubts)) : 0;
    return found.toSpliced(doubtful < 0 ? found.length : doubtful, 0, unknownPiece(file));
  });
  // nobody knows when it runs: only its syntax is looked at
  const all = [
    ...pieces,
    ...proseIn(file, (at) => starts.has(at), 0),
    ...open.flatMap((span) => proseInOpen(file, span)),
  ];
  const missing = evaluated.flatMap(({ name, doubts }) =>
    doubts.map(({ span, reason }): Gap => ({ span, reason, backward: name === 'downgrade' })),
  );
  gaps.set(
    all,
    missing.sort((a, b) => a.span.start - b.span.start),
  );
  const { text, tree, fileComments } = file;
  rememberRevision(all, {
    text,
    tree,
    functions: evaluated,
    convention: around.convention,
    hostAt: (span) => hostOf({ text, tree, fileComments }, span),
  });
  return all;
}

const firstStart = (doubts: EvaluatedFunction['doubts']): number =>
  Math.min(...doubts.flatMap(({ ofSchema, span }) => (ofSchema ? span.start : [])));

/** The strings of a call that is not complete. */
const proseInOpen = (file: PythonText, open: Span): Piece[] =>
  proseIn({ ...file, tree: python.parse(file.text, [], [{ from: open.start, to: open.end }]) }, () => false, 0, open);

/** What calls that are not complete would do to the schema is not known. */
function withOpen(functions: readonly EvaluatedFunction[], open: readonly Span[], text: string): EvaluatedFunction[] {
  return functions.map((fn) => {
    const own = open.filter(({ start }) => functionAt(text, start) === fn.name);
    const doubts = own.map((span) => ({ span, reason: 'the call is not complete', ofSchema: true }));
    return own.length === 0 ? fn : { ...fn, doubts: [...fn.doubts, ...doubts] };
  });
}

/** The name of the function whose `def` stands last before that. */
function functionAt(text: string, at: number): string | null {
  const before = text.slice(0, at);
  return [...before.matchAll(/^def\s+(\w+)/gm)].at(-1)?.[1] ?? null;
}

/** What could not be worked out of the revision that each row of pieces was read from. */
const gaps = new WeakMap<readonly Piece[], readonly Gap[]>();

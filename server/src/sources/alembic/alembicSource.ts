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
import { isRevision } from '../../tools/alembic.ts';
import { type Beside, nothingBeside } from '../../tools/tool.ts';
import type { Host, Piece } from '../piece.ts';
import type { Gap, Source, TextEdit } from '../source.ts';
import { argumentAt } from './argumentAt.ts';
import { downgradeCode } from './downgrade.ts';
import { conventionFor } from './environment.ts';
import { type EvaluatedFunction, evaluateAgain, type RevisionMemory, type Surroundings } from './evaluate.ts';
import { hostOf } from './host.ts';
import { anySqlMark } from './markedSql.ts';
import { knownSql, operationPiece, type PythonText, sqlTexts, unknownPiece } from './pieces.ts';
import { ProjectModules } from './projectModules.ts';
import { markedIn, proseIn } from './prose.ts';
import { rememberRevision } from './revision.ts';
import { rewriteDowngrade } from './rewriting/backward.ts';
import { enumFixes } from './rewriting/enumFixes.ts';
import { rewriteOperation } from './rewriting/rewrite.ts';

export const alembicSource: Source = {
  id: 'alembic',
  rewriter: {
    rewrite: (text, piece, wanted, parser) =>
      rewriteOperation(text, piece, wanted, { parser, around: aroundOf(piece) }),
    rewriteBackward: (text, piece, change, parser) =>
      rewriteDowngrade(text, change, { parser, around: aroundOf(piece) }),
    ownFixes: (rule, text, piece, parser) => enumFixes(rule, text, piece, { parser, around: aroundOf(piece) }),
    outsideWords: 'in an autocommit block',
  },
  handles: (uri, languageId) => languageId === 'python' || /\.py$/i.test(uri),
  read: (uri, text, parser, beside) => readPieces(text.toString(), surroundingsOf(uri, beside), parser, [], []),
  edit: (uri, pieces, edit, text, parser, beside) =>
    readPieces(text.toString(), surroundingsOf(uri, beside), parser, pieces, fragmentsOf(pieces, edit, text.length)),
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
  readonly tree: Tree;
  /** Null for a file that is no revision. */
  readonly memory: RevisionMemory | null;
}

/** What each row of pieces was read from: after an edit the rest of it is taken over. */
const readings = new WeakMap<readonly Piece[], Reading>();

function fragmentsOf(
  pieces: readonly Piece[],
  { from, to, inserted }: TextEdit,
  length: number,
): readonly TreeFragment[] {
  const tree = readings.get(pieces)?.tree;
  if (!tree || tree.length + inserted.length - (to - from) !== length) return [];
  const change = { fromA: from, toA: to, fromB: from, toB: from + inserted.length };
  return TreeFragment.applyChanges(TreeFragment.addTree(tree), [change]);
}

/** @param known the pieces before an edit: what has the same text is not read again */
function readPieces(
  text: string,
  around: Surroundings,
  parser: Parser,
  known: readonly Piece[],
  fragments: readonly TreeFragment[],
): readonly Piece[] {
  const revision = isRevision(text);
  // most Python files hold no SQL: do not parse them
  if (!revision && !/\b(?:execute|text)\s*\(/.test(text) && !anySqlMark.test(text)) return [];
  const tree = python.parse(text, fragments);
  const before = readings.get(known);
  const used = new Set<SqlText>();
  const file: PythonText = {
    text,
    tree,
    sqlOf: sqlTexts(parser, known, (sql) => used.has(sql)),
    fileComments: text.includes(fileMark) ? (text.match(fileComment) ?? []).join('\n') : '',
  };
  if (!revision) {
    const pieces = stringPieces(file);
    readings.set(pieces, { tree, memory: null });
    return pieces;
  }
  const { functions, memory } = evaluateAgain(text, tree, around, before?.memory);
  const pieces = revisionPieces(file, functions, around, used);
  readings.set(pieces, { tree, memory });
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
    return !down && doubts.some((d) => d.ofSchema) ? [unknownPiece(file), ...found] : found;
  });
  // nobody knows when it runs: only its syntax is looked at
  const all = [...pieces, ...proseIn(file, (at) => starts.has(at), 0)];
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

/** What could not be worked out of the revision that each row of pieces was read from. */
const gaps = new WeakMap<readonly Piece[], readonly Gap[]>();

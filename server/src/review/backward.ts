/**
 * The part of a migration that undoes it: run, in thought, behind the migration. What fails there, and what it leaves
 * otherwise than it was. Nothing is said where a statement of either part may do more than the files tell.
 */
import type { DropStmt, Node } from '@pgsql/types';
import { type Difference, functionDifferences, relationDifferences, typeDifferences } from '../catalog/difference.ts';
import { nodesKey } from '../catalog/names.ts';
import type { FinalSchema, SchemaReader, Trial } from '../catalog/schema.ts';
import type { Wrapping } from '../catalog/session.ts';
import { backwardFails } from '../history/problems/backwardFails.ts';
import { backwardLeavesChanges } from '../history/problems/backwardLeavesChanges.ts';
import type { Finding } from '../rules/rule.ts';
import type { Statement } from '../syntax/statement.ts';
import type { BackwardPart, BackwardStatement } from './backwardPart.ts';
import { isUnconditional } from './doBlocks.ts';
import { doubtsOf } from './doubts.ts';
import { carry, examine, type ReviewOptions, syntaxFindings, take } from './review.ts';
import { commentsOf, silences, suppressionsIn } from './suppression.ts';

export interface BackwardRow {
  /** The schema before the migration. */
  readonly before: FinalSchema;
  /** The schema behind it, to run the backward part over. */
  readonly trial: Trial;
  /** What the migration has written, by the replay's keys. */
  readonly written: ReadonlySet<string>;
  readonly forward: readonly Statement[];
}

export interface BackwardFinding {
  readonly finding: Finding;
  readonly at: BackwardStatement;
}

export function reviewBackward(part: BackwardPart, row: BackwardRow, options: ReviewOptions): BackwardFinding[] {
  const { found, certain } = runBackward(part, row, options);
  const [first] = part.statements;
  // what fails leaves everything as it was
  if (!certain || !first || found.length > 0) return found;
  const differences = differencesOf(row, options);
  if (differences.length === 0) return found;
  const shown = differences.slice(0, 3).map((d) => d.words);
  const more = differences.length - shown.length;
  const words = more > 0 ? `${shown.join(', ')}, and ${more} more` : shown.join(', ');
  const finding = backwardFinding(
    backwardLeavesChanges,
    first,
    `The backward part does not bring the schema back: ${words}.`,
    differences.some((d) => d.kind === 'left')
      ? 'What is left over is in the way when the migration runs again. Undo each statement of the migration, the last one first.'
      : 'The code of before may need it. Undo each statement of the migration, the last one first.',
  );
  if (finding) found.push({ finding, at: first });
  return found;
}

/**
 * What the schema differs in from what it was before, behind the migration and its backward part. Null where the files do not
 * tell all of it, and where the part fails.
 */
export function differencesBehind(part: BackwardPart, row: BackwardRow, options: ReviewOptions): Difference[] | null {
  if (!part.known) return null;
  const { found, certain } = runBackward(part, row, options);
  return certain && found.length === 0 ? differencesOf(row, options) : null;
}

/** Runs the part over the row's trial: what fails, and whether all that both parts do is known. */
function runBackward(
  part: BackwardPart,
  { before, trial, forward }: BackwardRow,
  options: ReviewOptions,
): { readonly found: BackwardFinding[]; readonly certain: boolean } {
  const found: BackwardFinding[] = [];
  if (!part.known) return { found, certain: false };
  const step = { file: '(backward)', reviewed: true, begins: false, uncertain: false, doubtful: false };
  take({ ...step, wrapping: wrappingOf(part.statements[0]) }, trial);
  if (!forward.every((statement) => isCertain(statement, before, trial))) return { found, certain: false };
  for (const at of part.statements) {
    const { statement } = at;
    take({ ...step, wrapping: wrappingOf(at) }, trial);
    if (!isCertain(statement, before, trial)) return { found, certain: false };
    if (statement.parsed.kind !== 'tree') return { found, certain: false };
    const known = syntaxFindings(statement);
    const own = examine(statement, trial, options).filter((f) => f.severity === 'error' && !known.includes(f));
    for (const finding of own)
      if (!isSilenced(at, finding.rule)) found.push({ finding: { ...finding, fixes: [] }, at });
    const gone = own.length === 0 ? goneBefore(statement.parsed.node, trial, before) : null;
    if (gone !== null) {
      const finding = backwardFinding(
        backwardFails,
        at,
        `There is no ${gone} to drop any more: this statement fails.`,
        'It is gone with what the migration, or a statement above, has dropped. Leave it out, or write IF EXISTS.',
      );
      if (finding) found.push({ finding, at });
    }
    carry(statement, trial, options);
  }
  return { found, certain: true };
}

/** In files of SQL nobody has said how the backward part is run. */
const wrappingOf = (at: BackwardStatement | undefined): Wrapping => (at?.piece.host ? at.piece.wrapping : 'unknown');

/** Whether a comment of the host language says so. */
const isSilenced = ({ piece }: BackwardStatement, rule: string): boolean =>
  piece.host !== null && silences(suppressionsIn(piece.host.comments).statement, rule);

/** Null where a comment at the statement silences it. */
function backwardFinding(
  { id, severity }: { readonly id: string; readonly severity: Finding['severity'] },
  at: BackwardStatement,
  message: string,
  help: string,
): Finding | null {
  const { statement } = at;
  if (isSilenced(at, id)) return null;
  if (silences(suppressionsIn(commentsOf(statement.text, 0, statement.bodyEnd)).statement, id)) return null;
  const line = statement.body.split('\n', 1)[0]?.trimEnd().length ?? 0;
  const span = { start: statement.bodyStart, end: statement.bodyStart + line };
  return { rule: id, severity, span, message, help, fixes: [] };
}

/** Whether the files tell all that the statement does to the schema. */
function isCertain(statement: Statement, before: FinalSchema, after: SchemaReader): boolean {
  const { parsed, text } = statement;
  if (parsed.kind === 'none') return true;
  if (parsed.kind !== 'tree' || /^[ \t]*\\/m.test(text)) return false;
  const { node } = parsed;
  if ('DoStmt' in node && !isUnconditional(statement)) return false;
  if ('TransactionStmt' in node) return !/ROLLBACK|SAVEPOINT/.test(node.TransactionStmt.kind ?? '');
  return [before, after].every((schema) =>
    doubtsOf(statement, node, schema).every((doubt) => doubt === 'origin' || doubt.startsWith('older ')),
  );
}

const relationTypes: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'table',
  OBJECT_INDEX: 'index',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_SEQUENCE: 'sequence',
};

/** What a DROP names that was there once and is not any more; null when there is nothing of that kind. */
function goneBefore(node: Node, schema: Trial, before: FinalSchema): string | null {
  if (!('DropStmt' in node)) return null;
  const { removeType = '', missing_ok, objects } = node.DropStmt as DropStmt;
  const kind = relationTypes[removeType];
  if (missing_ok || kind === undefined || before.doubts('relations')) return null;
  for (const object of objects ?? []) {
    if (!('List' in object)) continue;
    const key = nodesKey(object.List.items, schema.session.schema);
    if (schema.relation(key) || schema.doubts(`of ${key}`)) continue;
    if (schema.hasWritten(`r ${key}`) || schema.versionsOf(key).length > 0)
      return `${kind} ${key.replace(/^public\./, '')}`;
  }
  return null;
}

/** In the order in which the keys were written. */
function differencesOf({ before, trial, written, forward }: BackwardRow, options: ReviewOptions): Difference[] {
  const isWhole = options.wholeHistory === true && !before.doubts('relations') && !before.doubts('origin');
  // IF NOT EXISTS and the like: what is there behind it may have been there before
  const mayHaveBeenThere =
    !isWhole && forward.some(({ text }) => /\bif\s+(?:not\s+)?exists\b|\bor\s+replace\b/i.test(text));
  const found: Difference[] = [];
  for (const key of new Set([...written, ...trial.writtenKeys()])) {
    const name = key.slice(2);
    const differences = key.startsWith('r ')
      ? relationDifferences(name, before, trial)
      : key.startsWith('t ')
        ? typeDifferences(name, before, trial)
        : key.startsWith('f ')
          ? functionDifferences(name, before, trial, trial.hasWritten(key))
          : [];
    if (key.startsWith('r ') && (before.doubts(`of ${name}`) || before.doubts(`older ${name}`))) continue;
    for (const difference of differences) {
      if (difference.kind === 'left' && mayHaveBeenThere) continue;
      if (difference.kind !== 'left' && before.doubts('columns')) continue;
      found.push(difference);
    }
  }
  return found;
}

/** What Explain needs to know of the statement under the cursor: its text, its parameters, and all that runs before it. */
import type { Range } from 'vscode-languageserver-types';
import type { SchemaStep } from '../database/embedded/replay.ts';
import type { ExplainSubject } from '../explain/subject.ts';
import { syntaxFinding } from '../review/syntaxFinding.ts';
import type { Piece } from '../sources/piece.ts';
import { statementsAt } from '../surroundings.ts';
import { parametersOf, type StatementParameters } from '../syntax/parameters.ts';
import type { Parser } from '../syntax/parser.ts';
import { SqlText } from '../syntax/sqlText.ts';
import type { LineDocument } from '../text/text.ts';
import type { FileState, Workspace } from '../workspace.ts';
import { rangeOf } from './place.ts';
import { statementAt } from './statementAt.ts';
import { type ParameterTypes, typesOf, withTypes } from './typedParameters.ts';

/** @returns a sentence for the user when there is nothing to explain at `range` */
export function explainSubjectAt(
  uri: string,
  document: LineDocument,
  file: FileState,
  workspace: Workspace,
  parser: Parser,
  range: Range,
): ExplainSubject | string {
  const from = document.offsetAt(range.start);
  const to = document.offsetAt(range.end);
  const selected = to > from ? selection(document, file, from, to, parser) : null;
  if (typeof selected === 'string') return selected;
  const at = statementAt(file, from);
  if (!selected && !at) return 'There is no SQL statement at the cursor.';
  const broken = !selected && at?.statement.parsed.kind === 'error' ? syntaxFinding(at.statement) : null;
  if (broken) return `This statement has a syntax error. ${broken.message}`;
  const piece = selected?.piece ?? at!.piece;
  const start = selected?.start ?? at!.start + at!.statement.bodyStart;
  const sql = selected?.sql ?? at!.statement.body;
  const found = parametersOf(sql);
  const { sql: rewritten, unusable, toText } = found;
  if (unusable !== null) return `This statement cannot be explained as it stands: ${unusable} is filled in elsewhere.`;
  const toFile = (offset: number): number => piece.map.toFile(start + offset);
  const typesThere = (parameters: StatementParameters): ParameterTypes => {
    const [there] = statementsAt(workspace, file, toFile(0));
    return there ? typesOf(parameters, there.before, parser) : new Map();
  };
  return {
    uri,
    sql: rewritten,
    parameters: found.parameters.length > 0 ? withTypes(found.parameters, typesThere(found)) : [],
    range: rangeOf(document, { start: toFile(0), end: toFile(sql.length) }),
    toRange: (a, b) => rangeOf(document, { start: toFile(toText(a)), end: toFile(toText(b)) }),
    schema: schemaBefore(uri, file, workspace, piece, start),
  };
}

/**
 * The selected text, when it lies in one piece of SQL; null for a part of a statement that is none itself, such as the table
 * that a click in the plan has selected: then the whole statement is meant.
 */
function selection(
  document: LineDocument,
  file: FileState,
  from: number,
  to: number,
  parser: Parser,
): { piece: Piece; start: number; sql: string } | string | null {
  for (const piece of file.pieces) {
    const [a, b] = [piece.map.fromFile(from), piece.map.fromFile(to)];
    if (a === null || b === null || b <= a) continue;
    const text = SqlText.of(piece.sql.slice(a, b), parser);
    const statements = text.statements.flatMap((s, i) =>
      s.parsed.kind === 'none' ? [] : [{ s, start: text.starts[i] as number }],
    );
    const [first] = statements;
    if (!first) return 'The selection holds no SQL statement.';
    if (statements.length > 1) return `The selection holds ${statements.length} statements: select one.`;
    if (first.s.parsed.kind === 'error') {
      const around = statementAt(file, from);
      if (around?.piece === piece && b <= around.start + around.statement.bodyEnd) return null;
    }
    return { piece, start: a + first.start + first.s.bodyStart, sql: first.s.body };
  }
  return document.getText().trim() === '' ? 'There is no SQL statement in this file.' : 'The selection holds no SQL.';
}

/** The migrations before this file, then what stands above the statement in it. */
function schemaBefore(uri: string, file: FileState, workspace: Workspace, piece: Piece, start: number): SchemaStep[] {
  const steps: SchemaStep[] = [];
  const before = workspace.filesBefore(uri);
  for (const other of before?.files ?? []) {
    const state = workspace.get(other);
    if (state) addSteps(steps, state, parentOf(before?.history.folder ?? ''));
  }
  addSteps(steps, file, parentOf(uri), { piece, start });
  return steps;
}

const parentOf = (uri: string): string => uri.slice(0, uri.lastIndexOf('/') + 1);

function addSteps(steps: SchemaStep[], file: FileState, base: string, until?: { piece: Piece; start: number }): void {
  const name = decodeURIComponent(file.uri.startsWith(base) ? file.uri.slice(base.length) : file.uri);
  for (const piece of file.pieces) {
    const { sql } = piece;
    // Prose SQL of a Python module is no schema; a revision's is
    if (file.source.id === 'alembic' && piece.wrapping === 'unknown' && piece !== until?.piece) continue;
    for (let i = 0; i < sql.statements.length; i++) {
      const statement = sql.statements[i]!;
      const body = (sql.starts[i] as number) + statement.bodyStart;
      if (piece === until?.piece && body >= until.start) return;
      if (statement.parsed.kind === 'none' || body >= piece.downFrom) continue;
      const { line } = file.text.positionAt(piece.map.toFile(body));
      steps.push({ sql: statement.body, origin: `${name}:${line + 1}` });
    }
    if (piece === until?.piece) return;
  }
}

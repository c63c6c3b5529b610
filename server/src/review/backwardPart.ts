/** The part of a migration that undoes it, as its file tells it. */
import { forwardCount, type Piece } from '../sources/piece.ts';
import type { BackwardCode, Gap } from '../sources/source.ts';
import type { Statement } from '../syntax/statement.ts';

export interface BackwardStatement {
  readonly statement: Statement;
  /** Offset in the piece's SQL. */
  readonly start: number;
  readonly piece: Piece;
}

export interface BackwardPart {
  /** Without what is only comments. */
  readonly statements: readonly BackwardStatement[];
  /** It holds words for its reader: why it does what it does, or nothing. */
  readonly explained: boolean;
  /** Whether the file tells all that it does, and all that the migration does. */
  readonly known: boolean;
}

/** Marks of the tools in comments. */
const mark = /^-+\s*(?:\+goose|migrate:|create above|down migration)/i;

/** Of a file of SQL. Null where it has no backward part, or where nobody can say which statements are run. */
export function backwardPartOf(pieces: readonly Piece[]): BackwardPart | null {
  const [piece] = pieces;
  if (!piece || pieces.length > 1 || piece.host || piece.begins || !piece.reviewed) return null;
  const { sql, downFrom } = piece;
  // an empty file is an empty part
  if (downFrom >= sql.length && sql.length > 0) return null;
  const statements: BackwardStatement[] = [];
  for (let i = forwardCount(piece); i < sql.statements.length; i++) {
    const statement = sql.statements[i] as Statement;
    if (statement.parsed.kind !== 'none') statements.push({ statement, start: sql.starts[i] as number, piece });
  }
  const text = sql.slice(downFrom, sql.length);
  // several parts of each kind, run in turn
  if (/^--[ \t]*migrate:up\b/im.test(text)) return null;
  const comments = text.match(/--[^\n]*|\/\*[\s\S]*?\*\//g) ?? [];
  return { statements, explained: comments.some((c) => !mark.test(c) && /\w/.test(c)), known: true };
}

/**
 * The same where a program runs the SQL.
 * @param gaps what of the file could not be worked out
 * @param code what is written in the program's backward part
 */
export function backwardCalls(pieces: readonly Piece[], gaps: readonly Gap[], code: BackwardCode): BackwardPart {
  // the others hold SQL of which nobody knows when it runs
  const run = pieces.filter(({ host, wrapping }) => host !== null && wrapping !== 'unknown');
  const statements = run
    .filter(({ downFrom, sql }) => downFrom === 0 && sql.length > 0)
    .flatMap((piece) =>
      piece.sql.statements.flatMap((statement, i) =>
        statement.parsed.kind === 'none' ? [] : [{ statement, start: piece.sql.starts[i] as number, piece }],
      ),
    );
  const known = code === 'code' && gaps.length === 0 && !run.some((piece) => piece.conditional || piece.uncertain);
  return { statements, explained: code !== 'empty' && code !== 'absent', known };
}

const creating =
  /^(?:Create(?!Extension|Role|Schema)\w*|IndexStmt|ViewStmt|RenameStmt|DefineStmt|CompositeTypeStmt|AlterTableStmt)$/;

/** Whether there is something that a backward part could take back without loss. */
export const createsSomething = (statements: readonly Statement[]): boolean =>
  statements.some(({ parsed }) => {
    if (parsed.kind !== 'tree') return false;
    const { node } = parsed;
    if (!creating.test(Object.keys(node)[0] ?? '')) return false;
    if (!('AlterTableStmt' in node)) return true;
    return (node.AlterTableStmt.cmds ?? []).some(
      (cmd) => 'AlterTableCmd' in cmd && /^AT_Add/.test(cmd.AlterTableCmd.subtype ?? ''),
    );
  });

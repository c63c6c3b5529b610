/** Which files may run for good in the embedded Postgres, and which cannot be run there at all. */
import type { JudgedFile } from './subject.ts';

/** Statements of a file; a larger one is data. */
const maxStatements = 10_000;
/** Statements that are run anew at each request rather than that the whole history is run again after an edit among them. */
const maxUnsettled = 400;

/** The index behind the last file that is run for good: those behind the first one that somebody edits are not. */
export function unsettledFrom(files: readonly JudgedFile[]): number {
  const open = files.findIndex((file) => file.open);
  if (open < 0) return files.length;
  let statements = 0;
  for (let i = open; i < files.length; i++) statements += (files[i] as JudgedFile).statements.length;
  return statements <= maxUnsettled ? open : files.length;
}

const known = new WeakMap<JudgedFile['statements'], boolean>();

/** Files that psql puts together from others, or that take back part of what they do: what they leave is not known. */
export function unreadable({ statements }: JudgedFile): boolean {
  let answer = known.get(statements);
  if (answer === undefined) {
    answer = isUnreadable(statements);
    known.set(statements, answer);
  }
  return answer;
}

function isUnreadable(statements: JudgedFile['statements']): boolean {
  if (statements.length > maxStatements) return true;
  let localPath = false;
  for (const { parsed, text, conditions } of statements) {
    if (conditions !== 0 || /^[ \t]*\\(?:if|i|ir|include|include_relative|c|connect|gexec)\b/m.test(text)) return true;
    if (parsed.kind !== 'tree') continue;
    if ('TransactionStmt' in parsed.node) {
      const { kind } = parsed.node.TransactionStmt;
      if (kind === 'TRANS_STMT_ROLLBACK' || kind === 'TRANS_STMT_ROLLBACK_TO') return true;
      // a path set for the transaction goes with it, and here there is but one
      if (kind === 'TRANS_STMT_COMMIT' && localPath) return true;
    } else if ('VariableSetStmt' in parsed.node)
      localPath ||= parsed.node.VariableSetStmt.is_local === true && parsed.node.VariableSetStmt.name === 'search_path';
  }
  return false;
}

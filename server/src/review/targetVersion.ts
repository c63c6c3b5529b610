/** Syntax that the Postgres which the file is for does not know yet. */
import type { Finding } from '../rules/rule.ts';
import type { Grammar } from '../syntax/grammars.ts';
import { newestVersion } from '../syntax/grammars.ts';
import type { Parser } from '../syntax/parser.ts';
import type { Statement } from '../syntax/statement.ts';
import { Tokens } from '../syntax/tokens.ts';

export const newerSyntaxId = 'syntax-newer-than-target-version';

/**
 * @param grammars of the target version and of those up to the newest, ascending; empty when the target is the newest
 * @param newest the grammar that the statement was read with
 */
export function newerSyntax(statement: Statement, grammars: readonly Grammar[], newest: Parser): Finding | null {
  const [target] = grammars;
  if (!target || statement.parsed.kind !== 'tree') return null;
  const sql = padded(statement);
  const outcome = target.parser.parse(sql);
  if (outcome.kind !== 'error') return null;
  // with placeholders in it, the text as it stands is no SQL of any version
  if (newest.parse(sql).kind !== 'tree') return null;
  const since = grammars.find((g) => g.parser.parse(sql).kind === 'tree')?.version ?? newestVersion;
  const tokens = new Tokens(statement.text, statement.bodyStart, statement.bodyEnd);
  const at = tokens.at(outcome.offset);
  return {
    rule: newerSyntaxId,
    severity: 'error',
    span: tokens.span(at >= 0 ? at : tokens.length - 1),
    message: `This is valid from Postgres ${since} on; Postgres ${target.version}, which it is for, says: ${outcome.message}.`,
    help: `Write it in a way that Postgres ${target.version} knows, or set pgreview.targetVersion to the version that it runs on.`,
    fixes: [],
  };
}

/** True when the target version takes what the newest does not (`123abc` was read as `123 AS abc` before Postgres 15). */
export const isOlderSyntax = (statement: Statement, grammars: readonly Grammar[]): boolean =>
  grammars[0]?.parser.parse(padded(statement)).kind === 'tree';

const padded = (statement: Statement): string => ' '.repeat(statement.bodyStart) + statement.body;

/** A syntax error as a finding on the token that the grammar could not take. */
import type { Finding } from '../rules/rule.ts';
import type { Statement } from '../syntax/statement.ts';
import { Tokens } from '../syntax/tokens.ts';

export const syntaxErrorId = 'syntax-error';
export const tooComplexId = 'too-complex';

export function syntaxFinding(statement: Statement): Finding | null {
  const { parsed } = statement;
  if (parsed.kind === 'opaque' && parsed.reason !== null)
    return {
      rule: tooComplexId,
      severity: 'information',
      span: firstLine(statement),
      message: `${parsed.reason} It was not reviewed.`,
      help: 'Nothing is known about this statement.',
      fixes: [],
    };
  if (parsed.kind !== 'error') return null;
  const tokens = new Tokens(statement.text, statement.bodyStart, statement.bodyEnd);
  const at = tokens.at(parsed.problem.offset);
  // at the end of input there is no token: the last one is where the reader looks
  const span =
    tokens.length === 0
      ? { start: statement.bodyStart, end: statement.bodyEnd }
      : tokens.span(at >= 0 ? at : tokens.length - 1);
  const unterminated = tokens.all[at]?.unterminated;
  return {
    rule: syntaxErrorId,
    severity: 'error',
    span: unterminated ? { start: span.start, end: Math.min(span.end, lineEnd(statement.text, span.start)) } : span,
    message: parsed.problem.message,
    help: '',
    fixes: [],
  };
}

/** A statement that is whole but runs into the next one, because nothing ends it. */
export function missingSemicolon(statement: Statement): Finding {
  const tokens = new Tokens(statement.text, statement.bodyStart, statement.bodyEnd);
  return {
    rule: syntaxErrorId,
    severity: 'error',
    span: tokens.span(tokens.length - 1),
    message: 'Missing ; at the end of this statement: the next one begins right behind it.',
    help: '',
    fixes: [
      {
        title: 'Add the missing ;',
        safe: true,
        edits: [{ start: statement.bodyEnd, end: statement.bodyEnd, newText: ';' }],
      },
    ],
  };
}

function firstLine(statement: Statement): { start: number; end: number } {
  return { start: statement.bodyStart, end: Math.min(statement.bodyEnd, lineEnd(statement.text, statement.bodyStart)) };
}

function lineEnd(text: string, from: number): number {
  const end = text.slice(from).search(/[\r\n]/);
  return end < 0 ? text.length : from + end;
}

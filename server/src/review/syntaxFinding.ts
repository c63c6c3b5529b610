/** A syntax error as a finding on what is to be changed. */
import type { Finding } from '../rules/rule.ts';
import { explainSyntaxError } from '../syntax/errors/index.ts';
import type { Statement } from '../syntax/statement.ts';
import { Tokens } from '../syntax/tokens.ts';
import { tokenize } from '../text/lexer.ts';

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
  const { bodyStart, bodyEnd, parser } = statement;
  const text = withoutMetas(statement.text, bodyStart, bodyEnd);
  return {
    rule: syntaxErrorId,
    severity: 'error',
    ...explainSyntaxError(text, bodyStart, bodyEnd, parsed.problem, parser),
  };
}

/** psql's meta-commands are not the server's: white space stands in their place. */
function withoutMetas(text: string, start: number, end: number): string {
  let result = text;
  for (const token of tokenize(text, start, end))
    if (token.kind === 'meta')
      result = result.slice(0, token.start) + ' '.repeat(token.end - token.start) + result.slice(token.end);
  return result;
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

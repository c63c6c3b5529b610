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
  if (parsed.kind !== 'error') return unterminatedComment(statement);
  const { bodyStart, bodyEnd, parser } = statement;
  const comment = parsed.problem.offset >= bodyEnd ? unterminatedComment(statement) : null;
  if (comment) return comment;
  const text = withoutMetas(statement.text, bodyStart, bodyEnd);
  return {
    rule: syntaxErrorId,
    severity: 'error',
    ...explainSyntaxError(text, bodyStart, bodyEnd, parsed.problem, parser),
  };
}

/** psql's meta-commands are not the server's: white space stands in their place. */
function withoutMetas(text: string, start: number, end: number): string {
  if (!text.includes('\\')) return text;
  let result = text;
  for (const token of tokenize(text, start, end))
    if (token.kind === 'meta') {
      // psql's \; separates statements that are sent together
      const separator = text.slice(token.start, token.end) === '\\;' ? ' ;' : ' '.repeat(token.end - token.start);
      result = result.slice(0, token.start) + separator + result.slice(token.end);
    }
  return result;
}

/** A statement that is whole but runs into the next one, because nothing ends it. */
export function missingSemicolon(statement: Statement): Finding {
  const tokens = new Tokens(statement.text, statement.bodyStart, statement.bodyEnd);
  const last = tokens.length - 1;
  const found = { rule: syntaxErrorId, severity: 'error', span: tokens.span(last), help: '' } as const;
  const before = tokens.span(last - 1).end;
  // both read as an alias of what stands before them
  if (tokens.word(last) === 'go' && last > 0 && statement.text.slice(before, found.span.start).includes('\n'))
    return {
      ...found,
      message: 'GO does not end a statement in Postgres: ; does. Here GO reads as a name.',
      fixes: [{ title: 'Replace by ;', safe: false, edits: [{ start: before, end: found.span.end, newText: ';' }] }],
    };
  if (tokens.word(last) === 'minus' && tokens.find(['select']) >= 0)
    return {
      ...found,
      message: 'MINUS is called EXCEPT in Postgres. Here it reads as a name.',
      fixes: [{ title: 'Replace by EXCEPT', safe: false, edits: [{ ...found.span, newText: 'EXCEPT' }] }],
    };
  return {
    ...found,
    message: 'Missing ; at the end of this statement: the next one begins right behind it.',
    fixes: [
      {
        title: 'Add the missing ;',
        safe: true,
        edits: [{ start: statement.bodyEnd, end: statement.bodyEnd, newText: ';' }],
      },
    ],
  };
}

/** A statement that is whole, with a comment behind it that never ends and hides the rest of the file. */
export function unterminatedComment(statement: Statement): Finding | null {
  const { text, bodyEnd } = statement;
  if (statement.terminated || text.indexOf('/*', bodyEnd) < 0) return null;
  const comment = tokenize(text, bodyEnd).find((token) => token.unterminated);
  if (comment?.kind !== 'comment') return null;
  const end = lineEnd(text, comment.start);
  const helps =
    statement.parsed.kind !== 'error' ||
    statement.parser.parse(`${text.slice(0, end)} */${text.slice(end)}`).kind !== 'error';
  return {
    rule: syntaxErrorId,
    severity: 'error',
    span: { start: comment.start, end },
    message: 'This comment is not ended: its */ is missing.',
    help: 'What stands behind it is not read.',
    fixes: helps
      ? [
          {
            title: 'End the comment at the end of its line',
            safe: false,
            edits: [{ start: end, end, newText: ' */' }],
          },
        ]
      : [],
  };
}

function firstLine(statement: Statement): { start: number; end: number } {
  return { start: statement.bodyStart, end: Math.min(statement.bodyEnd, lineEnd(statement.text, statement.bodyStart)) };
}

function lineEnd(text: string, from: number): number {
  const end = text.slice(from).search(/[\r\n]/);
  return end < 0 ? text.length : from + end;
}

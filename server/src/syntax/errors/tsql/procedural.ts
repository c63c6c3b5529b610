/** Statements of procedures outside of any: IF, WHILE, PRINT, EXEC; SET NOCOUNT ON. */
import type { Recogniser } from '../mistake.ts';

export const procedural: Recogniser = (broken) => {
  const { tokens, at } = broken;
  const first = tokens.word(0);
  const written = tokens.written(0);
  if (at === 0 && /^(?:if|while|loop|foreach|raise|perform|return|elsif|exception)$/.test(first))
    return {
      span: tokens.span(0),
      message: `SQL has no ${written}: it is a statement of PL/pgSQL.`,
      help: 'It can stand in a function, a procedure or a DO block.',
      fixes: [],
    };
  if (at === 0 && /^(?:exec|print)$/.test(first))
    return {
      span: tokens.span(0),
      message: `${written} is SQL Server’s: Postgres has no such statement.`,
      help:
        first === 'exec'
          ? 'CALL runs a procedure, SELECT a function.'
          : 'In psql, \\echo prints; in PL/pgSQL, RAISE NOTICE does.',
      fixes: [],
    };
  if (
    first === 'set' &&
    at === 2 &&
    /^(?:nocount|xact_abort|ansi_nulls|ansi_padding|quoted_identifier|identity_insert)$/.test(tokens.word(1))
  )
    return {
      span: tokens.span(1),
      message: `${tokens.written(1)} is a setting of SQL Server.`,
      help: '',
      fixes: [],
    };
  return null;
};

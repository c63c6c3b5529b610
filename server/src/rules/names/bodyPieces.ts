/** The SQL in the body of a function, each piece with the names that PL/pgSQL or SQL functions know there besides columns. */
import type { CreateFunctionStmt, Node } from '@pgsql/types';
import { routineOf } from '../../syntax/bodies/body.ts';
import { type Command, everyCommand } from '../../syntax/bodies/plpgsql/commands.ts';
import { flowOf } from '../../syntax/bodies/plpgsql/flow.ts';
import { type Visible, visibleAt } from '../../syntax/bodies/plpgsql/variables.ts';
import type { Routines, WrittenProgram } from '../../syntax/bodies/routines.ts';
import { type Span, Tokens } from '../../syntax/tokens.ts';
import { wordOf } from './nearest.ts';

export interface BodyPiece {
  readonly node: Node;
  readonly visible: Visible;
  /**
   * Where a word of a dotted name is written in the statement; null where something else stands there.
   * @param location of the name in the piece
   * @param part number of the word
   */
  place(location: number, part: number, name: string): Span | null;
  /** Where in the piece a word is written behind `location`, for what trees have no place of. */
  placeBehind(location: number, words: readonly string[], name: string): Span | null;
}

/**
 * Of a function in PL/pgSQL or SQL; none for other languages, and for a body with mistakes in it. What an exception handler
 * may be there to catch is left out.
 * @param text of the statement
 */
export function bodyPieces(stmt: CreateFunctionStmt, text: string, routines: Routines): BodyPiece[] {
  const { program, written } = routines;
  if (program) return ofPlpgsql(text, program);
  return written?.language === 'sql' || stmt.sql_body ? ofSql(stmt, text, routines) : [];
}

function ofPlpgsql(text: string, program: WrittenProgram): BodyPiece[] {
  const caught = caughtSpans(program.commands);
  return program.body.statements.flatMap(({ sql, parsed, start, toBody }): BodyPiece[] => {
    const node = parsed.kind === 'tree' ? parsed.stmts[0]?.stmt : undefined;
    if (!node || caught.some((span) => span.start <= start && start < span.end)) return [];
    const toStatement = (span: Span): Span => {
      const first = toBody(span.start);
      return program.span({ start: first, end: first + span.end - span.start });
    };
    return [piece(node, sql, visibleAt(start, program.body, program.routine), placedIn(text, toStatement))];
  });
}

function ofSql(stmt: CreateFunctionStmt, text: string, routines: Routines): BodyPiece[] {
  const visible = visibleAt(0, { scope: null }, routineOf(stmt));
  return routines.embedded.map(({ node, sql, toStatement }) => {
    const place = ({ start, end }: Span): Span => ({ start: toStatement(start), end: toStatement(end - 1) + 1 });
    return piece(node, sql, visible, placedIn(text, place));
  });
}

type InStatement = (span: Span, sql: string) => Span | null;

/** Null for what was put around a piece to make it SQL, and where escapes stand in the word. */
const placedIn =
  (text: string, toStatement: (span: Span) => Span): InStatement =>
  (span, sql) => {
    const place = toStatement(span);
    return text.slice(place.start, place.end) === sql.slice(span.start, span.end) ? place : null;
  };

function piece(node: Node, sql: string, visible: Visible, toStatement: InStatement): BodyPiece {
  let tokens: Tokens | null = null;
  const read = (): Tokens => {
    tokens ??= new Tokens(sql, 0, sql.length);
    return tokens;
  };
  return {
    node,
    visible,
    place(location, part, name) {
      const span = wordOf(read(), read().at(location) + 2 * part, name);
      return span && toStatement(span, sql);
    },
    placeBehind(location, words, name) {
      const from = read().find(words, Math.max(0, read().at(location)));
      if (from < 0) return null;
      for (let i = from + words.length; i < read().length; i++) {
        const span = wordOf(read(), i, name);
        if (span) return toStatement(span, sql);
      }
      return null;
    },
  };
}

/** Errors of names are 42P01 and 42703, of the class `syntax_error_or_access_rule_violation`. */
const catchesNames = /\b(?:undefined_table|undefined_column|syntax_error_or_access_rule_violation)\b|\bsqlstate\s*'42/;

/** Parts of blocks with a handler that would go on after such an error. */
function caughtSpans(commands: readonly Command[]): Span[] {
  return [...everyCommand(commands)].flatMap((command): Span[] => {
    if (command.kind !== 'block' || command.handlers.length === 0) return [];
    const goesOn = command.handlers.some(
      ({ conditions, commands: handling }) =>
        catchesNames.test(conditions) || (/\bothers\b/.test(conditions) && !onlyRaises(handling)),
    );
    return goesOn ? [{ start: command.start, end: command.handlers[0]?.start ?? command.end }] : [];
  });
}

function onlyRaises(commands: readonly Command[]): boolean {
  const { falls, returns } = flowOf(commands);
  return !falls && returns.length === 0;
}

/** How rules look into the bodies of functions. */
import type { Parser } from '../parser.ts';
import type { Statement } from '../statement.ts';
import type { Span } from '../tokens.ts';
import { type Body, bodiesOf, type Routine } from './body.ts';
import { type EmbeddedStatement, embeddedStatements } from './embedded.ts';
import { editIn, spanIn } from './inStatement.ts';
import { readPlpgsqlBody } from './plpgsql/blocks.ts';
import { type Command, commandsOf } from './plpgsql/commands.ts';
import type { PlpgsqlBody, Scope } from './plpgsql/plpgsqlBody.ts';
import { plpgsqlBodyOf, remember } from './read.ts';

/** A PL/pgSQL body that reads without problems. */
export interface Program {
  readonly text: string;
  /** Of the outermost block, and those of the block itself. */
  readonly commands: readonly Command[];
  readonly body: PlpgsqlBody;
  readonly scope: Scope | null;
}

/** A function as a catalog stores it. */
export interface StoredRoutine {
  readonly language: string;
  readonly body: string | null;
}

/** Of the statement at hand, with the ways back from the body to it. */
export interface WrittenProgram extends Program {
  readonly routine: Routine;
  /** From the body's text to the statement's. */
  span(inBody: Span): Span;
  /** Null where the text to be replaced is written otherwise there, or the new text cannot be. */
  edit(inBody: Span, newText: string): (Span & { readonly newText: string }) | null;
}

export interface Routines {
  /** Of the function, procedure or DO block that the statement writes in PL/pgSQL; null where it does not. */
  readonly program: WrittenProgram | null;
  /** The body of such a statement in SQL or PL/pgSQL as a string; null for others. */
  readonly written: Body | null;
  /** The SQL in such a statement's body. */
  readonly embedded: readonly EmbeddedStatement[];
  /** Of a function in PL/pgSQL that the catalog knows. */
  programOf(definition: StoredRoutine): Program | null;
}

const known = new WeakMap<Statement, Routines>();
const definitions = new WeakMap<StoredRoutine, { readonly program: Program | null }>();

/** For a statement inside another one, whose own text is not written in the file as it stands. */
export const routinesWithout = (parser: Parser): Routines => ({
  program: null,
  written: null,
  embedded: [],
  programOf: (definition) => programOf(definition, parser),
});

export function routinesOf(statement: Statement): Routines {
  return remember(known, statement, () => {
    const { parser } = statement;
    return {
      get program() {
        return writtenProgram(statement);
      },
      get written() {
        return bodiesOf(statement)[0] ?? null;
      },
      get embedded() {
        return embeddedStatements(statement, parser);
      },
      programOf: (definition) => programOf(definition, parser),
    };
  });
}

function writtenProgram(statement: Statement): WrittenProgram | null {
  const body = bodiesOf(statement)[0];
  if (body?.language !== 'plpgsql') return null;
  const program = read(body.text, plpgsqlBodyOf(body, statement.parser));
  const extract = { sql: body.text, from: 0, toBody: (offset: number) => offset };
  return (
    program && {
      ...program,
      routine: body.routine,
      span: (span) => spanIn(body, span),
      edit: (span, newText) => editIn(body, statement, extract, { ...span, newText }),
    }
  );
}

function programOf(definition: StoredRoutine, parser: Parser): Program | null {
  const { language, body } = definition;
  if (language !== 'plpgsql' || body === null) return null;
  return remember(definitions, definition, () => ({ program: read(body, readPlpgsqlBody(body, parser)) })).program;
}

function read(text: string, body: PlpgsqlBody): Program | null {
  const block = commandsOf(text, body);
  // handlers included: the block is one command
  return block && { text, commands: [block], body, scope: body.scope };
}

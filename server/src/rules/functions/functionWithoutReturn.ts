import { everyCommand } from '../../syntax/bodies/plpgsql/commands.ts';
import { flowOf } from '../../syntax/bodies/plpgsql/flow.ts';
import type { Program } from '../../syntax/bodies/routines.ts';
import { defineRule } from '../rule.ts';
import { nameSpan } from './functionOptions.ts';

export default defineRule({
  id: 'function-without-return',
  family: 'functions',
  severity: 'warning',
  docs: {
    summary: 'A PL/pgSQL function that has to return something has no RETURN at all.',
    why: 'CREATE FUNCTION accepts the body. Each call that comes to its end then fails with "control reached end of function without RETURN" (2F005); for a trigger function, that is every statement that fires the trigger.',
    fine: 'Never, as long as the end of the body can be reached.',
    source: 'https://www.postgresql.org/docs/current/plpgsql-control-structures.html#PLPGSQL-STATEMENTS-RETURNING',
  },
  examples: [
    {
      schema: 'CREATE TABLE items (id bigint PRIMARY KEY, updated_at timestamptz);',
      unsafe:
        'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.updated_at := now();\nEND\n$$;',
      safe: 'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.updated_at := now();\n  RETURN NEW;\nEND\n$$;',
    },
    {
      schema: 'CREATE TABLE log (note text);',
      unsafe:
        'CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  INSERT INTO log VALUES (TG_OP);\nEND\n$$;',
      safe: 'CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  INSERT INTO log VALUES (TG_OP);\n  RETURN COALESCE(NEW, OLD);\nEND\n$$;',
    },
    {
      schema: 'CREATE TABLE log (note text);',
      unsafe:
        'CREATE FUNCTION add_note(note text) RETURNS integer LANGUAGE plpgsql AS $$\nBEGIN\n  INSERT INTO log VALUES (note);\nEND\n$$;',
      safe: 'CREATE FUNCTION add_note(note text) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  INSERT INTO log VALUES (note);\nEND\n$$;',
    },
  ],
  check: {
    CreateFunctionStmt(stmt, context) {
      const { program } = context.routines;
      if (stmt.is_procedure || !program) return;
      const { routine } = program;
      const type = routine.returns?.at(-1) ?? 'void';
      if (type === 'void' || type === 'event_trigger' || routine.returnsSet) return;
      if (routine.arguments.some((a) => a.mode !== 'in' && a.mode !== 'variadic')) return;
      for (const command of everyCommand(program.commands)) if (command.kind === 'return') return;
      if (!flowOf(program.commands).falls) return;
      const end = endOf(program);
      const mend = end && routine.isTrigger ? program.edit({ start: end.at, end: end.at }, end.text) : null;
      context.report(
        nameSpan(context),
        `Every call of ${routine.name.join('.')} that comes to its end is refused: the body returns nothing, and the function must return ${routine.isTrigger ? 'a row or NULL' : 'a value'}.`,
        routine.isTrigger
          ? 'A trigger function ends with RETURN: NEW for the row as it is to be stored, OLD to let a DELETE go on, NULL in an AFTER trigger.'
          : 'End the body with RETURN and a value, or declare RETURNS void.',
        mend && end ? [{ title: `Add ${end.statement}`, edits: [mend], safe: false }] : [],
      );
    },
  },
});

interface Ending {
  readonly at: number;
  readonly text: string;
  readonly statement: string;
}

/** Where a RETURN goes: before the END of the outermost block, with the indentation of the statement before it. */
function endOf(program: Program): Ending | null {
  const [block] = program.commands;
  if (block?.kind !== 'block' || block.handlers.length > 0) return null;
  const last = block.commands.at(-1);
  if (!last) return null;
  const semicolon = program.text.indexOf(';', last.end);
  if (semicolon < 0) return null;
  const line = program.text.lastIndexOf('\n', last.start) + 1;
  const indent = /^[ \t]*/.exec(program.text.slice(line))?.[0] ?? '';
  const changesNew = [...everyCommand(program.commands)].some((c) => c.kind === 'assign' && c.target[0] === 'new');
  // NEW is NULL when a row is deleted
  const statement = changesNew ? 'RETURN NEW;' : 'RETURN COALESCE(NEW, OLD);';
  const alone = program.text.slice(line, last.start).trim() === '';
  return { at: semicolon + 1, text: alone ? `\n${indent}${statement}` : ` ${statement}`, statement };
}

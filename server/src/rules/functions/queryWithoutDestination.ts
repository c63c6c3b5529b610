import { everyCommand, nodeOf } from '../../syntax/bodies/plpgsql/commands.ts';
import type { WrittenProgram } from '../../syntax/bodies/routines.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'query-without-destination',
  family: 'functions',
  severity: 'warning',
  docs: {
    summary: 'In PL/pgSQL, a SELECT or a RETURNING whose rows go nowhere.',
    why: 'CREATE FUNCTION accepts it. When the statement is reached, it is refused with "query has no destination for result data" (42601), whether or not there are rows.',
    fine: 'Never: PERFORM runs a query for its effects alone, INTO keeps its first row, RETURN QUERY returns all.',
    source: 'https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-GENERAL-SQL',
  },
  examples: [
    {
      schema: 'CREATE TABLE items (id bigint PRIMARY KEY);',
      unsafe:
        'CREATE FUNCTION lock_items() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  SELECT pg_advisory_xact_lock(1);\n  DELETE FROM items WHERE id = 1;\nEND\n$$;',
      safe: 'CREATE FUNCTION lock_items() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  PERFORM pg_advisory_xact_lock(1);\n  DELETE FROM items WHERE id = 1;\nEND\n$$;',
    },
    {
      schema: 'CREATE TABLE items (id bigint PRIMARY KEY);',
      unsafe:
        'CREATE FUNCTION drop_item() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  DELETE FROM items WHERE id = 1 RETURNING id;\nEND\n$$;',
      safe: 'CREATE FUNCTION drop_item() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  DELETE FROM items WHERE id = 1;\nEND\n$$;',
    },
  ],
  check: {
    CreateFunctionStmt(_, context) {
      inspect(context);
    },
    DoStmt(_, context) {
      inspect(context);
    },
  },
});

function inspect(context: RuleContext): void {
  const { program } = context.routines;
  if (!program) return;
  for (const command of everyCommand(program.commands)) {
    if (command.kind !== 'other' || !/^(?:select|with|values|table|insert|update|delete|merge)$/.test(command.word))
      continue;
    const { sql } = command;
    const node = nodeOf(sql);
    // INTO and its targets are taken out of what is parsed
    if (!sql || !node || sql.sql !== program.text.slice(sql.start, sql.end)) continue;
    const isQuery = 'SelectStmt' in node;
    if (isQuery ? node.SelectStmt.intoClause : !returns(node)) continue;
    const first = { start: command.start, end: command.start + command.word.length };
    context.report(
      program.span(first),
      isQuery
        ? 'This SELECT fails when it is reached: PL/pgSQL wants to know where its rows should go.'
        : 'This RETURNING fails when it is reached: PL/pgSQL wants to know where its rows should go.',
      isQuery
        ? 'Write PERFORM instead of SELECT to run it for its effects alone, add INTO to keep the first row, or RETURN QUERY to return all.'
        : 'Leave RETURNING out, or add INTO.',
      isQuery && command.word === 'select' ? perform(program, first, node) : [],
    );
  }
}

/** A SELECT joined to others by UNION begins with SELECT as well, and PERFORM takes it all the same. */
function perform(program: WrittenProgram, first: { start: number; end: number }, node: object): Fix[] {
  const written = program.text.slice(first.start, first.end);
  const word = written === written.toLowerCase() ? 'perform' : 'PERFORM';
  const edit = 'SelectStmt' in node ? program.edit(first, word) : null;
  return edit ? [{ title: 'Write PERFORM', edits: [edit], safe: false }] : [];
}

function returns(node: object): boolean {
  const [statement] = Object.values(node) as { returningClause?: unknown }[];
  return statement?.returningClause !== undefined;
}

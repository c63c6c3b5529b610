import type { Node } from '@pgsql/types';
import { columnOf } from '../../catalog/catalog.ts';
import { rangeVarKey } from '../../catalog/names.ts';
import type { Scope } from '../../syntax/bodies/plpgsql/plpgsqlBody.ts';
import type { WrittenProgram } from '../../syntax/bodies/routines.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';
import { bareNames } from './namesInQueries.ts';

export default defineRule({
  id: 'variable-named-like-column',
  family: 'functions',
  severity: 'warning',
  docs: {
    summary: 'In PL/pgSQL, a bare name in a query is both a variable and a column of the table.',
    why: 'CREATE FUNCTION accepts it. When the query is reached, it is refused: "column reference is ambiguous" (42702). The columns of RETURNS TABLE are variables too, which is how most people meet this.',
    fine: 'The query is never reached, or plpgsql.variable_conflict is set for the whole database.',
    source: 'https://www.postgresql.org/docs/current/plpgsql-implementation.html#PLPGSQL-VAR-SUBST',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe:
        'CREATE FUNCTION all_users() RETURNS TABLE (id bigint, email text) LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN QUERY SELECT id, email FROM users;\nEND\n$$;',
      safe: 'CREATE FUNCTION all_users() RETURNS TABLE (id bigint, email text) LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN QUERY SELECT u.id, u.email FROM users u;\nEND\n$$;',
    },
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe:
        'CREATE FUNCTION rename(id bigint, email text) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  UPDATE users SET email = rename.email WHERE id = rename.id;\nEND\n$$;',
      safe: 'CREATE FUNCTION rename(id bigint, email text) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  UPDATE users SET email = rename.email WHERE users.id = rename.id;\nEND\n$$;',
    },
  ],
  check: {
    CreateFunctionStmt(_, context) {
      const { program } = context.routines;
      if (!program || /#\s*variable_conflict/i.test(program.text)) return;
      const conflicts = conflictsIn(program, context);
      const results = new Set(
        program.routine.arguments.filter((a) => a.mode === 'out' || a.mode === 'table').map((a) => a.name),
      );
      const fixes = conflicts.every((c) => results.has(c.name)) ? preferColumns(program) : [];
      for (const { name, table, start, end } of conflicts)
        context.report(
          program.span({ start, end }),
          `This query fails when it is reached: ${name} is a column of ${table} and a variable of the function.`,
          `Write the column as ${table}.${name} (or by the table's alias), or give the variable another name.`,
          fixes,
        );
    },
  },
});

interface Conflict {
  readonly name: string;
  /** As the query names it. */
  readonly table: string;
  readonly start: number;
  readonly end: number;
}

/** The first of each name. */
function conflictsIn(program: WrittenProgram, context: RuleContext): Conflict[] {
  const found = new Map<string, Conflict>();
  const given = new Set(program.routine.arguments.flatMap((a) => (a.name === null ? [] : [a.name])));
  for (const piece of program.body.statements) {
    const stmts = piece.parsed.kind === 'tree' ? piece.parsed.stmts : [];
    const visible = (name: string): boolean => given.has(name) || isDeclared(name, piece.start, program.scope);
    for (const { name, location, tables } of bareNames((stmts[0]?.stmt ?? {}) as Node)) {
      if (found.has(name) || !visible(name)) continue;
      const owner = tables.find((t) =>
        columnOf(context.before.relation(rangeVarKey(t, context.before.session.schema)), name),
      );
      if (!owner) continue;
      const start = location === null ? conflictTarget(name, piece.start, program.text) : piece.toBody(location);
      const length = writtenLength(program.text, start);
      found.set(name, { name, table: owner.alias?.aliasname ?? owner.relname ?? '', start, end: start + length });
    }
  }
  return [...found.values()];
}

/** Where ON CONFLICT names it, for which there is no place in the tree; the statement's start when it is not found. */
function conflictTarget(name: string, from: number, text: string): number {
  const list = /\bon\s+conflict\s*\(/i.exec(text.slice(from));
  const start = list ? from + list.index + list[0].length : from;
  const at = text.slice(start).search(new RegExp(`\\b${name.replaceAll(/[^\w]/g, '.')}\\b`, 'i'));
  return list && at >= 0 ? start + at : from;
}

const writtenLength = (text: string, start: number): number =>
  /^(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)/u.exec(text.slice(start))?.[0].length ?? 1;

function isDeclared(name: string, at: number, scope: Scope | null): boolean {
  if (!scope || at < scope.start || at >= scope.end) return false;
  // a declaration is visible behind itself only
  if (scope.variables.some((v) => v.name === name && v.end <= at)) return true;
  return scope.scopes.some((inner) => isDeclared(name, at, inner));
}

function preferColumns(program: WrittenProgram): Fix[] {
  const line = '\n#variable_conflict use_column';
  const edit = program.edit({ start: 0, end: 0 }, /^[ \t]*\r?\n/.test(program.text) ? line : `${line}\n`);
  return edit ? [{ title: 'Let such names mean the column', edits: [edit], safe: false }] : [];
}

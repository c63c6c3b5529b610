import type { Node } from '@pgsql/types';
import { nameParts, stringOf } from '../../catalog/names.ts';
import { everyCommand, expressionOf } from '../../syntax/bodies/plpgsql/commands.ts';
import type { BodyStatement } from '../../syntax/bodies/plpgsql/plpgsqlBody.ts';
import type { WrittenProgram } from '../../syntax/bodies/routines.ts';
import { defineRule, type Fix, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'dynamic-sql-by-concatenation',
  family: 'security',
  severity: 'warning',
  docs: {
    summary: 'EXECUTE runs SQL that a text parameter is put into as it comes.',
    why: 'Whoever chooses the value chooses the SQL: a quote, a semicolon or a space in it and the statement is another one, run with the rights of the function (its owner, if it is SECURITY DEFINER). Even an honest value breaks it, such as a name with a capital letter or a text with an apostrophe.',
    fine: 'Only trusted code calls the function, with values that are SQL on purpose.',
    source: 'https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN',
  },
  examples: [
    {
      schema: 'CREATE TABLE notes (id bigint PRIMARY KEY, owner text);',
      unsafe:
        "CREATE FUNCTION forget(table_name text) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  EXECUTE 'DELETE FROM ' || table_name;\nEND\n$$;",
      safe: "CREATE FUNCTION forget(table_name text) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  EXECUTE 'DELETE FROM ' || quote_ident(table_name);\nEND\n$$;",
    },
    {
      schema: 'CREATE TABLE notes (id bigint PRIMARY KEY, owner text);',
      unsafe:
        "CREATE FUNCTION forget_notes(whose text) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  EXECUTE 'DELETE FROM notes WHERE owner = ''' || whose || '''';\nEND\n$$;",
      safe: "CREATE FUNCTION forget_notes(whose text) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  EXECUTE 'DELETE FROM notes WHERE owner = $1' USING whose;\nEND\n$$;",
    },
    {
      schema: 'CREATE TABLE notes (id bigint PRIMARY KEY, owner text);',
      unsafe:
        "CREATE FUNCTION forget(table_name text) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  EXECUTE format('DELETE FROM %s', table_name);\nEND\n$$;",
      safe: "CREATE FUNCTION forget(table_name text) RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  EXECUTE format('DELETE FROM %I', table_name);\nEND\n$$;",
    },
  ],
  check: {
    CreateFunctionStmt(_, context) {
      const { program } = context.routines;
      if (!program) return;
      const texts = textParameters(program);
      if (texts.size === 0) return;
      for (const { start } of program.body.dynamic) {
        const piece = program.body.statements.find((p) => p.start === start) ?? null;
        const built = piece && throughVariable(piece, program);
        if (!built) continue;
        const value = expressionOf(built);
        // a parameter that is SQL as a whole is so on purpose
        if (!value || 'ColumnRef' in value) continue;
        for (const part of rawParts(value, '', texts)) report(part, built, program, context);
      }
    },
  },
});

/** A parameter that is put into the SQL as it comes. */
interface RawPart {
  readonly name: string;
  /** Offset in the piece's SQL. */
  readonly location: number;
  /** The constant before it, as far as it is written there. */
  readonly before: string;
  readonly by: 'concatenation' | 'format';
}

function textParameters({ routine }: WrittenProgram): Set<string> {
  return new Set(
    routine.arguments.flatMap(({ name, type, mode }) =>
      name !== null && mode !== 'out' && mode !== 'table' && /^(?:text|varchar|bpchar|citext)$/.test(type.at(-1) ?? '')
        ? [name]
        : [],
    ),
  );
}

/** `EXECUTE sql` runs what was assigned to the variable: the one assignment of the body, if there is just one. */
function throughVariable(piece: BodyStatement, program: WrittenProgram): BodyStatement | null {
  const value = expressionOf(piece);
  const name = value && 'ColumnRef' in value ? nameOf(value) : null;
  if (name === null) return piece;
  const given = [...everyCommand(program.commands)].filter(
    (c) => c.kind === 'assign' && c.target.length === 1 && c.target[0] === name,
  );
  const [only, another] = given;
  return only?.kind === 'assign' && !another ? only.value : piece;
}

const nameOf = (node: Node): string | null => {
  const fields = 'ColumnRef' in node ? (node.ColumnRef.fields ?? []) : [];
  return fields.length > 0 ? (stringOf(fields.at(-1)) ?? null) : null;
};

function rawParts(node: Node | null | undefined, before: string, texts: ReadonlySet<string>): RawPart[] {
  if (!node) return [];
  if ('ColumnRef' in node) {
    const name = nameOf(node);
    const location = node.ColumnRef.location ?? 0;
    return name !== null && texts.has(name) ? [{ name, location, before, by: 'concatenation' }] : [];
  }
  if ('A_Expr' in node && stringOf(node.A_Expr.name?.[0]) === '||') {
    const { lexpr, rexpr } = node.A_Expr;
    return [...rawParts(lexpr, before, texts), ...rawParts(rexpr, lastConstant(lexpr) ?? '', texts)];
  }
  if ('FuncCall' in node && nameParts(node.FuncCall.funcname).at(-1) === 'format') {
    const [template, ...values] = node.FuncCall.args ?? [];
    const text = constant(template);
    if (text === null) return [];
    return placeholders(text).flatMap(({ type, at }, i) =>
      type === 's' ? rawParts(values[i], text.slice(0, at), texts).map((p) => ({ ...p, by: 'format' as const })) : [],
    );
  }
  return [];
}

const constant = (node: Node | undefined): string | null =>
  node && 'A_Const' in node && node.A_Const.sval ? (node.A_Const.sval.sval ?? '') : null;

function lastConstant(node: Node | undefined): string | null {
  if (node && 'A_Expr' in node && stringOf(node.A_Expr.name?.[0]) === '||') return lastConstant(node.A_Expr.rexpr);
  return constant(node);
}

/** In order; none where one is given by its number or takes its width from a value. */
function placeholders(template: string): { type: string; at: number }[] {
  const found: { type: string; at: number }[] = [];
  for (const match of template.matchAll(/%(?:%|-?\d*([sIL])|(.))/gs)) {
    if (match[2] !== undefined) return [];
    if (match[1]) found.push({ type: match[1], at: match.index });
  }
  return found;
}

function report(part: RawPart, piece: BodyStatement, program: WrittenProgram, context: RuleContext): void {
  const start = piece.toBody(part.location);
  const end = start + (/^[\w$.]+|^"[^"]*"/.exec(program.text.slice(start))?.[0].length ?? 1);
  context.report(
    program.span({ start, end }),
    `The value of ${part.name} becomes part of the SQL that EXECUTE runs: whoever chooses it can make the statement another one.`,
    'Pass a value with USING ($1), put a name in with format(%I) or quote_ident(), and a constant with %L or quote_literal().',
    part.by === 'concatenation' ? quoted(part, { start, end }, program) : [],
  );
}

/** Where the text before tells that a name of a table stands there. */
function quoted(part: RawPart, span: { start: number; end: number }, program: WrittenProgram): Fix[] {
  if (!/\b(?:from|join|into|update|table|schema|view|sequence)\s+$/i.test(part.before)) return [];
  const written = program.text.slice(span.start, span.end);
  const edit = program.edit(span, `quote_ident(${written})`);
  return edit ? [{ title: 'Quote the name: quote_ident()', edits: [edit], safe: false }] : [];
}

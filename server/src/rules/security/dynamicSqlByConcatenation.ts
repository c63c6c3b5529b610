import type { CreateFunctionStmt, Node } from '@pgsql/types';
import { nameParts, stringOf } from '../../catalog/names.ts';
import { everyCommand, expressionOf } from '../../syntax/bodies/plpgsql/commands.ts';
import type { BodyStatement } from '../../syntax/bodies/plpgsql/plpgsqlBody.ts';
import type { WrittenProgram } from '../../syntax/bodies/routines.ts';
import { defineRule, type Fix, type RuleContext, type Severity } from '../rule.ts';

export default defineRule({
  id: 'dynamic-sql-by-concatenation',
  family: 'security',
  severity: 'warning',
  docs: {
    summary: 'EXECUTE runs SQL that a text parameter is put into as it comes.',
    why: 'Whoever chooses the value chooses the SQL: a quote, a semicolon or a space in it and the statement is another one, run with the rights of the function (its owner, if it is SECURITY DEFINER). Even an honest value breaks it, such as a name with a capital letter or a text with an apostrophe.',
    fine: 'Only trusted code calls the function, with values that are SQL on purpose. (The name of a table in a function that runs with the rights of its caller is told as information.)',
    source: 'https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN',
  },
  examples: [
    {
      schema: 'CREATE TABLE notes (id bigint PRIMARY KEY, owner text);',
      unsafe:
        "CREATE FUNCTION forget(table_name text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$\nBEGIN\n  EXECUTE 'DELETE FROM ' || table_name;\nEND\n$$;",
      safe: "CREATE FUNCTION forget(table_name text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$\nBEGIN\n  EXECUTE 'DELETE FROM ' || quote_ident(table_name);\nEND\n$$;",
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
        "CREATE FUNCTION forget(table_name text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$\nBEGIN\n  EXECUTE format('DELETE FROM %s', table_name);\nEND\n$$;",
      safe: "CREATE FUNCTION forget(table_name text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$\nBEGIN\n  EXECUTE format('DELETE FROM %I', table_name);\nEND\n$$;",
    },
  ],
  check: {
    CreateFunctionStmt(stmt, context) {
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
        for (const part of rawParts(value, '', texts))
          report(part, built, program, context, runsAsOwner(stmt) || !isName(part) ? 'warning' : 'information');
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
  /** Offset in the piece's SQL of the %s that it fills, where that is written plainly. */
  readonly placeholder: number | null;
}

function runsAsOwner(stmt: CreateFunctionStmt): boolean {
  return (stmt.options ?? []).some((option) => {
    const { defname, arg } = 'DefElem' in option ? option.DefElem : {};
    return defname === 'security' && arg !== undefined && 'Boolean' in arg && arg.Boolean.boolval === true;
  });
}

/** Where the text before tells that a name stands there, not a value. */
const isName = ({ before }: RawPart): boolean =>
  /(?:\b(?:from|join|into|update|table|schema|view|sequence|like|partition|index|exists|only|on|of)\s+|["._])$/i.test(
    before,
  );

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
    return name !== null && texts.has(name) ? [{ name, location, before, by: 'concatenation', placeholder: null }] : [];
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
      type === 's'
        ? rawParts(values[i], text.slice(0, at), texts).map((p) => ({
            ...p,
            by: 'format' as const,
            placeholder: locationOf(template, text, at),
          }))
        : [],
    );
  }
  return [];
}

const constant = (node: Node | undefined): string | null =>
  node && 'A_Const' in node && node.A_Const.sval ? (node.A_Const.sval.sval ?? '') : null;

/** Of a place in a constant without anything escaped before it. */
function locationOf(node: Node | undefined, text: string, at: number): number | null {
  const start = node && 'A_Const' in node ? (node.A_Const.location ?? 0) : null;
  return start === null || /['\\\n]/.test(text.slice(0, at)) ? null : start + 1 + at;
}

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

function report(
  part: RawPart,
  piece: BodyStatement,
  program: WrittenProgram,
  context: RuleContext,
  severity: Severity,
): void {
  const start = piece.toBody(part.location);
  const end = start + (/^[\w$.]+|^"[^"]*"/.exec(program.text.slice(start))?.[0].length ?? 1);
  context.report(
    program.span({ start, end }),
    `The value of ${part.name} becomes part of the SQL that EXECUTE runs: whoever chooses it can make the statement another one.`,
    'Pass a value with USING ($1), put a name in with format(%I) or quote_ident(), and a constant with %L or quote_literal().',
    quoted(part, piece, { start, end }, program),
    { severity },
  );
}

function quoted(
  part: RawPart,
  piece: BodyStatement,
  span: { start: number; end: number },
  program: WrittenProgram,
): Fix[] {
  // inside of quotes, or as a part of a longer name, it takes more than that
  if (!isName(part) || /["._]$/.test(part.before)) return [];
  if (part.by === 'concatenation') {
    const edit = program.edit(span, `quote_ident(${program.text.slice(span.start, span.end)})`);
    return edit ? [{ title: 'Quote the name: quote_ident()', edits: [edit], safe: false }] : [];
  }
  if (part.placeholder === null) return [];
  const start = piece.toBody(part.placeholder);
  if (program.text.slice(start, start + 2) !== '%s') return [];
  const edit = program.edit({ start, end: start + 2 }, '%I');
  return edit ? [{ title: 'Quote the name: %I', edits: [edit], safe: false }] : [];
}

import type { CreateFunctionStmt } from '@pgsql/types';
import { typeNameOf } from '../../catalog/names.ts';
import type { FunctionDefinition } from '../../catalog/objects.ts';
import { before } from '../edits.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { nameSpan } from './functionOptions.ts';
import { existing, inputsOf, isInput, isSame, parametersOf, signature } from './signatures.ts';

export default defineRule({
  id: 'replaced-function-changes-signature',
  family: 'functions',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary:
      'CREATE OR REPLACE FUNCTION with another result type, a renamed parameter or without a default that was there.',
    why: 'What is there may rely on them: Postgres refuses to change the result type or the columns of the result, the name of an input parameter, and to take a default away (42P13). The body, the volatility and the like may change, and parameters without a name may get one.',
    fine: 'Never, where the files tell the whole history of the function.',
    source: 'https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-NOTES',
  },
  examples: [
    {
      schema: 'CREATE FUNCTION price_of(item integer) RETURNS integer LANGUAGE sql AS $$SELECT 100$$;',
      unsafe: 'CREATE OR REPLACE FUNCTION price_of(item integer) RETURNS numeric LANGUAGE sql AS $$SELECT 99.5$$;',
      safe: 'DROP FUNCTION price_of(integer);\nCREATE OR REPLACE FUNCTION price_of(item integer) RETURNS numeric LANGUAGE sql AS $$SELECT 99.5$$;',
    },
    {
      schema:
        'CREATE FUNCTION price_of(item integer, discount numeric DEFAULT 0) RETURNS numeric LANGUAGE sql AS $$SELECT 100 - discount$$;',
      unsafe:
        'CREATE OR REPLACE FUNCTION price_of(item_id integer, discount numeric DEFAULT 0) RETURNS numeric LANGUAGE sql AS $$SELECT 99.5 - discount$$;',
      safe: 'DROP FUNCTION price_of(integer, numeric);\nCREATE OR REPLACE FUNCTION price_of(item_id integer, discount numeric DEFAULT 0) RETURNS numeric LANGUAGE sql AS $$SELECT 99.5 - discount$$;',
    },
    {
      schema:
        'CREATE FUNCTION prices() RETURNS TABLE (item integer, price numeric) LANGUAGE sql AS $$SELECT 1, 100.0$$;',
      unsafe:
        'CREATE OR REPLACE FUNCTION prices() RETURNS TABLE (item integer, price numeric, tax numeric) LANGUAGE sql AS $$SELECT 1, 100.0, 19.0$$;',
      safe: 'DROP FUNCTION prices();\nCREATE OR REPLACE FUNCTION prices() RETURNS TABLE (item integer, price numeric, tax numeric) LANGUAGE sql AS $$SELECT 1, 100.0, 19.0$$;',
    },
  ],
  check: {
    CreateFunctionStmt(stmt, context) {
      if (!stmt.replace) return;
      const known = existing(stmt, context.before);
      if (!known || (known.kind === 'procedure') !== (stmt.is_procedure === true)) return;
      const change = changeOf(stmt, known);
      if (!change) return;
      const what = stmt.is_procedure ? 'PROCEDURE' : 'FUNCTION';
      const name = nameSpan(context);
      context.report(
        name,
        `This fails: the ${what.toLowerCase()} is there already, and CREATE OR REPLACE cannot ${change}.`,
        `DROP ${what} before it (with it go the privileges granted on it, and it is refused while something depends on it), or give the new one another name.`,
        dropBefore(known, what, name, context),
      );
    },
  },
});

function dropBefore(
  known: FunctionDefinition,
  what: string,
  name: { start: number; end: number },
  context: RuleContext,
) {
  const dropped = signature(known, context.text.slice(name.start, name.end));
  return dropped === null
    ? []
    : [{ title: 'Drop the old one before', edits: [before(context, [`DROP ${what} ${dropped}`])], safe: false }];
}

function changeOf(stmt: CreateFunctionStmt, known: FunctionDefinition): string | null {
  const parameters = parametersOf(stmt);
  const inputs = parameters.filter(isInput);
  for (const [i, old] of inputsOf(known).entries()) {
    const now = inputs[i];
    if (old.name !== null && old.name !== (now?.name ?? null)) return `rename its parameter ${old.name}`;
    if (old.hasDefault && !now?.defexpr) return `take the default of its parameter ${old.name ?? i + 1} away`;
  }
  const columns = parameters.filter((p) => p.mode && /^FUNC_PARAM_(?:OUT|INOUT|TABLE)$/.test(p.mode));
  const oldColumns = known.arguments.filter((a) => a.mode === 'out' || a.mode === 'inout' || a.mode === 'table');
  // one column by itself is the result, and its name may change
  if (columns.length > 1 && oldColumns.length > 1) {
    if (columns.length !== oldColumns.length) return 'change the number of columns that it returns';
    const renamed = oldColumns.find((c, i) => c.name !== (columns[i]?.name ?? null));
    if (renamed) return `rename the column ${renamed.name} of its result`;
    const retyped = oldColumns.find((c, i) => isSame(c.type, typeNameOf(columns[i]?.argType)) === false);
    return retyped ? `change the type of the column ${retyped.name} of its result` : null;
  }
  if (columns.length > 0 || oldColumns.length > 0 || stmt.returnType?.pct_type) return null;
  if ((stmt.returnType?.setof ?? false) !== known.returnsSet)
    return known.returnsSet ? 'make it return one value instead of a set' : 'make it return a set';
  return isSame(known.returns, typeNameOf(stmt.returnType)) === false ? 'change the type that it returns' : null;
}

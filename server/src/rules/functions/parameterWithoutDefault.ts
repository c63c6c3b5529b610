import { defineRule } from '../rule.ts';
import { isInput, parametersOf } from './signatures.ts';

export default defineRule({
  id: 'parameter-without-default-behind-default',
  family: 'functions',
  severity: 'error',
  docs: {
    summary: 'An input parameter without a default stands behind one that has a default.',
    why: 'Arguments are left out from the end, so a default can be used only if all parameters behind it have one. CREATE FUNCTION is refused otherwise (42P13).',
    fine: 'Never. (OUT and VARIADIC parameters do not count.)',
    source: 'https://www.postgresql.org/docs/current/sql-createfunction.html',
  },
  examples: [
    {
      unsafe:
        'CREATE FUNCTION total(discount integer DEFAULT 0, price integer) RETURNS integer LANGUAGE sql AS $$SELECT $2 - $1$$;',
      safe: 'CREATE FUNCTION total(price integer, discount integer DEFAULT 0) RETURNS integer LANGUAGE sql AS $$SELECT $1 - $2$$;',
    },
  ],
  check: {
    CreateFunctionStmt(stmt, context) {
      const inputs = parametersOf(stmt).filter((p) => isInput(p) && p.mode !== 'FUNC_PARAM_VARIADIC');
      const first = inputs.findIndex((p) => p.defexpr);
      const without = first < 0 ? undefined : inputs.find((p, i) => i > first && !p.defexpr);
      if (!without) return;
      const { tokens } = context;
      const at = tokens.at(without.location ?? without.argType?.location ?? 0);
      context.report(
        tokens.span(at),
        `CREATE FUNCTION fails: ${without.name ?? 'this parameter'} needs a default, as a parameter before it has one.`,
        'Move it before the first parameter with a default, or give it one (DEFAULT NULL).',
      );
    },
  },
});

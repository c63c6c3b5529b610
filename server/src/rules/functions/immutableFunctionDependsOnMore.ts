import type { FuncCall, Node, RangeVar, SQLValueFunction } from '@pgsql/types';
import { nameParts } from '../../catalog/names.ts';
import { volatileFunctions } from '../../facts/volatility.ts';
import { walk } from '../../syntax/walk.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { declare, nameSpan, volatilityOf, volatilitySpan } from './functionOptions.ts';

/** Of Postgres itself, declared STABLE on every version. */
export const stableFunctions: readonly string[] = [
  'now',
  'transaction_timestamp',
  'statement_timestamp',
  'current_setting',
  'current_database',
  'current_schema',
  'to_regclass',
  'txid_current',
];

const isStable = new Set(stableFunctions);
const isVolatile = new Set(volatileFunctions);

interface Dependence {
  readonly on: string;
  readonly volatile: boolean;
}

export default defineRule({
  id: 'immutable-function-depends-on-more',
  family: 'functions',
  severity: 'information',
  docs: {
    summary: 'A function is declared IMMUTABLE but reads tables, settings or the clock.',
    why: 'Postgres believes the declaration. It computes the call once, when the query is planned, and keeps the result for as long as the plan lives; in an index it stores the result and never looks again. When the table or the time has changed, prepared statements and indexes go on giving the old answer.',
    fine: 'What it reads never changes, and you rebuild the indexes if it does.',
    source: 'https://www.postgresql.org/docs/current/xfunc-volatility.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE rates (id bigint PRIMARY KEY, rate numeric);',
      unsafe:
        'CREATE FUNCTION rate_of(wanted bigint) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$SELECT rate FROM rates WHERE id = wanted$$;',
      safe: 'CREATE FUNCTION rate_of(wanted bigint) RETURNS numeric LANGUAGE sql STABLE AS $$SELECT rate FROM rates WHERE id = wanted$$;',
    },
    {
      unsafe:
        'CREATE FUNCTION ticket() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$\nBEGIN\n  RETURN gen_random_uuid();\nEND\n$$;',
      safe: 'CREATE FUNCTION ticket() RETURNS text LANGUAGE plpgsql VOLATILE AS $$\nBEGIN\n  RETURN gen_random_uuid();\nEND\n$$;',
    },
  ],
  check: {
    CreateFunctionStmt(stmt, context) {
      if (volatilityOf(stmt) !== 'immutable' || stmt.is_procedure) return;
      const found = context.routines.embedded.flatMap((e) =>
        e.kind === 'dynamic' ? [] : dependences(e.node, context),
      );
      const worst = found.find((d) => d.volatile) ?? found[0];
      if (!worst) return;
      const place = volatilitySpan(stmt, context);
      const word = worst.volatile ? 'VOLATILE' : 'STABLE';
      context.report(
        place ?? nameSpan(context),
        `IMMUTABLE promises that the same arguments always give the same result, but this function ${worst.on}.`,
        `Declare it ${word}. (An index takes IMMUTABLE functions only: store the value in a column instead.)`,
        place ? [{ title: `Declare it ${word}`, edits: [declare(place, word, context)], safe: false }] : [],
      );
    },
  },
});

function dependences(root: Node, context: RuleContext): Dependence[] {
  const ctes = new Set<string>();
  const tables: RangeVar[] = [];
  const found: Dependence[] = [];
  walk({ root }, (type, node) => {
    if (type === 'CommonTableExpr') ctes.add((node as { ctename?: string }).ctename ?? '');
    else if (type === 'RangeVar') tables.push(node as RangeVar);
    else if (type === 'SQLValueFunction') {
      const { op } = node as SQLValueFunction;
      const name = (op ?? '').replace(/^SVFOP_/, '').replace(/_N$/, '');
      found.push({ on: `reads ${name}`, volatile: false });
    } else if (type === 'FuncCall') {
      const parts = nameParts((node as FuncCall).funcname);
      const name = parts.at(-1) ?? '';
      if (parts.length > 1 && parts[0] !== 'pg_catalog') return;
      if (!isStable.has(name) && !isVolatile.has(name)) return;
      if (parts.length === 1 && context.before.functions(name).length > 0) return;
      found.push({ on: `calls ${name}()`, volatile: isVolatile.has(name) });
    }
  });
  for (const table of tables) {
    const name = table.relname ?? '';
    if (!table.schemaname && ctes.has(name)) continue;
    found.push({ on: `reads the table ${table.schemaname ? `${table.schemaname}.` : ''}${name}`, volatile: false });
  }
  return found;
}

import { defineRule } from '../rule.ts';
import { declare, nameSpan, volatilityOf, volatilitySpan } from './functionOptions.ts';

const writes: Readonly<Record<string, string>> = {
  InsertStmt: 'INSERT',
  UpdateStmt: 'UPDATE',
  DeleteStmt: 'DELETE',
  MergeStmt: 'MERGE',
};

export default defineRule({
  id: 'non-volatile-function-writes',
  family: 'functions',
  severity: 'warning',
  docs: {
    summary: 'A function declared STABLE or IMMUTABLE writes to a table.',
    why: 'CREATE FUNCTION accepts it. When the statement is reached, it is refused: "INSERT is not allowed in a non-volatile function" (0A000).',
    fine: 'The statement is never reached.',
    source: 'https://www.postgresql.org/docs/current/xfunc-volatility.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE visits (page text);',
      unsafe:
        'CREATE FUNCTION visit(page text) RETURNS void LANGUAGE plpgsql STABLE AS $$\nBEGIN\n  INSERT INTO visits VALUES (page);\nEND\n$$;',
      safe: 'CREATE FUNCTION visit(page text) RETURNS void LANGUAGE plpgsql VOLATILE AS $$\nBEGIN\n  INSERT INTO visits VALUES (page);\nEND\n$$;',
    },
    {
      schema: 'CREATE TABLE visits (page text);',
      unsafe:
        'CREATE FUNCTION visit(page text) RETURNS void IMMUTABLE LANGUAGE sql AS $$INSERT INTO visits VALUES (page)$$;',
      safe: 'CREATE FUNCTION visit(page text) RETURNS void VOLATILE LANGUAGE sql AS $$INSERT INTO visits VALUES (page)$$;',
    },
  ],
  check: {
    CreateFunctionStmt(stmt, context) {
      if (volatilityOf(stmt) === 'volatile' || stmt.is_procedure) return;
      const place = volatilitySpan(stmt, context);
      const words = context.routines.embedded
        .filter((e) => e.kind === 'statement')
        .map((e) => writes[Object.keys(e.node)[0] ?? '']);
      const word = words.find((w) => w !== undefined);
      if (!word) return;
      context.report(
        place ?? nameSpan(context),
        `${word} fails in this function: it is declared ${volatilityOf(stmt).toUpperCase()}, and only a VOLATILE one may write.`,
        'Declare it VOLATILE, which is also what Postgres assumes when nothing is said.',
        place ? [{ title: 'Declare it VOLATILE', edits: [declare(place, 'VOLATILE', context)], safe: false }] : [],
      );
    },
  },
});

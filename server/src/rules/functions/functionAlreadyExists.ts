import { insertAt } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { nameSpan } from './functionOptions.ts';
import { existing } from './signatures.ts';

export default defineRule({
  id: 'function-already-exists',
  family: 'functions',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'CREATE FUNCTION of a name and input types that a function has already.',
    why: 'Postgres refuses it with "function … already exists with same argument types" (42723), and the migration with it. CREATE OR REPLACE FUNCTION puts the new body in the place of the old one.',
    fine: 'Never, where the files tell the whole history of the function.',
    source: 'https://www.postgresql.org/docs/current/sql-createfunction.html',
  },
  examples: [
    {
      schema:
        'CREATE FUNCTION total(price numeric, tax numeric) RETURNS numeric LANGUAGE sql AS $$SELECT price + tax$$;',
      unsafe:
        'CREATE FUNCTION total(price numeric, tax numeric) RETURNS numeric LANGUAGE sql AS $$SELECT price * (1 + tax)$$;',
      safe: 'CREATE OR REPLACE FUNCTION total(price numeric, tax numeric) RETURNS numeric LANGUAGE sql AS $$SELECT price * (1 + tax)$$;',
    },
  ],
  check: {
    CreateFunctionStmt(stmt, context) {
      if (stmt.replace || !existing(stmt, context.before)) return;
      const { tokens } = context;
      const what = stmt.is_procedure ? 'PROCEDURE' : 'FUNCTION';
      const replace = tokens.written(0) === 'create' ? ' or replace' : ' OR REPLACE';
      context.report(
        nameSpan(context),
        `This fails: there is a ${what.toLowerCase()} of this name and these input types already.`,
        `Write CREATE OR REPLACE ${what}, or drop the old one before.`,
        [{ title: 'Replace the one that is there', edits: [insertAt(tokens.span(0).end, replace)], safe: false }],
      );
    },
  },
});

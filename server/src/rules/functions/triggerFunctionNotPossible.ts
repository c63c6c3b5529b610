import { defineRule } from '../rule.ts';
import { languageOf, nameSpan } from './functionOptions.ts';

export default defineRule({
  id: 'trigger-function-not-possible',
  family: 'functions',
  severity: 'error',
  docs: {
    summary: 'A function that returns trigger has parameters, or is written in SQL.',
    why: 'A trigger function gets what it works on in NEW, OLD and TG_ARGV: CREATE FUNCTION is refused when it declares parameters, and the language SQL cannot return trigger at all (42P13).',
    fine: 'Never.',
    source: 'https://www.postgresql.org/docs/current/plpgsql-trigger.html',
  },
  examples: [
    {
      unsafe: 'CREATE FUNCTION touch(name text) RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN NEW;\nEND\n$$;',
      safe: 'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN NEW;\nEND\n$$;',
    },
    {
      unsafe: 'CREATE FUNCTION touch() RETURNS trigger LANGUAGE sql AS $$SELECT 1$$;',
      safe: 'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;',
    },
  ],
  check: {
    CreateFunctionStmt(stmt, context) {
      const { written } = context.routines;
      const { routine } = written ?? {};
      if (routine?.returns?.length !== 1 || routine.returns[0] !== 'trigger' || routine.returnsSet) return;
      const language = languageOf(stmt);
      if (language === 'sql')
        context.report(
          nameSpan(context),
          'CREATE FUNCTION fails: a function in SQL cannot return trigger.',
          'Write it in PL/pgSQL.',
        );
      else if (language === 'plpgsql' && routine.arguments.length > 0)
        context.report(
          nameSpan(context),
          'CREATE FUNCTION fails: a trigger function cannot declare parameters.',
          'Leave them out; what CREATE TRIGGER passes is in TG_ARGV.',
        );
    },
  },
});

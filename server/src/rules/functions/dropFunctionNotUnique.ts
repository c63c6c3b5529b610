import { nameParts } from '../../catalog/names.ts';
import { insertAt } from '../edits.ts';
import { defineRule, type Fix } from '../rule.ts';
import { signature } from './signatures.ts';

export default defineRule({
  id: 'drop-function-not-unique',
  family: 'functions',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'DROP FUNCTION by a bare name that several functions have.',
    why: 'Functions are told apart by their input types. Without them, DROP FUNCTION is refused as soon as there are two of the name (42725), and IF EXISTS does not help.',
    fine: 'Never, where the files tell the whole history of the functions.',
    source: 'https://www.postgresql.org/docs/current/sql-dropfunction.html',
  },
  examples: [
    {
      schema:
        'CREATE FUNCTION total(price integer) RETURNS integer LANGUAGE sql AS $$SELECT price$$;\nCREATE FUNCTION total(price integer, tax integer) RETURNS integer LANGUAGE sql AS $$SELECT price + tax$$;',
      unsafe: 'DROP FUNCTION total;',
      safe: 'DROP FUNCTION total(integer);',
    },
  ],
  check: {
    DropStmt(stmt, context) {
      const kind = stmt.removeType === 'OBJECT_FUNCTION' ? 'function' : 'procedure';
      if (kind === 'procedure' && stmt.removeType !== 'OBJECT_PROCEDURE') return;
      const { before, tokens } = context;
      // names between commas, behind DROP FUNCTION [IF EXISTS]
      const first = tokens.word(2) === 'if' ? 4 : 2;
      const parts = tokens.split(first);
      for (const [i, object] of (stmt.objects ?? []).entries()) {
        const named = 'ObjectWithArgs' in object ? object.ObjectWithArgs : undefined;
        const place = parts[i];
        if (!named?.args_unspecified || !place) continue;
        const name = nameParts(named.objname);
        const schema = name.at(-2) ?? before.session.schema;
        const known = before.functions(name.at(-1) ?? '').filter((f) => f.schema === schema && f.kind === kind);
        if (known.length < 2) continue;
        const span = tokens.span(place.first, tokens.afterName(place.first) - 1);
        const fixes = known.flatMap((f): Fix[] => {
          const types = signature(f, '');
          return types === null
            ? []
            : [{ title: `Drop ${f.name}${types}`, edits: [insertAt(span.end, types)], safe: false }];
        });
        context.report(
          span,
          `This fails: there are ${known.length} ${kind}s called ${name.join('.')}, and nothing tells which one is meant.`,
          `Write the input types: ${name.join('.')}(…).`,
          fixes,
        );
      }
    },
  },
});

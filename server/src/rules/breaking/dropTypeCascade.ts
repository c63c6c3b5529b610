import { nameParts } from '../../catalog/names.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'drop-type-cascade',
  family: 'breaking',
  severity: 'information',
  docs: {
    summary: 'DROP TYPE, DROP DOMAIN or DROP EXTENSION with CASCADE.',
    why: 'Columns depend on their type: with CASCADE, every column of the type (of a type of the extension) is dropped with all its values, in every table, and so are functions that take or return it. Postgres tells it in a notice only.',
    fine: 'No table has a column of the type. Then leave CASCADE out: Postgres refuses if one has.',
    source: 'https://www.postgresql.org/docs/current/sql-droptype.html',
  },
  examples: [
    {
      schema: "CREATE TYPE mood AS ENUM ('good', 'bad');\nCREATE TABLE people (id bigint PRIMARY KEY, mood mood);",
      unsafe: 'DROP TYPE mood CASCADE;',
      safe: 'ALTER TABLE people DROP COLUMN mood;\nDROP TYPE mood;',
    },
    {
      schema: 'CREATE EXTENSION citext;\nCREATE TABLE people (id bigint PRIMARY KEY, email citext);',
      unsafe: 'DROP EXTENSION IF EXISTS citext CASCADE;',
      safe: 'ALTER TABLE people ALTER COLUMN email TYPE text;\nDROP EXTENSION IF EXISTS citext;',
    },
  ],
  check: {
    DropStmt(stmt, context) {
      const kind = kinds[stmt.removeType ?? ''];
      if (!kind || stmt.behavior !== 'DROP_CASCADE') return;
      const { tokens } = context;
      const names = (stmt.objects ?? []).flatMap((object) =>
        'TypeName' in object
          ? [nameParts(object.TypeName.names).join('.')]
          : 'String' in object
            ? [object.String.sval ?? '']
            : [],
      );
      context.report(
        tokens.span(0, tokens.length - 1),
        `CASCADE drops every column ${kind === 'extension' ? 'whose type comes from the' : 'that still is of the'} ${kind} ${names.join(', ')}, with its values.`,
        'Leave CASCADE out, so that Postgres refuses while a column uses it; change or drop those columns first.',
        [
          {
            title: 'Leave CASCADE out',
            safe: false,
            edits: [
              { start: tokens.span(tokens.length - 2).end, end: tokens.span(tokens.length - 1).end, newText: '' },
            ],
          },
        ],
      );
    },
  },
});

const kinds: Readonly<Record<string, 'type' | 'domain' | 'extension'>> = {
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'domain',
  OBJECT_EXTENSION: 'extension',
};

import { stringOf } from '../../catalog/names.ts';
import { insertAt } from '../edits.ts';
import { defineRule, type Fix } from '../rule.ts';

/** Of those that come with Postgres: they can be in any schema, and bring functions or types. */
export const inAnySchema: readonly string[] = [
  'bloom',
  'btree_gin',
  'btree_gist',
  'citext',
  'cube',
  'dblink',
  'earthdistance',
  'fuzzystrmatch',
  'hstore',
  'intarray',
  'isn',
  'ltree',
  'pg_trgm',
  'pgcrypto',
  'pgrowlocks',
  'postgres_fdw',
  'seg',
  'tablefunc',
  'unaccent',
  'uuid-ossp',
];

const known = new Set(inAnySchema);

export default defineRule({
  id: 'extension-in-public',
  family: 'security',
  severity: 'hint',
  docs: {
    summary: 'CREATE EXTENSION without WITH SCHEMA puts its objects beside your own tables.',
    why: 'Its functions, types and operators land in the first schema of the search path, among those of the application: an API that exposes that schema exposes them too, and dropping or dumping the schema takes them along.',
    fine: 'Nothing exposes the schema as a whole.',
    source: 'https://www.postgresql.org/docs/current/sql-createextension.html',
  },
  examples: [
    {
      schema: 'CREATE SCHEMA extensions;',
      unsafe: 'CREATE EXTENSION pg_trgm;',
      safe: 'CREATE EXTENSION pg_trgm WITH SCHEMA extensions;',
    },
  ],
  check: {
    CreateExtensionStmt(stmt, context) {
      const name = stmt.extname ?? '';
      const { before, tokens } = context;
      // only where the project has a place for them does it want them there
      if (before.session.schema !== 'public' || !known.has(name) || !before.hasNamespace('extensions')) return;
      if (
        stmt.options?.some(
          (o) => 'DefElem' in o && o.DefElem.defname === 'schema' && stringOf(o.DefElem.arg) !== 'public',
        )
      )
        return;
      const last = tokens.length - 1;
      const at = tokens.all.findIndex((_, i) => tokens.written(i).replaceAll('"', '').toLowerCase() === name);
      const plain = (stmt.options?.length ?? 0) === 0 && at === last;
      const fixes: Fix[] = plain
        ? [
            {
              title: 'Put it into the schema extensions',
              edits: [insertAt(tokens.span(last).end, ' WITH SCHEMA extensions')],
              safe: false,
            },
          ]
        : [];
      context.report(
        tokens.span(at),
        `The objects of ${name} land in the schema public, among the application's own, though there is a schema extensions.`,
        'Write WITH SCHEMA extensions, and add that schema to the search_path of those who use it.',
        fixes,
      );
    },
  },
});

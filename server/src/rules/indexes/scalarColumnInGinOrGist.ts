import { printType } from '../../catalog/names.ts';
import { indexedType, scalarTypesByExtension } from '../../facts/accessMethods.ts';
import { before } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'scalar-column-in-gin-or-gist',
  family: 'indexes',
  severity: 'warning',
  docs: {
    summary:
      'A number, text or time in a gin or gist index, and no file installs the extension that makes it possible.',
    why: 'gin and gist have no operator classes for scalar types of their own. The extensions btree_gin and btree_gist bring them; without these the statement fails (42704).',
    fine: 'The extension is installed in every database that the migration runs in, but not by these files.',
    source: 'https://www.postgresql.org/docs/current/btree-gin.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE posts (id bigint PRIMARY KEY, tenant_id bigint, tags text[]);',
      unsafe: 'CREATE INDEX CONCURRENTLY posts_tags_idx ON posts USING gin (tenant_id, tags);',
      safe: 'CREATE EXTENSION IF NOT EXISTS btree_gin;\nCREATE INDEX CONCURRENTLY posts_tags_idx ON posts USING gin (tenant_id, tags);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      const method = stmt.accessMethod;
      if (method !== 'gin' && method !== 'gist') return;
      const extension = `btree_${method}`;
      if (context.before.extension(extension) || context.before.extension('pg_trgm')) return;
      const index = writtenIndex(stmt, context);
      const key = index?.keys.find(
        ({ element, type }) =>
          !element.opclass && scalarTypesByExtension[method].has(indexedType(type, context.before) ?? ''),
      );
      if (!key?.type) return;
      const { session } = context.before;
      context.report(
        key.span,
        `${method} takes ${printType(key.type)} only where the extension ${extension} is installed, which no file here does: without it this fails.`,
        `Install ${extension} before. For text that is searched by LIKE, use pg_trgm and its operator class ${method}_trgm_ops instead.`,
        session.wrapping === 'single'
          ? []
          : [
              {
                title: `Install ${extension} first`,
                safe: false,
                edits: [before(context, [`CREATE EXTENSION IF NOT EXISTS ${extension}`])],
              },
            ],
      );
    },
  },
});

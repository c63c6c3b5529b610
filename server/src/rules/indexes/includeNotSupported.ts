import { capabilities } from '../../facts/accessMethods.ts';
import { defineRule } from '../rule.ts';
import { withoutTokens } from './indexEdits.ts';
import { knownMethod, writtenIndex } from './writtenIndex.ts';

export default defineRule({
  id: 'include-not-supported',
  family: 'indexes',
  severity: 'error',
  docs: {
    summary: 'INCLUDE with an access method that has no included columns.',
    why: 'btree, gist and spgist can store further columns beside the key. With hash, gin and brin, INCLUDE makes the statement fail (0A000).',
    fine: 'Never: the statement does not run.',
    source: 'https://www.postgresql.org/docs/current/indexes-index-only-scans.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE posts (id bigint PRIMARY KEY, tags text[], title text);',
      unsafe: 'CREATE INDEX CONCURRENTLY posts_tags_idx ON posts USING gin (tags) INCLUDE (title);',
      safe: 'CREATE INDEX CONCURRENTLY posts_tags_idx ON posts USING gin (tags);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      const method = knownMethod(stmt);
      if (!method || capabilities[method].include || !stmt.indexIncludingParams?.length) return;
      const index = writtenIndex(stmt, context);
      const last = index?.include.at(-1);
      if (!index || !last) return;
      const span = context.tokens.span(index.close + 1, last.last + 1);
      context.report(
        span,
        `This fails: an index of the access method ${method} takes no INCLUDE.`,
        'Leave INCLUDE out. Only btree, gist and spgist have included columns.',
        [
          {
            title: 'Leave INCLUDE out',
            safe: false,
            edits: [withoutTokens(context, index.close + 1, last.last + 1)],
          },
        ],
      );
    },
  },
});

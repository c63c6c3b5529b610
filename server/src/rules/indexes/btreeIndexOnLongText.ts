import { defineRule } from '../rule.ts';
import { withMethod } from './indexEdits.ts';
import { writtenIndex } from './writtenIndex.ts';

/** Names of columns that hold texts of any length. */
const longTexts =
  /^(?:.*_)?(?:body|content|contents|html|markdown|description|bio|biography|transcript|raw_text|full_text|article|essay|letter|instructions|system_prompt|stack_?trace|query_text)$/;

export default defineRule({
  id: 'btree-index-on-long-text',
  family: 'indexes',
  severity: 'information',
  docs: {
    summary: 'A btree index on a text column that by its name holds long texts.',
    why: 'An entry of a btree index must fit into a third of a page: about 2700 bytes after compression. A longer text makes the INSERT fail (54000), and building the index fails if there is one already.',
    fine: 'Something keeps the texts short: a CHECK on their length, or what they are.',
    source: 'https://www.postgresql.org/docs/current/btree.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE posts (id bigint PRIMARY KEY, body text);',
      unsafe: 'CREATE INDEX CONCURRENTLY posts_body_idx ON posts (body);',
      safe: 'CREATE INDEX CONCURRENTLY posts_body_idx ON posts USING hash (body);',
    },
  ],
  check: {
    IndexStmt(stmt, context) {
      if ((stmt.accessMethod ?? 'btree') !== 'btree') return;
      const index = writtenIndex(stmt, context);
      const relation = index?.table.relation;
      if (!index || !relation) return;
      for (const { column, type, element, span } of [...index.keys, ...index.include]) {
        if (column === null || !type || type.schema !== null || type.array || type.name !== 'text') continue;
        if (!longTexts.test(column)) continue;
        // a check on the column may bound it
        if (relation.constraints.some((c) => c.kind === 'check')) continue;
        const plain = index.keys.length === 1 && index.include.length === 0 && index.parameters.length === 0;
        const hashable = plain && !stmt.unique && !element.opclass && !element.ordering?.endsWith('ESC');
        context.report(
          span,
          `A btree index entry holds about 2700 bytes: a longer ${column} makes INSERT fail.`,
          'For = use a hash index, or index md5(column); for searching words use gin (to_tsvector), for LIKE gin (gin_trgm_ops); for sorting index left(column, 100).',
          hashable ? [{ title: 'Use a hash index', safe: false, edits: [withMethod(index, 'hash', context)] }] : [],
        );
      }
    },
  },
});

import { printType } from '../../catalog/names.ts';
import { defineRule, type Fix } from '../rule.ts';
import { inQueries, operatorOf } from './indexedConditions.ts';
import { startOf } from './nodePlaces.ts';
import { indexName } from './sameIndexes.ts';

export default defineRule({
  id: 'any-of-indexed-array',
  family: 'indexes',
  severity: 'information',
  docs: {
    summary: 'value = ANY (column) on an array column with a gin index.',
    why: "A gin index on an array serves @>, &&, <@ and =, but not 'x' = ANY (column): every row is read. column @> ARRAY['x'] finds the same rows through the index.",
    fine: 'The table is small, or other conditions leave few rows.',
    source: 'https://www.postgresql.org/docs/current/gin.html#GIN-BUILTIN-OPCLASSES',
  },
  examples: [
    {
      schema:
        'CREATE TABLE posts (id bigint PRIMARY KEY, tags text[]);\nCREATE INDEX posts_tags_idx ON posts USING gin (tags);',
      unsafe: "SELECT id FROM posts WHERE 'news' = ANY (tags);",
      safe: "SELECT id FROM posts WHERE tags @> ARRAY['news']::text[];",
    },
  ],
  conclude: inQueries(({ context, comparisons, indexed }) => {
    for (const comparison of comparisons) {
      if (comparison.kind !== 'AEXPR_OP_ANY' || operatorOf(comparison) !== '=') continue;
      const found = indexed(comparison.rexpr);
      const type = found?.column.type;
      const index = found?.indexes.find(
        ({ definition: { method, where, keys } }) =>
          method === 'gin' && where === null && keys.some((k) => k.column === found.column.name),
      );
      if (!found || !type?.array || !index) continue;
      const { tokens } = context;
      const column = tokens.at(startOf(comparison.rexpr, context) ?? -1);
      const end = column < 0 ? -1 : tokens.afterName(column);
      const any = column - 2;
      if (end < 0 || (tokens.word(any) !== 'any' && tokens.word(any) !== 'some') || tokens.word(end) !== ')') continue;
      context.report(
        tokens.span(any, end),
        `${indexName(index, context.session.schema)} does not serve = ANY (${found.column.name}).`,
        `Write ${found.column.name} @> ARRAY[value]::${printType(type)}, which finds the same rows through the index.`,
        rewritten(),
      );

      /** A single token before `= ANY`: a constant or a parameter. */
      function rewritten(): Fix[] {
        const { lexpr } = comparison;
        const value = any - 2;
        if (
          !type ||
          !lexpr ||
          !('A_Const' in lexpr || 'ParamRef' in lexpr) ||
          ('A_Const' in lexpr && lexpr.A_Const.isnull)
        )
          return [];
        if (tokens.at(startOf(lexpr, context) ?? -1) !== value) return [];
        const name = context.text.slice(tokens.span(column).start, tokens.span(end - 1).end);
        const newText = `${name} @> ARRAY[${tokens.written(value)}]::${printType(type)}`;
        return [{ title: 'Use @>', safe: false, edits: [{ ...tokens.span(value, end), newText }] }];
      }
    }
  }),
});

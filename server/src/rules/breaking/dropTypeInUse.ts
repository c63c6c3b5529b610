import { nodesKey } from '../../catalog/names.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'drop-type-in-use',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'DROP TYPE or DROP DOMAIN, without CASCADE, of a type that columns have.',
    why: 'Postgres refuses it with "cannot drop type … because other objects depend on it" (2BP01). Columns whose type is an array of it count as well.',
    fine: 'Never, where the files tell the columns.',
    source: 'https://www.postgresql.org/docs/current/sql-droptype.html',
  },
  examples: [
    {
      schema: "CREATE TYPE mood AS ENUM ('good', 'bad');\nCREATE TABLE days (id bigint PRIMARY KEY, mood mood);",
      unsafe: 'DROP TYPE mood;',
      safe: 'ALTER TABLE days ALTER COLUMN mood DROP DEFAULT;',
    },
    {
      schema: 'CREATE DOMAIN percent AS integer;\nCREATE TABLE taxes (id bigint PRIMARY KEY, rates percent[]);',
      unsafe: 'DROP DOMAIN percent;',
      safe: 'ALTER TABLE taxes DROP COLUMN rates;\nDROP DOMAIN percent;',
    },
  ],
  check: {
    DropStmt(stmt, context) {
      const { before, tokens } = context;
      if (stmt.removeType !== 'OBJECT_TYPE' && stmt.removeType !== 'OBJECT_DOMAIN') return;
      if (stmt.behavior === 'DROP_CASCADE') return;
      for (const object of stmt.objects ?? []) {
        if (!('TypeName' in object)) continue;
        const type = before.type(nodesKey(object.TypeName.names, before.session.schema));
        if (!type) continue;
        const columns = before.relationsWithType(type.name).flatMap((key) => {
          const relation = before.relation(key);
          if (!relation || !['table', 'partitioned', 'foreign table'].includes(relation.kind)) return [];
          return relation.columns
            .filter((c) => c.type?.name === type.name && (c.type.schema ?? before.session.schema) === type.schema)
            .map((c) => `${c.name} of ${relation.name}`);
        });
        if (columns.length === 0) continue;
        const more = columns.length > 2 ? ` and ${columns.length - 2} more` : '';
        const at = tokens.at(object.TypeName.location ?? 0);
        context.report(
          tokens.span(at, tokens.afterName(at) - 1),
          `Dropping ${type.name} fails: ${columns.slice(0, 2).join(', ')}${more} ${columns.length === 1 ? 'has' : 'have'} this type.`,
          'Drop the columns or change their type first; CASCADE would drop them with their data.',
        );
      }
    },
  },
});

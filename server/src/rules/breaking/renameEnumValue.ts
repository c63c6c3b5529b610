import { nameParts } from '../../catalog/names.ts';
import { defineRule } from '../rule.ts';
import { alteredEnum } from './enumValue.ts';

export default defineRule({
  id: 'rename-enum-value',
  family: 'breaking',
  severity: 'warning',
  docs: {
    summary: 'ALTER TYPE … RENAME VALUE.',
    why: 'Rows and defaults follow, but clients do not: whoever still writes or compares the old value is refused with "invalid input value for enum" (22P02), and whoever reads gets a value that it does not know.',
    fine: 'The clients are stopped during the migration, or nobody uses the value.',
    source: 'https://www.postgresql.org/docs/current/sql-altertype.html',
  },
  examples: [
    {
      schema:
        "CREATE TYPE status AS ENUM ('open', 'done');\nCREATE TABLE orders (id bigint PRIMARY KEY, status status);",
      unsafe: "ALTER TYPE status RENAME VALUE 'open' TO 'pending';",
      safe: "ALTER TYPE status ADD VALUE 'pending';",
    },
  ],
  check: {
    AlterEnumStmt(stmt, context) {
      if (stmt.oldVal === undefined) return;
      const altered = alteredEnum(stmt.typeName, context);
      // then it fails, which another rule says
      if (altered?.type.complete && !altered.type.values.includes(stmt.oldVal)) return;
      const { tokens } = context;
      context.report(
        tokens.span(tokens.find(['value']) - 1, tokens.length - 1),
        `Renaming '${stmt.oldVal}' breaks clients that still write or expect it in ${nameParts(stmt.typeName).join('.')}.`,
        'Add a value of the new name, release code that knows both, then update the rows.',
      );
    },
  },
});

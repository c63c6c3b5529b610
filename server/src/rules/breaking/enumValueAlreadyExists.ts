import { insertAt } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { alteredEnum } from './enumValue.ts';

export default defineRule({
  id: 'enum-value-already-exists',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'ALTER TYPE … ADD VALUE (or RENAME VALUE … TO) of a value that the enum already has.',
    why: 'Postgres refuses it with "enum label … already exists" (42710). ADD VALUE IF NOT EXISTS only gives a notice.',
    fine: 'Never, where the files tell the whole history of the type.',
    source: 'https://www.postgresql.org/docs/current/sql-altertype.html',
  },
  examples: [
    {
      schema: "CREATE TYPE status AS ENUM ('open', 'done');",
      unsafe: "ALTER TYPE status ADD VALUE 'done';",
      safe: "ALTER TYPE status ADD VALUE IF NOT EXISTS 'done';",
    },
    {
      schema: "CREATE TYPE status AS ENUM ('open', 'done');",
      unsafe: "ALTER TYPE status RENAME VALUE 'open' TO 'done';",
      safe: "ALTER TYPE status RENAME VALUE 'open' TO 'todo';",
    },
  ],
  check: {
    AlterEnumStmt(stmt, context) {
      const { tokens } = context;
      const altered = alteredEnum(stmt.typeName, context);
      const value = stmt.newVal ?? '';
      if (!altered?.type.values.includes(value) || stmt.skipIfNewValExists) return;
      const at = tokens.find(['value']);
      const fixes = stmt.oldVal
        ? []
        : [
            {
              title: 'Add it only IF NOT EXISTS',
              safe: false,
              edits: [insertAt(tokens.span(at).end, ' IF NOT EXISTS')],
            },
          ];
      context.report(
        tokens.span(at - 1, tokens.length - 1),
        `This fails: ${altered.name} already has the value '${value}'.`,
        stmt.oldVal ? 'Choose another value.' : 'Leave it out, or write ADD VALUE IF NOT EXISTS.',
        fixes,
      );
    },
  },
});

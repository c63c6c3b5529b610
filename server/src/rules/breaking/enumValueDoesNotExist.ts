import { defineRule } from '../rule.ts';
import { alteredEnum } from './enumValue.ts';

export default defineRule({
  id: 'enum-value-does-not-exist',
  family: 'breaking',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'ALTER TYPE … RENAME VALUE, or ADD VALUE … BEFORE or AFTER, names a value that the enum does not have.',
    why: 'Postgres refuses it: "… is not an existing enum label" (22023). Values are compared letter by letter, case included.',
    fine: 'Never, where the files tell the whole history of the type.',
    source: 'https://www.postgresql.org/docs/current/sql-altertype.html',
  },
  examples: [
    {
      schema: "CREATE TYPE status AS ENUM ('open', 'done');",
      unsafe: "ALTER TYPE status RENAME VALUE 'Open' TO 'todo';",
      safe: "ALTER TYPE status RENAME VALUE 'open' TO 'todo';",
    },
    {
      schema: "CREATE TYPE status AS ENUM ('open', 'done');",
      unsafe: "ALTER TYPE status ADD VALUE 'late' AFTER 'opened';",
      safe: "ALTER TYPE status ADD VALUE 'late' AFTER 'open';",
    },
  ],
  check: {
    AlterEnumStmt(stmt, context) {
      const { tokens } = context;
      const altered = alteredEnum(stmt.typeName, context);
      const named = stmt.oldVal ?? stmt.newValNeighbor;
      if (!altered?.type.complete || named === undefined || altered.type.values.includes(named)) return;
      // IF NOT EXISTS looks at the new value first
      if (stmt.skipIfNewValExists && altered.type.values.includes(stmt.newVal ?? '')) return;
      context.report(
        tokens.span(tokens.find(['value']) - 1, tokens.length - 1),
        `This fails: ${altered.name} has no value '${named}'.`,
        `Its values are ${altered.type.values.map((v) => `'${v}'`).join(', ')}.`,
      );
    },
  },
});

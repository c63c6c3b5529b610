import type { Node } from '@pgsql/types';
import { nameParts } from '../../catalog/names.ts';
import type { QueryLevel, RangeItem } from '../../query/scope.ts';
import { defineRule, type RuleContext } from '../rule.ts';
import { reportQualifier } from './bodyFindings.ts';
import { certainScopes } from './certain.ts';
import { fixesFor, meantText, nearestNames, wordAt } from './nearest.ts';
import { queryStatements } from './unknownColumn.ts';
import { unknownAtCreation } from './unknownInBody.ts';

export default defineRule({
  id: 'missing-from-clause',
  family: 'names',
  severity: 'error',
  docs: {
    summary: 'A column is taken from a table or alias that the query does not have in FROM.',
    why: 'Postgres refuses it with "missing FROM-clause entry for table …" or "invalid reference to FROM-clause entry" (42P01). A table that has an alias goes by the alias only.',
    fine: 'Never.',
    source: 'https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-TABLE-ALIASES',
  },
  examples: [
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY, email text);',
      unsafe: 'SELECT users.email FROM users u;',
      safe: 'SELECT u.email FROM users u;',
    },
    {
      schema:
        'CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);',
      unsafe: 'SELECT orders.id FROM orders WHERE users.email IS NULL;',
      safe: 'SELECT orders.id FROM orders JOIN users ON users.id = orders.user_id WHERE users.email IS NULL;',
    },
  ],
  check: {
    ...Object.fromEntries(
      queryStatements.map((type) => [
        type,
        (stmt: object, context: RuleContext) => look({ [type]: stmt } as unknown as Node, context),
      ]),
    ),
    CreateFunctionStmt(stmt, context) {
      const found = unknownAtCreation(stmt, context);
      for (const unknown of found?.names ?? [])
        if (found && unknown.what === 'qualifier') reportQualifier(unknown, found, context);
    },
  },
});

function look(root: Node, context: RuleContext): void {
  for (const { node, resolution, level } of certainScopes(root, context).resolutionOf.values()) {
    if (resolution.kind !== 'unknown' || resolution.what !== 'table') continue;
    const fields = node.fields ?? [];
    const parts = nameParts(fields);
    const qualifiers = 'A_Star' in (fields.at(-1) ?? {}) ? parts : parts.slice(0, -1);
    // schema.table.column, or a path into something else
    if (qualifiers.length !== 1) continue;
    const [name = ''] = qualifiers;
    const place = wordAt(context.tokens, node.location ?? 0, 0, name);
    if (!place) continue;
    const items = itemsAround(level);
    const aliased = items.find((i) => i.rangeVar?.relname === name && i.name !== name);
    const names = items.flatMap((i) => i.name ?? []);
    const meant = aliased?.name ? [aliased.name] : nearestNames(name, names);
    context.report(
      place,
      `This fails: ${name} is not in FROM where this can see it.`,
      aliased?.name
        ? `The table ${name} goes by its alias ${aliased.name} here.`
        : meant.length > 0
          ? meantText(name, meant)
          : items.some((i) => i.name === name)
            ? 'Only what stands in FROM before it, and with LATERAL, is seen in a subquery or a join condition.'
            : `Add ${name} to FROM, or correct the name.`,
      fixesFor(meant, place),
    );
  }
}

function itemsAround(level: QueryLevel): RangeItem[] {
  const items: RangeItem[] = [];
  for (let at: QueryLevel | null = level; at; at = at.parent) items.push(...at.items);
  return items;
}

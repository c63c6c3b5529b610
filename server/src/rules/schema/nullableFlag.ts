import type { Node } from '@pgsql/types';
import { quoteIdentifier } from '../edits.ts';
import { defineRule } from '../rule.ts';
import { constraintAt, constraintSpan, keywords, ofNewColumns } from './newColumns.ts';

export default defineRule({
  id: 'nullable-flag',
  family: 'schema',
  severity: 'hint',
  docs: {
    summary: 'A boolean column with a default that may still be NULL.',
    why: 'The default only helps where an INSERT does not name the column; one that gives NULL stores NULL. Such a row is found neither by WHERE flag nor by WHERE NOT flag.',
    fine: 'NULL means something of its own, such as "not asked yet".',
    source: 'https://www.postgresql.org/docs/current/functions-logical.html',
  },
  examples: [
    {
      unsafe: 'CREATE TABLE users (id bigint PRIMARY KEY, active boolean DEFAULT true);',
      safe: 'CREATE TABLE users (id bigint PRIMARY KEY, active boolean DEFAULT true NOT NULL);',
    },
    {
      schema: 'CREATE TABLE users (id bigint PRIMARY KEY);',
      unsafe: 'ALTER TABLE users ADD COLUMN "isAdmin" BOOLEAN DEFAULT false, ADD COLUMN note text;',
      safe: 'ALTER TABLE users ADD COLUMN "isAdmin" BOOLEAN DEFAULT false NOT NULL, ADD COLUMN note text;',
    },
  ],
  conclude: ofNewColumns((column, context) => {
    const { type, final } = column;
    const fallback = constraintAt(column, 'CONSTR_DEFAULT');
    if (type.schema !== null || type.name !== 'bool' || type.array || final.notNull) return;
    // NULL written out is meant
    if (!fallback || !isTruth(fallback.raw_expr) || constraintAt(column, 'CONSTR_NULL')) return;
    const name = quoteIdentifier(column.name);
    const end = constraintSpan(column, fallback, context).end;
    context.report(
      column.nameSpan,
      `${column.name} has a default but may be NULL, and then neither WHERE ${name} nor WHERE NOT ${name} finds the row.`,
      'Add NOT NULL, unless NULL means something of its own.',
      [
        {
          title: 'Add NOT NULL',
          safe: false,
          edits: [{ start: end, end, newText: keywords(' NOT NULL', context) }],
        },
      ],
    );
  }),
});

const isTruth = (node: Node | undefined): boolean =>
  node !== undefined && 'A_Const' in node && node.A_Const.boolval !== undefined;

import type { ColumnDef } from '@pgsql/types';
import { typeNameOf } from '../../catalog/names.ts';
import { columnDimensions, vectorTypeOf } from '../../facts/pgvector.ts';
import { defineRule, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'vector-too-many-dimensions',
  family: 'indexes',
  severity: 'error',
  docs: {
    summary: 'A vector or halfvec column with more than 16000 dimensions.',
    why: 'The types vector and halfvec of pgvector take from 1 to 16000 dimensions; any other number makes the statement fail (22023).',
    fine: 'Never: the statement does not run.',
    source: 'https://www.postgresql.org/docs/current/sql-createtable.html',
  },
  examples: [
    {
      schema: 'CREATE EXTENSION vector;',
      unsafe: 'CREATE TABLE items (id bigint PRIMARY KEY, embedding vector(16001));',
      safe: 'CREATE TABLE items (id bigint PRIMARY KEY, embedding vector(16000));',
    },
  ],
  check: {
    CreateStmt(stmt, context) {
      for (const element of stmt.tableElts ?? []) if ('ColumnDef' in element) look(element.ColumnDef, context);
    },
    AlterTableStmt(stmt, context) {
      for (const node of stmt.cmds ?? []) {
        const def = 'AlterTableCmd' in node ? node.AlterTableCmd.def : undefined;
        if (def && 'ColumnDef' in def) look(def.ColumnDef, context);
      }
    },
  },
});

function look(column: ColumnDef, context: RuleContext): void {
  const type = typeNameOf(column.typeName);
  const kind = vectorTypeOf(type);
  const most = kind ? columnDimensions[kind] : undefined;
  const dimensions = type?.modifiers[0];
  if (!kind || most === undefined || dimensions === undefined || (dimensions >= 1 && dimensions <= most)) return;
  const { tokens } = context;
  const at = tokens.find([kind, '('], tokens.at(column.typeName?.location ?? 0));
  if (at < 0) return;
  context.report(
    tokens.span(at, at + 3),
    `This fails: ${kind} has from 1 to ${most} dimensions.`,
    'sparsevec takes more dimensions, of which most are zero.',
  );
}

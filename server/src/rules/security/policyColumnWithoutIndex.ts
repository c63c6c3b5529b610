import type { A_Expr, ColumnRef, CreatePolicyStmt, Node } from '@pgsql/types';
import { columnOf, type Relation } from '../../catalog/catalog.ts';
import { stringOf } from '../../catalog/names.ts';
import type { FinalSchema } from '../../catalog/schema.ts';
import { walk } from '../../syntax/walk.ts';
import { defineRule } from '../rule.ts';
import { tableWithPolicy, writtenTable } from './policies.ts';

export default defineRule({
  id: 'policy-column-without-index',
  family: 'security',
  severity: 'information',
  docs: {
    summary: 'A policy compares a column that no index begins with.',
    why: "The policy's condition is part of every query on the table. Without an index that begins with the column, a query with no better condition of its own reads the whole table to find the few rows that the role may see.",
    fine: 'The table is small, or most of its rows belong to whoever asks.',
    source: 'https://www.postgresql.org/docs/current/ddl-rowsecurity.html',
  },
  examples: [
    {
      schema: 'CREATE TABLE notes (id bigint PRIMARY KEY, owner text);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;',
      unsafe: "CREATE POLICY own ON notes USING (owner = (SELECT current_setting('app.user')));",
      safe: "CREATE INDEX CONCURRENTLY notes_owner ON notes (owner);\nCREATE POLICY own ON notes USING (owner = (SELECT current_setting('app.user')));",
    },
  ],
  conclude: {
    CreatePolicyStmt(stmt, context) {
      const table = tableWithPolicy(stmt, context.after, context.session);
      if (!table?.complete || !table.rowSecurity.enabled) return;
      for (const { name, location } of comparedColumns(stmt)) {
        const column = columnOf(table, name);
        // of true and false, an index finds too many rows
        if (!column || column.type?.name === 'bool' || isIndexed(table, name, context.after)) continue;
        const at = context.tokens.at(location);
        context.report(
          context.tokens.span(at, context.tokens.afterName(at) - 1),
          `Queries on ${writtenTable(stmt)} under this policy get its condition, and no index begins with ${name}.`,
          `CREATE INDEX CONCURRENTLY ON ${writtenTable(stmt)} (${name}).`,
        );
      }
    },
  },
});

/** Columns that the whole condition asks to be equal to something that is the same for all rows. */
function comparedColumns(stmt: CreatePolicyStmt): { name: string; location: number }[] {
  const found: { name: string; location: number }[] = [];
  const visit = (node: Node | undefined): void => {
    if (!node) return;
    if ('BoolExpr' in node) {
      // an OR can use an index only if each side can
      if (node.BoolExpr.boolop === 'AND_EXPR') for (const arg of node.BoolExpr.args ?? []) visit(arg);
    } else if ('A_Expr' in node && node.A_Expr.kind === 'AEXPR_OP') {
      const { name, lexpr, rexpr } = node.A_Expr as A_Expr;
      if (stringOf(name?.[0]) !== '=') return;
      const sides = [bareColumn(lexpr, stmt), bareColumn(rexpr, stmt)];
      const column = sides.find((s) => s !== null);
      const other = column === sides[0] ? rexpr : lexpr;
      if (column && !namesAnything(other)) found.push(column);
    }
  };
  visit(stmt.qual);
  return found;
}

function bareColumn(node: Node | undefined, stmt: CreatePolicyStmt): { name: string; location: number } | null {
  const ref = node && 'ColumnRef' in node ? node.ColumnRef : undefined;
  const fields = (ref?.fields ?? []).map((f) => stringOf(f));
  if (fields.length === 2 && fields[0] === stmt.table?.relname) fields.shift();
  const [name] = fields;
  return fields.length === 1 && name ? { name, location: ref?.location ?? 0 } : null;
}

/** Another column, or a subquery that may depend on one; or current_user, whose collation no index on text has. */
function namesAnything(node: Node | undefined): boolean {
  let found = false;
  walk({ node }, (type, inner) => {
    if ((type === 'ColumnRef' && (inner as ColumnRef).fields) || type === 'SQLValueFunction') found = true;
  });
  return found;
}

/** A foreign key gives the referencing column no index; a primary key or unique constraint does. */
function isIndexed(table: Relation, column: string, schema: FinalSchema): boolean {
  if (table.constraints.some((c) => /^(?:primary|unique|exclude)$/.test(c.kind) && c.columns[0] === column))
    return true;
  return table.indexes.some((key) => {
    const definition = schema.relation(key)?.index;
    // an index that is not known in full may begin with it
    return !definition || definition.keys[0]?.column === column || definition.keys[0]?.expression != null;
  });
}

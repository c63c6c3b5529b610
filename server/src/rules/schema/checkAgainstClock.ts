import type { Constraint, Node } from '@pgsql/types';
import { nameParts } from '../../catalog/names.ts';
import { constraintsOf } from '../../catalog/tableElements.ts';
import { defineRule, type RuleContext } from '../rule.ts';

const clocks = /^(?:now|clock_timestamp|statement_timestamp|transaction_timestamp)$/;
const current = /^SVFOP_CURRENT_(?:DATE|TIMESTAMP)|^SVFOP_LOCALTIMESTAMP/;

export default defineRule({
  id: 'check-against-clock',
  family: 'schema',
  severity: 'information',
  docs: {
    summary: 'A CHECK constraint that wants a value to lie in the future.',
    why: 'A check is judged when a row is written, never again by itself. A row that was right yesterday breaks CHECK (expires_at > now()) today: every UPDATE of it is refused, whatever column it changes, and restoring a dump of the table fails. (The other direction, created_at <= now(), stays true once it is.)',
    fine: 'Rows are never updated, and never restored from a dump.',
    source: 'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS',
  },
  examples: [
    {
      unsafe:
        'CREATE TABLE invitations (id bigint PRIMARY KEY, email text, expires_at timestamptz CHECK (expires_at > now()));',
      safe: 'CREATE TABLE invitations (id bigint PRIMARY KEY, email text, created_at timestamptz DEFAULT now(), expires_at timestamptz CHECK (expires_at > created_at));',
    },
  ],
  check: {
    CreateStmt(stmt, context) {
      for (const node of stmt.tableElts ?? [])
        if ('Constraint' in node) look(node.Constraint, context);
        else if ('ColumnDef' in node) for (const constraint of constraintsOf(node.ColumnDef)) look(constraint, context);
    },
    AlterTableStmt(stmt, context) {
      for (const node of stmt.cmds ?? []) {
        const def = 'AlterTableCmd' in node ? node.AlterTableCmd.def : undefined;
        if (def && 'Constraint' in def) look(def.Constraint, context);
        else if (def && 'ColumnDef' in def)
          for (const constraint of constraintsOf(def.ColumnDef)) look(constraint, context);
      }
    },
  },
});

function look(constraint: Constraint, context: RuleContext): void {
  if (constraint.contype !== 'CONSTR_CHECK') return;
  for (const { column, at } of futures(constraint.raw_expr))
    context.report(
      context.tokens.span(context.tokens.at(at)),
      `This check wants ${column} to lie in the future: as soon as it has passed, every UPDATE of the row is refused, and so is restoring it from a dump.`,
      'Compare with another column of the row, such as its creation time, or check it in the program that writes it.',
    );
}

/** The comparisons `column > clock` that must all hold: alone or joined by AND. */
function futures(node: Node | undefined): { column: string; at: number }[] {
  if (!node) return [];
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR') return (node.BoolExpr.args ?? []).flatMap(futures);
  if (!('A_Expr' in node) || node.A_Expr.kind !== 'AEXPR_OP') return [];
  const operator = nameParts(node.A_Expr.name).at(-1);
  const { lexpr, rexpr } = node.A_Expr;
  const [later, earlier] = operator === '>' || operator === '>=' ? [lexpr, rexpr] : [rexpr, lexpr];
  if (!operator || !/^[<>]=?$/.test(operator) || !later || !('ColumnRef' in later) || !isClock(earlier)) return [];
  const column = nameParts(later.ColumnRef.fields).at(-1);
  return column ? [{ column, at: later.ColumnRef.location ?? 0 }] : [];
}

function isClock(node: Node | undefined): boolean {
  if (!node) return false;
  if ('SQLValueFunction' in node) return current.test(node.SQLValueFunction.op ?? '');
  return 'FuncCall' in node && clocks.test(nameParts(node.FuncCall.funcname).at(-1) ?? '');
}

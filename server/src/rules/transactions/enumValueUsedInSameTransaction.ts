import type { AlterTableStmt, ColumnDef, Node, RangeVar } from '@pgsql/types';
import { columnOf, relationKey, type TypeName } from '../../catalog/catalog.ts';
import { nameParts, rangeVarKey, typeNameOf } from '../../catalog/names.ts';
import { nodesIn, walk } from '../../syntax/walk.ts';
import { before } from '../edits.ts';
import { defineRule, type RuleContext } from '../rule.ts';

export default defineRule({
  id: 'enum-value-used-in-same-transaction',
  family: 'transactions',
  severity: 'error',
  docs: {
    summary: 'A value used in the transaction that added it to its enum type by ALTER TYPE … ADD VALUE.',
    why: 'An index could hold the new value before the transaction that adds it is committed, so Postgres refuses any use of it until then: as a default, in a condition, in an INSERT. From Postgres 17 on the transaction that creates the type itself may add values and use them.',
    fine: 'Never: the statement fails.',
    source: 'https://www.postgresql.org/docs/current/sql-altertype.html',
  },
  examples: [
    {
      schema:
        "CREATE TYPE status AS ENUM ('open', 'done');\nCREATE TABLE orders (id bigint PRIMARY KEY, status status);",
      unsafe:
        "BEGIN;\nALTER TYPE status ADD VALUE 'late';\nALTER TABLE orders ALTER COLUMN status SET DEFAULT 'late';\nCOMMIT;",
      safe: "BEGIN;\nALTER TYPE status ADD VALUE 'late';\nCOMMIT;\nBEGIN;\nALTER TABLE orders ALTER COLUMN status SET DEFAULT 'late';\nCOMMIT;",
    },
  ],
  check: {
    AlterTableStmt(stmt, context) {
      lookAtCasts(stmt, context);
      for (const [type, value] of defaultsOf(stmt, context)) look(type, value, context);
    },
    CreateStmt(stmt, context) {
      lookAtCasts(stmt, context);
      for (const element of stmt.tableElts ?? [])
        if ('ColumnDef' in element) look(typeNameOf(element.ColumnDef.typeName), defaultOf(element.ColumnDef), context);
    },
    UpdateStmt(stmt, context) {
      lookAtCasts(stmt, context);
      for (const target of stmt.targetList ?? [])
        if ('ResTarget' in target)
          look(typeOfColumn(stmt.relation, target.ResTarget.name, context), target.ResTarget.val, context);
      if (!stmt.fromClause) lookAtCondition(stmt.relation, stmt.whereClause, context);
    },
    DeleteStmt(stmt, context) {
      lookAtCasts(stmt, context);
      if (!stmt.usingClause) lookAtCondition(stmt.relation, stmt.whereClause, context);
    },
    InsertStmt(stmt, context) {
      lookAtCasts(stmt, context);
      const select = stmt.selectStmt && 'SelectStmt' in stmt.selectStmt ? stmt.selectStmt.SelectStmt : undefined;
      const columns = (stmt.cols ?? []).map((c) => ('ResTarget' in c ? c.ResTarget.name : undefined));
      for (const row of select?.valuesLists ?? [])
        ('List' in row ? (row.List.items ?? []) : []).forEach((value, i) => {
          look(typeOfColumn(stmt.relation, columns[i], context), value, context);
        });
    },
    SelectStmt(stmt, context) {
      lookAtCasts(stmt, context);
      const [table, ...others] = stmt.fromClause ?? [];
      if (table && 'RangeVar' in table && others.length === 0)
        lookAtCondition(table.RangeVar, stmt.whereClause, context);
    },
    IndexStmt(stmt, context) {
      lookAtCasts(stmt, context);
      lookAtCondition(stmt.relation, stmt.whereClause, context);
    },
  },
});

/** Reports `value` when it is a constant that the transaction has added to the enum `type`. */
function look(type: TypeName | null, value: Node | undefined, context: RuleContext): void {
  if (!type || type.array || !value || !('A_Const' in value)) return;
  const key = relationKey(type.schema ?? context.before.session.schema, type.name);
  const word = value.A_Const.sval?.sval;
  if (word === undefined || !context.before.addedEnumValues(key).includes(word)) return;
  const at = context.tokens.at(value.A_Const.location ?? 0);
  const { session } = context.before;
  context.report(
    context.tokens.span(at),
    `This fails: '${word}' was added to ${type.name} by this transaction, and cannot be used before that is committed.`,
    session.explicitTransaction ? 'COMMIT behind ADD VALUE.' : 'Move it to the next migration.',
    session.explicitTransaction
      ? [{ title: 'COMMIT before it, and BEGIN again', safe: false, edits: [before(context, ['COMMIT', 'BEGIN'])] }]
      : [],
  );
}

/** `'late'::status` anywhere in the statement. */
function lookAtCasts(stmt: object, context: RuleContext): void {
  for (const { arg, typeName } of nodesIn(stmt, 'TypeCast')) look(typeNameOf(typeName), arg, context);
}

/** `column = 'late'` and `column IN ('late', …)` over one table. */
function lookAtCondition(table: RangeVar | undefined, condition: Node | undefined, context: RuleContext): void {
  walk(condition, (type, node) => {
    if (type !== 'A_Expr') return;
    const { lexpr, rexpr } = node as { lexpr?: Node; rexpr?: Node };
    if (!lexpr || !rexpr || !('ColumnRef' in lexpr)) return;
    const of = typeOfColumn(table, nameParts(lexpr.ColumnRef.fields).at(-1), context);
    for (const value of 'List' in rexpr ? (rexpr.List.items ?? []) : [rexpr]) look(of, value, context);
  });
}

const typeOfColumn = (table: RangeVar | undefined, column: string | undefined, context: RuleContext): TypeName | null =>
  columnOf(context.before.relation(rangeVarKey(table, context.before.session.schema)), column ?? '')?.type ?? null;

function defaultOf(def: ColumnDef): Node | undefined {
  for (const node of def.constraints ?? [])
    if ('Constraint' in node && node.Constraint.contype === 'CONSTR_DEFAULT') return node.Constraint.raw_expr;
  return undefined;
}

/** Defaults of ADD COLUMN and SET DEFAULT, each with the type of its column. */
function* defaultsOf(stmt: AlterTableStmt, context: RuleContext): Generator<[TypeName | null, Node | undefined]> {
  for (const node of stmt.cmds ?? []) {
    if (!('AlterTableCmd' in node)) continue;
    const { subtype, name, def } = node.AlterTableCmd;
    if (subtype === 'AT_ColumnDefault') yield [typeOfColumn(stmt.relation, name, context), def];
    else if (subtype === 'AT_AddColumn' && def && 'ColumnDef' in def)
      yield [typeNameOf(def.ColumnDef.typeName), defaultOf(def.ColumnDef)];
  }
}

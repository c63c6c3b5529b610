import type { A_Expr, AlterTableStmt, ColumnRef, Node, SelectStmt } from '@pgsql/types';
import { columnOf, type TypeName } from '../../catalog/catalog.ts';
import { nameParts, rangeVarKey, typeNameOf } from '../../catalog/names.ts';
import { constraintsOf } from '../../catalog/tableElements.ts';
import type { Scopes } from '../../query/scope.ts';
import { insideOf, nodesIn } from '../../syntax/walk.ts';
import { enumOf } from '../breaking/enumTypes.ts';
import { defineRule, type RuleContext, type StatementType } from '../rule.ts';
import { certainSchema, certainScopes } from './certain.ts';
import { expressionScopes } from './expressionsOf.ts';
import { quoteLiteral } from './literal.ts';
import { nearestNames } from './nearest.ts';
import { queryStatements } from './unknownColumn.ts';

const definitions = ['CreateStmt', 'AlterTableStmt'] as const satisfies readonly StatementType[];

export default defineRule({
  id: 'unknown-enum-value',
  family: 'names',
  severity: 'error',
  ofOwnHistory: true,
  docs: {
    summary: 'A string that is compared with, written to or cast to an enum is none of its values.',
    why: 'Postgres turns the string into a value of the enum while it reads the statement and refuses it with "invalid input value for enum …" (22P02). Values are compared letter by letter, case included.',
    fine: 'Never, where the files tell the whole history of the type; where they do not, nothing is said.',
    source: 'https://www.postgresql.org/docs/current/datatype-enum.html',
  },
  examples: [
    {
      schema:
        "CREATE TYPE status AS ENUM ('open', 'done');\nCREATE TABLE tasks (id bigint PRIMARY KEY, status status);",
      unsafe: "SELECT id FROM tasks WHERE status = 'opened';",
      safe: "SELECT id FROM tasks WHERE status = 'open';",
    },
    {
      schema:
        "CREATE TYPE status AS ENUM ('open', 'done');\nCREATE TABLE tasks (id bigint PRIMARY KEY, status status);",
      unsafe: "INSERT INTO tasks (id, status) VALUES (100, 'Done');",
      safe: "INSERT INTO tasks (id, status) VALUES (100, 'done');",
    },
    {
      schema: "CREATE TYPE status AS ENUM ('open', 'done');",
      unsafe: "CREATE TABLE tasks (id bigint PRIMARY KEY, status status NOT NULL DEFAULT 'new');",
      safe: "CREATE TABLE tasks (id bigint PRIMARY KEY, status status NOT NULL DEFAULT 'open');",
    },
  ],
  check: Object.fromEntries([
    ...queryStatements.map((type) => [
      type,
      (stmt: object, context: RuleContext) => {
        const node = { [type]: stmt } as unknown as Node;
        const scopes = certainScopes(node, context);
        inExpressions(node, scopes, context);
        if (context.wholeHistory) casts(node, context);
        written(scopes, context);
      },
    ]),
    ...definitions.map((type) => [
      type,
      (stmt: object, context: RuleContext) => {
        const node = { [type]: stmt } as unknown as Node;
        if (!context.wholeHistory) return;
        for (const scopes of expressionScopes(node, context)) inExpressions(node, scopes, context);
        casts(node, context);
        defaults(node, context);
      },
    ]),
  ]),
});

function inExpressions(root: Node, scopes: Scopes, context: RuleContext): void {
  const typeOf = (node: Node | undefined): TypeName | null => {
    if (!node || !('ColumnRef' in node)) return null;
    const found = scopes.resolutionOf.get(node.ColumnRef as ColumnRef)?.resolution;
    return found?.kind === 'column' ? found.column.type : null;
  };
  for (const expression of nodesIn(insideOf(root), 'A_Expr')) compared(expression, typeOf, context);
}

const comparisons = new Set(['=', '<>', '!=', '<', '>', '<=', '>=']);
const comparingKinds = new Set([
  'AEXPR_OP',
  'AEXPR_IN',
  'AEXPR_DISTINCT',
  'AEXPR_NOT_DISTINCT',
  'AEXPR_BETWEEN',
  'AEXPR_NOT_BETWEEN',
]);

function compared(
  { kind, name, lexpr, rexpr }: A_Expr,
  typeOf: (node: Node | undefined) => TypeName | null,
  context: RuleContext,
) {
  if (!comparingKinds.has(kind ?? '')) return;
  const operator = nameParts(name);
  if (kind === 'AEXPR_OP' && (operator.length !== 1 || !comparisons.has(operator[0] ?? ''))) return;
  const sides = [lexpr, rexpr].map((side) => (side && 'List' in side ? (side.List.items ?? []) : side ? [side] : []));
  const types = sides.flat().map(typeOf);
  const type = types.find((t) => t !== null);
  // several columns, or anything else than columns and strings: which type they take is not for us to say
  if (!type || types.filter((t) => t !== null).length > 1) return;
  const others = sides.flat().filter((node) => typeOf(node) === null);
  if (!others.every((node) => 'A_Const' in node)) return;
  for (const other of others) value(other, type, context);
}

function casts(root: Node, context: RuleContext): void {
  for (const { arg, typeName } of nodesIn(insideOf(root), 'TypeCast')) {
    const named = typeNameOf(typeName);
    if (named) value(arg, named, context);
  }
}

/** What INSERT, UPDATE and MERGE write into a column of an enum. */
function written(scopes: Scopes, context: RuleContext): void {
  for (const level of scopes.levels) {
    const { node } = level;
    for (const { node: target, column } of level.assignments)
      if (column?.type && !target.indirection) value(target.val, column.type, context);
    if (!('InsertStmt' in node)) continue;
    const { cols, selectStmt } = node.InsertStmt;
    const [target] = level.items;
    const select = selectStmt && 'SelectStmt' in selectStmt ? selectStmt.SelectStmt : null;
    if (!target || !select) continue;
    const columns = cols
      ? cols.map((col) => ('ResTarget' in col && !col.ResTarget.indirection ? col.ResTarget.name : undefined))
      : target.complete
        ? target.columns.map((c) => c.name)
        : [];
    for (const row of rowsOf(select))
      for (const [i, expression] of row.entries()) {
        const type = target.columns.find((c) => c.name === columns[i])?.type;
        if (type && target.complete) value(expression, type, context);
      }
  }
}

/** The expressions of each row of VALUES, or of the select list. */
function rowsOf({ valuesLists, targetList, op, distinctClause }: SelectStmt): (Node | undefined)[][] {
  if (valuesLists) return valuesLists.map((row) => ('List' in row ? (row.List.items ?? []) : []));
  // there a string becomes text first
  if ((op && op !== 'SETOP_NONE') || distinctClause || (targetList ?? []).some(isStar)) return [];
  return [(targetList ?? []).map((t) => ('ResTarget' in t ? t.ResTarget.val : undefined))];
}

const isStar = (target: Node): boolean => {
  const val = 'ResTarget' in target ? target.ResTarget.val : undefined;
  return val !== undefined && !('A_Const' in val) && JSON.stringify(val).includes('"A_Star"');
};

function defaults(node: Node, context: RuleContext): void {
  if ('AlterTableStmt' in node) newDefaults(node.AlterTableStmt, context);
  const elements =
    'CreateStmt' in node
      ? (node.CreateStmt.tableElts ?? [])
      : 'AlterTableStmt' in node
        ? (node.AlterTableStmt.cmds ?? []).flatMap((c) => ('AlterTableCmd' in c ? (c.AlterTableCmd.def ?? []) : []))
        : [];
  for (const element of elements) {
    const def = 'ColumnDef' in element ? element.ColumnDef : null;
    const type = def && typeNameOf(def.typeName);
    if (!def || !type) continue;
    for (const { contype, raw_expr } of constraintsOf(def))
      if (contype === 'CONSTR_DEFAULT') value(raw_expr, type, context);
  }
}

/** ALTER COLUMN … SET DEFAULT. */
function newDefaults({ relation, cmds }: AlterTableStmt, context: RuleContext): void {
  const table = certainSchema(context).relation(rangeVarKey(relation, context.before.session.schema));
  for (const command of cmds ?? []) {
    if (!('AlterTableCmd' in command) || command.AlterTableCmd.subtype !== 'AT_ColumnDefault') continue;
    const { name = '', def } = command.AlterTableCmd;
    const type = table?.complete ? columnOf(table, name)?.type : null;
    // its type may be changed by the same statement
    if (type && cmds?.length === 1) value(def, type, context);
  }
}

function value(node: Node | undefined, type: TypeName, context: RuleContext): void {
  if (node && 'A_ArrayExpr' in node && type.array)
    for (const element of node.A_ArrayExpr.elements ?? []) value(element, { ...type, array: false }, context);
  if (!node || !('A_Const' in node) || !node.A_Const.sval) return;
  const text = node.A_Const.sval.sval ?? '';
  const { before, tokens } = context;
  const found = type.modifiers.length === 0 ? enumOf(type, before) : null;
  if (!found?.complete || found.values.includes(text)) return;
  if (before.doubts('types') || before.doubts(`of ${found.schema}.${found.name}`)) return;
  if (type.schema === null && before.session.otherSchemas) return;
  const at = tokens.at(node.A_Const.location ?? -1);
  const token = tokens.all[at];
  if (!token || tokens.written(at) !== quoteLiteral(text)) return;
  const place = { start: token.start, end: token.end };
  const near = nearestNames(text, found.values);
  const [meant, ...more] = near;
  context.report(
    place,
    `This fails: ${found.name} has no value ${quoteLiteral(text)}.`,
    meant === undefined || more.length > 0
      ? `Its values are ${found.values.map(quoteLiteral).join(', ')}.`
      : `Is ${quoteLiteral(meant)} meant? Values are compared letter by letter.`,
    meant === undefined || more.length > 0
      ? []
      : [
          {
            title: `Change it to ${quoteLiteral(meant)}`,
            safe: false,
            edits: [{ ...place, newText: quoteLiteral(meant) }],
          },
        ],
  );
}

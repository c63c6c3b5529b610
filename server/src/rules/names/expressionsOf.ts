/** What the names mean in the expressions of DDL: constraints, policies, triggers, conditions and keys of indexes. */
import type { Constraint, Node, RangeVar } from '@pgsql/types';
import { newRelation } from '../../catalog/catalog.ts';
import { rangeVarKey, typeNameOf } from '../../catalog/names.ts';
import { constraintsOf } from '../../catalog/tableElements.ts';
import { plainColumn, pseudoItem, relationItem } from '../../query/fromItems.ts';
import type { RangeItem, Scopes } from '../../query/scope.ts';
import { scopesOfExpressions } from '../../query/scopes.ts';
import { certainSchema, type Knowing } from './certain.ts';

export function expressionScopes(node: Node, context: Knowing): Scopes[] {
  const schema = certainSchema(context);
  const over = (table: RangeVar | undefined, nodes: unknown): Scopes[] =>
    table ? [scopesOfExpressions(nodes, [relationItem(table, schema)], schema)] : [];
  if ('IndexStmt' in node) {
    const { relation, indexParams, whereClause } = node.IndexStmt;
    return over(relation, [...expressionsIn(indexParams), whereClause]);
  }
  if ('CreatePolicyStmt' in node) {
    const { table, qual, with_check } = node.CreatePolicyStmt;
    return over(table, [qual, with_check]);
  }
  if ('AlterPolicyStmt' in node) {
    const { table, qual, with_check } = node.AlterPolicyStmt;
    return over(table, [qual, with_check]);
  }
  if ('CreateTrigStmt' in node) {
    const { relation, whenClause } = node.CreateTrigStmt;
    if (!relation || !whenClause) return [];
    const table = relationItem(relation, schema);
    const rows = ['old', 'new'].map((name) => pseudoItem(name, table, false));
    return [scopesOfExpressions(whenClause, rows, schema)];
  }
  if ('AlterTableStmt' in node) return ofAlterTable(node, context);
  if ('CreateStmt' in node) return ofCreateTable(node, context);
  return [];
}

const expressionsIn = (elements: readonly Node[] | undefined): (Node | undefined)[] =>
  (elements ?? []).map((e) => ('IndexElem' in e ? e.IndexElem.expr : undefined));

/** Check conditions, and the expressions of generated columns. */
const expressionOf = ({ contype, raw_expr }: Constraint): Node | undefined =>
  contype === 'CONSTR_CHECK' || contype === 'CONSTR_GENERATED' ? raw_expr : undefined;

function ofAlterTable(node: Extract<Node, { AlterTableStmt: unknown }>, context: Knowing): Scopes[] {
  const schema = certainSchema(context);
  const { relation, cmds = [], objtype } = node.AlterTableStmt;
  if (!relation || objtype !== 'OBJECT_TABLE') return [];
  const commands = cmds.flatMap((c) => ('AlterTableCmd' in c ? [c.AlterTableCmd] : []));
  const added = commands.flatMap(({ def }) =>
    def && 'ColumnDef' in def && def.ColumnDef.colname ? [def.ColumnDef] : [],
  );
  const table = relationItem(relation, schema);
  const item = {
    ...table,
    columns: [...table.columns, ...added.map((d) => plainColumn(d.colname ?? '', typeNameOf(d.typeName)))],
  };
  const nodes = [
    ...commands.map(({ def }) => (def && 'Constraint' in def ? expressionOf(def.Constraint) : undefined)),
    ...added.flatMap((def) => constraintsOf(def).map(expressionOf)),
  ];
  return nodes.some((n) => n !== undefined) ? [scopesOfExpressions(nodes, [unambiguous(item)], schema)] : [];
}

/** ADD COLUMN IF NOT EXISTS of one that is there. */
const unambiguous = (item: RangeItem): RangeItem => ({
  ...item,
  columns: item.columns.filter((c, i) => item.columns.findIndex((other) => other.name === c.name) === i),
});

function ofCreateTable(node: Extract<Node, { CreateStmt: unknown }>, context: Knowing): Scopes[] {
  const { relation, tableElts = [], inhRelations = [], ofTypename, partbound, if_not_exists } = node.CreateStmt;
  const { before, wholeHistory } = context;
  // Postgres does not look at it where the table is there
  if (if_not_exists && (!wholeHistory || before.relation(rangeVarKey(relation, before.session.schema)))) return [];
  // its columns come from elsewhere
  if (ofTypename || inhRelations.length > 0 || partbound) return [];
  if (tableElts.some((e) => !('ColumnDef' in e || 'Constraint' in e))) return [];
  const name = relation?.relname ?? '';
  const defined = tableElts.flatMap((e) => ('ColumnDef' in e ? [e.ColumnDef] : []));
  const item: RangeItem = {
    kind: 'relation',
    name,
    key: null,
    relation: newRelation('', name, 'table', true),
    columns: defined.map((d) => plainColumn(d.colname ?? '', typeNameOf(d.typeName))),
    complete: true,
    node: null,
    rangeVar: null,
    nullable: false,
    level: null,
  };
  const nodes = tableElts.flatMap((e) =>
    'Constraint' in e
      ? [expressionOf(e.Constraint)]
      : 'ColumnDef' in e
        ? constraintsOf(e.ColumnDef).map(expressionOf)
        : [],
  );
  return nodes.some((n) => n !== undefined)
    ? [scopesOfExpressions(nodes, [unambiguous(item)], certainSchema(context))]
    : [];
}

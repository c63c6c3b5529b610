/** The bare names in a query, each with the tables of the query level that it stands in. */
import type { ColumnRef, Node, RangeVar } from '@pgsql/types';
import { stringOf } from '../../catalog/names.ts';

export interface BareName {
  readonly name: string;
  /** Offset in the text that was parsed; null where the tree does not tell. */
  readonly location: number | null;
  /** Tables in FROM of the same level, without common table expressions and those with a list of column names. */
  readonly tables: readonly RangeVar[];
}

type Fields = Record<string, unknown>;

/** Of INSERT … VALUES and the like nothing is found, as no column can be meant there. */
export function bareNames(root: Node): BareName[] {
  const found: BareName[] = [];
  enter(root, new Set(), found);
  return found;
}

function enter(node: Node, ctes: ReadonlySet<string>, found: BareName[]): void {
  const [[type, value]] = Object.entries(node) as [[string, Fields]];
  const names = new Set(ctes);
  const withClause = value.withClause as { ctes?: Node[] } | undefined;
  for (const cte of withClause?.ctes ?? [])
    if ('CommonTableExpr' in cte) {
      names.add(cte.CommonTableExpr.ctename ?? '');
      if (cte.CommonTableExpr.ctequery) enter(cte.CommonTableExpr.ctequery, names, found);
    }
  const tables: RangeVar[] = [];
  const level: Level = { tables, ctes: names, found };
  switch (type) {
    case 'SelectStmt':
      for (const side of [value.larg, value.rarg]) if (side) enter({ SelectStmt: side } as Node, names, found);
      for (const item of (value.fromClause as Node[]) ?? []) collect(item, names, tables);
      visitParts(
        value,
        ['fromClause', 'targetList', 'whereClause', 'havingClause', 'valuesLists', 'windowClause'],
        level,
      );
      visitByName(value, level);
      return;
    case 'UpdateStmt':
    case 'DeleteStmt':
      addTable(value.relation as RangeVar, names, tables);
      for (const item of (value.fromClause ?? value.usingClause ?? []) as Node[]) collect(item, names, tables);
      visitParts(value, ['fromClause', 'usingClause', 'targetList', 'whereClause', 'returningClause'], level);
      return;
    case 'InsertStmt': {
      if (value.selectStmt) enter(value.selectStmt as Node, names, found);
      addTable(value.relation as RangeVar, names, tables);
      const conflict = value.onConflictClause as { infer?: { indexElems?: Node[] } & Fields } & Fields;
      for (const element of conflict?.infer?.indexElems ?? [])
        if ('IndexElem' in element && element.IndexElem.name)
          found.push({ name: element.IndexElem.name, location: null, tables });
      if (conflict) visitParts(conflict, ['targetList', 'whereClause'], level);
      visitParts(value, ['returningClause'], level);
      return;
    }
    default:
  }
}

interface Level {
  readonly tables: readonly RangeVar[];
  readonly ctes: ReadonlySet<string>;
  readonly found: BareName[];
}

function addTable(table: RangeVar | undefined, ctes: ReadonlySet<string>, tables: RangeVar[]): void {
  if (!table || (!table.schemaname && ctes.has(table.relname ?? '')) || table.alias?.colnames) return;
  tables.push(table);
}

function collect(item: Node, ctes: ReadonlySet<string>, tables: RangeVar[]): void {
  if ('RangeVar' in item) addTable(item.RangeVar, ctes, tables);
  else if ('JoinExpr' in item) {
    if (item.JoinExpr.larg) collect(item.JoinExpr.larg, ctes, tables);
    if (item.JoinExpr.rarg) collect(item.JoinExpr.rarg, ctes, tables);
  }
}

const visitParts = (value: Fields, parts: readonly string[], level: Level): void => {
  for (const part of parts) visit(value[part], level);
};

/** ORDER BY, GROUP BY and DISTINCT ON: a bare name there may be that of a result column. */
function visitByName(value: Fields, level: Level): void {
  const results = new Set(
    ((value.targetList as Node[]) ?? []).map((t) => ('ResTarget' in t ? (t.ResTarget.name ?? '') : '')),
  );
  const inner: BareName[] = [];
  visitParts(value, ['sortClause', 'groupClause', 'distinctClause'], { ...level, found: inner });
  level.found.push(...inner.filter((n) => !results.has(n.name)));
}

function visit(value: unknown, level: Level): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, level);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'ColumnRef') {
      const { fields, location } = inner as ColumnRef;
      const name = fields?.length === 1 ? stringOf(fields[0]) : null;
      if (name !== null) level.found.push({ name, location: location ?? 0, tables: level.tables });
    } else if (key === 'SelectStmt') enter({ SelectStmt: inner } as Node, level.ctes, level.found);
    else visit(inner, level);
  }
}

/**
 * From plan nodes back to the SQL text. EXPLAIN says no positions: what it does say are names, so a node gets a range when
 * its names fit one place of the statement, and none when they fit two.
 */
import type { Node, SelectStmt } from '@pgsql/types';
import { joinConditions } from './joinConditions.ts';
import type { PlacedNode } from './plan.ts';
import { type Reference, References, type TextRange } from './references.ts';
import type { ExplainableStatement } from './statement.ts';

/** By node id. */
export function rangesOfNodes(
  placed: readonly PlacedNode[],
  { sql, node: root }: ExplainableStatement,
): (TextRange | null)[] {
  const references = new References(sql, root);
  const scans = new Scans(placed, references.all);
  const ranges = placed.map((node) => scans.rangeOf(node) ?? clauseOf(node, placed, root, references));
  placeJoins(ranges, placed, references.all, sql, root);
  // an index scan of a bitmap names no table; its heap scan does
  for (const { id, parent, json } of placed)
    if (parent !== null && ['Bitmap Index Scan', 'BitmapAnd', 'BitmapOr'].includes(json['Node Type']))
      ranges[id] = ranges[parent] ?? null;
  return ranges;
}

class Scans {
  readonly #placed: readonly PlacedNode[];
  readonly #references: readonly Reference[];

  constructor(placed: readonly PlacedNode[], references: readonly Reference[]) {
    this.#placed = placed;
    this.#references = references;
  }

  rangeOf(node: PlacedNode): TextRange | null {
    const { json } = node;
    if (json['CTE Name'] !== undefined) return this.#cteScan(node, json['CTE Name']);
    if (json.Alias === undefined) return null;
    if (json['Node Type'] === 'Subquery Scan') return this.#only('subquery', '', json.Alias);
    if (json['Node Type'] === 'Function Scan') {
      const name = json['Function Name'];
      return typeof name === 'string' ? this.#only('function', name, json.Alias) : null;
    }
    if (json['Relation Name'] === undefined) return null;
    return this.#relation(json['Relation Name'], json.Alias);
  }

  #only(kind: Reference['kind'], name: string, alias: string): TextRange | null {
    const called = this.#references.filter((reference) => reference.alias === alias);
    const [only] = called;
    return called.length === 1 && only?.kind === kind && only.name === name ? only.range : null;
  }

  #relation(name: string, alias: string): TextRange | null {
    const exact = this.#only('relation', name, alias);
    // `t` and `t_1` of one table: one of them may come from inside a view or function, and which is not said
    if (exact) return this.#hasNumbered(alias, name) ? null : exact;
    const only = this.#references.filter((reference) => reference.alias === alias);
    // the one partition that was left has its parent's alias, and by custom its name with something behind
    if (only.length === 1 && only[0]?.kind === 'relation' && name.startsWith(`${only[0].name}_`)) return only[0].range;
    // a partition or child is called like its parent, numbered
    const parent = /^(.*)_\d+$/s.exec(alias)?.[1];
    if (parent === undefined || this.#isScanned(parent)) return null;
    const called = this.#references.filter((reference) => reference.alias === parent);
    const [first] = called;
    if (called.length !== 1 || first?.kind !== 'relation') return null;
    return this.#hasNumbered(parent, first.name) ? null : first.range;
  }

  #cteScan({ json }: PlacedNode, name: string): TextRange | null {
    const within = json['Node Type'] === 'WorkTable Scan' ? name : null;
    const readers = this.#references.filter(
      (reference) =>
        reference.kind === 'relation' &&
        reference.name === name &&
        (within === null ? reference.cte !== name : reference.cte === name),
    );
    if (readers.length === 1) return readers[0]?.range ?? null;
    return within === null && json.Alias !== undefined ? this.#relation(name, json.Alias) : null;
  }

  #hasNumbered(alias: string, relation: string): boolean {
    return this.#placed.some(({ json }) => {
      const base = /^(.*)_\d+$/s.exec(json.Alias ?? '')?.[1];
      return base === alias && (json['Relation Name'] ?? json['CTE Name']) === relation;
    });
  }

  #isScanned(alias: string): boolean {
    return this.#placed.some(({ json }) => json.Alias === alias && json['Node Type'] !== 'ModifyTable');
  }
}

/** A join gets the ON condition that compares tables of its one side with tables of its other. */
function placeJoins(
  ranges: (TextRange | null)[],
  placed: readonly PlacedNode[],
  references: readonly Reference[],
  sql: string,
  root: Node,
): void {
  const conditions = joinConditions(sql, root);
  const byJoin = new Map<number, TextRange[]>();
  for (const { aliases, range } of conditions) {
    const scans = [...aliases].map((alias) => scanOf(alias, placed, references));
    const join = scans.includes(null) ? null : lowestCommonAncestor(scans as number[], placed);
    if (join === null || !/^(Nested Loop|Hash Join|Merge Join)$/.test(placed[join]?.json['Node Type'] ?? '')) continue;
    byJoin.set(join, [...(byJoin.get(join) ?? []), range]);
  }
  for (const [join, found] of byJoin) if (found.length === 1) ranges[join] = found[0] ?? null;
}

/** The one node that scans what is called so; null when the name or the scan is not the only one. */
function scanOf(alias: string, placed: readonly PlacedNode[], references: readonly Reference[]): number | null {
  if (references.filter((reference) => reference.alias === alias).length !== 1) return null;
  const scans = placed.filter(({ json }) => json.Alias === alias && json['Node Type'] !== 'ModifyTable');
  return scans.length === 1 ? (scans[0]?.id ?? null) : null;
}

function lowestCommonAncestor(ids: readonly number[], placed: readonly PlacedNode[]): number | null {
  const paths = ids.map((id) => {
    const path: number[] = [];
    for (let at: number | null = id; at !== null; at = placed[at]?.parent ?? null) path.push(at);
    return path;
  });
  return paths[0]?.find((id) => paths.every((path) => path.includes(id))) ?? null;
}

/** The steps that the end of a query takes one upon the other; a node elsewhere serves a join or a subquery. */
const lastSteps = new Set(['Limit', 'Result', 'LockRows', 'ModifyTable', 'Gather', 'Gather Merge', 'Unique']);

/** ORDER BY, GROUP BY and LIMIT of the main query, for the nodes that carry them out. */
function clauseOf(
  node: PlacedNode,
  placed: readonly PlacedNode[],
  root: Node,
  references: References,
): TextRange | null {
  const select = mainSelect(root);
  if (!select) return null;
  switch (node.json['Node Type']) {
    case 'Sort':
    case 'Incremental Sort':
      if (!select.sortClause || select.distinctClause || !isLast(node, placed, ['Sort', 'Incremental Sort']))
        return null;
      return clause(references, ['order', 'by'], clauseEnds);
    case 'Aggregate':
    case 'Group':
      if (!select.groupClause || select.distinctClause || select.op !== 'SETOP_NONE') return null;
      if (!isLast(node, placed, ['Sort', 'Incremental Sort', 'Aggregate', 'Group', 'WindowAgg'])) return null;
      return clause(references, ['group', 'by'], [...clauseEnds, ['having'], ['window'], ['order', 'by']]);
    case 'Limit':
      if (!select.limitCount || !isLast(node, placed, [])) return null;
      return clause(references, ['limit'], clauseEnds) ?? clause(references, ['fetch'], clauseEnds);
    default:
      return null;
  }
}

const clauseEnds = [['limit'], ['offset'], ['fetch'], ['for'], ['on', 'conflict'], ['returning']] as const;

function mainSelect(root: Node): SelectStmt | null {
  if ('SelectStmt' in root) return root.SelectStmt;
  if ('InsertStmt' in root && root.InsertStmt.selectStmt) return mainSelect(root.InsertStmt.selectStmt);
  if ('CreateTableAsStmt' in root && root.CreateTableAsStmt.query) return mainSelect(root.CreateTableAsStmt.query);
  return null;
}

function isLast(node: PlacedNode, placed: readonly PlacedNode[], also: readonly string[]): boolean {
  for (let at: PlacedNode | undefined = node; at; at = at.parent === null ? undefined : placed[at.parent]) {
    if (at !== node && !lastSteps.has(at.json['Node Type']) && !also.includes(at.json['Node Type'])) return false;
    if (['InitPlan', 'SubPlan'].includes(at.json['Parent Relationship'] ?? '')) return false;
  }
  return true;
}

/** From a keyword outside of all parentheses to before the next clause. */
function clause(
  { tokens }: References,
  words: readonly string[],
  ends: readonly (readonly string[])[],
): TextRange | null {
  const first = tokens.findOutside(words);
  if (first < 0 || tokens.findOutside(words, first + 1) >= 0) return null;
  const stops = ends.map((end) => tokens.findOutside(end, first + 1)).filter((index) => index >= 0);
  const last = Math.min(tokens.length, ...stops) - 1;
  const start = tokens.all[first]?.start;
  const end = tokens.all[last]?.end;
  return start === undefined || end === undefined ? null : { start, end };
}

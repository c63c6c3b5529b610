/** How rules look at queries: every query level of a statement, with what its names stand for. */
import type { A_Expr, BoolExpr, ColumnRef, FuncCall, JoinExpr, Node, SelectStmt, SubLink } from '@pgsql/types';
import { nameParts } from '../../catalog/names.ts';
import type { SchemaReader } from '../../catalog/schema.ts';
import { plainColumn } from '../../query/fromItems.ts';
import type { QueryLevel, Reference, Scopes } from '../../query/scope.ts';
import { scopesOf } from '../../query/scopes.ts';
import type { RuleContext, RuleDefinition } from '../rule.ts';
import type { FoundColumn } from './columns.ts';

export interface LevelContext extends RuleContext {
  readonly level: QueryLevel;
  readonly scopes: Scopes;
}

/** The statements that have queries in them. */
const statementTypes = [
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'ViewStmt',
  'CreateTableAsStmt',
  'ExplainStmt',
  'PrepareStmt',
  'DeclareCursorStmt',
  'CopyStmt',
] as const;

/** Calls `look` for each query level of a statement, outer ones first. */
export function inEveryQuery(look: (context: LevelContext) => void): RuleDefinition['check'] {
  const check = Object.fromEntries(
    statementTypes.map((type) => [
      type,
      (node: object, context: RuleContext) => {
        for (const level of levelsOf({ [type]: node } as Node, node, context)) look(level);
      },
    ]),
  );
  return check as RuleDefinition['check'];
}

const levelsKnown = new WeakMap<RuleContext, readonly LevelContext[]>();

/** All rules get the same context for a statement, one after another. */
function levelsOf(statement: Node, key: object, context: RuleContext): readonly LevelContext[] {
  let levels = levelsKnown.get(context);
  if (!levels) {
    const scopes = scopesFor(statement, key, context.before);
    levels = scopes.levels.map((level) => new Level(context, level, scopes));
    levelsKnown.set(context, levels);
  }
  return levels;
}

/** A rule's context, at one level of the statement's queries. */
class Level implements LevelContext {
  readonly #statement: RuleContext;
  readonly level: QueryLevel;
  readonly scopes: Scopes;

  constructor(statement: RuleContext, level: QueryLevel, scopes: Scopes) {
    this.#statement = statement;
    this.level = level;
    this.scopes = scopes;
  }

  get text() {
    return this.#statement.text;
  }
  get tokens() {
    return this.#statement.tokens;
  }
  get body() {
    return this.#statement.body;
  }
  get before() {
    return this.#statement.before;
  }
  get effects() {
    return this.#statement.effects;
  }
  get routines() {
    return this.#statement.routines;
  }
  get targetVersion() {
    return this.#statement.targetVersion;
  }
  get takesFollowUps() {
    return this.#statement.takesFollowUps;
  }
  get wholeHistory() {
    return this.#statement.wholeHistory;
  }
  get database() {
    return this.#statement.database;
  }

  get report() {
    return this.#statement.report;
  }
}

/** The same schema stands before it for all rules. */
const lastSeen = new WeakMap<object, { schema: SchemaReader; scopes: Scopes }>();

function scopesFor(statement: Node, key: object, schema: SchemaReader): Scopes {
  const seen = lastSeen.get(key);
  if (seen?.schema === schema) return seen.scopes;
  const scopes = tried(statement, schema);
  lastSeen.set(key, { schema, scopes });
  return scopes;
}

const nothing: Scopes = { root: null, levels: [], resolutionOf: new Map() };

function tried(statement: Node, schema: SchemaReader): Scopes {
  try {
    return scopesOf(statement, schema);
  } catch (error) {
    // queries nested too deep to walk
    if (error instanceof RangeError) return nothing;
    throw error;
  }
}

const children = new WeakMap<Scopes, Map<QueryLevel, QueryLevel[]>>();

/** The queries just inside a level, in order. */
export function queriesInside({ level, scopes }: Pick<LevelContext, 'level' | 'scopes'>): readonly QueryLevel[] {
  let known = children.get(scopes);
  if (!known) {
    known = new Map(scopes.levels.map((l) => [l, []]));
    for (const l of scopes.levels) if (l.parent) known.get(l.parent)?.push(l);
    children.set(scopes, known);
  }
  return known.get(level) ?? [];
}

/** The SELECT of a level; null for other statements, for VALUES and set operations. */
export function selectOf(level: QueryLevel): SelectStmt | null {
  if (!('SelectStmt' in level.node)) return null;
  const select = level.node.SelectStmt;
  return select.valuesLists?.length || (select.op && select.op !== 'SETOP_NONE') ? null : select;
}

export function whereOf({ node }: QueryLevel): Node | undefined {
  if ('SelectStmt' in node) return node.SelectStmt.whereClause;
  if ('UpdateStmt' in node) return node.UpdateStmt.whereClause;
  return 'DeleteStmt' in node ? node.DeleteStmt.whereClause : undefined;
}

interface Nodes {
  readonly A_Expr: readonly A_Expr[];
  readonly BoolExpr: readonly BoolExpr[];
  readonly FuncCall: readonly FuncCall[];
  readonly SubLink: readonly SubLink[];
  readonly JoinExpr: readonly JoinExpr[];
}

const indexed = new WeakMap<QueryLevel, Nodes>();

/** The nodes of a level without those of the queries inside it, in the order of the tree. */
export function nodesOf(level: QueryLevel): Nodes {
  let nodes = indexed.get(level);
  if (!nodes) {
    nodes = indexNodes(level);
    indexed.set(level, nodes);
  }
  return nodes;
}

function indexNodes(level: QueryLevel): Nodes {
  const found = { A_Expr: [], BoolExpr: [], FuncCall: [], SubLink: [], JoinExpr: [] } as Record<string, object[]>;
  visitOwn(Object.values(level.node)[0], (type, node) => found[type]?.push(node));
  return found as unknown as Nodes;
}

/** Fields that hold queries of their own. */
const inner = new Set(['subselect', 'subquery', 'withClause', 'selectStmt', 'larg', 'rarg']);

/** Visits the nodes below `root`, but none of the queries inside. */
export function visitOwn(root: unknown, visit: (type: string, node: object) => void): void {
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const value = stack.pop();
    if (Array.isArray(value)) {
      for (let i = value.length - 1; i >= 0; i--) stack.push(value[i]);
      continue;
    }
    if (value === null || typeof value !== 'object') continue;
    const isJoin = 'jointype' in value;
    const keys = Object.keys(value);
    for (let i = keys.length - 1; i >= 0; i--) {
      const key = keys[i] as string;
      const child = (value as Record<string, unknown>)[key];
      if (child === null || typeof child !== 'object' || key === 'SelectStmt') continue;
      // the sides of a join are no queries, those of a UNION are
      if (inner.has(key) && !(isJoin && (key === 'larg' || key === 'rarg'))) continue;
      if (!Array.isArray(child) && key.charCodeAt(0) >= 65 && key.charCodeAt(0) <= 90) visit(key, child);
      stack.push(child);
    }
  }
}

/** The parts of a condition that AND joins. */
export function conjuncts(condition: Node | undefined): Node[] {
  if (!condition) return [];
  if ('BoolExpr' in condition && condition.BoolExpr.boolop === 'AND_EXPR')
    return (condition.BoolExpr.args ?? []).flatMap(conjuncts);
  return [condition];
}

/** The operator of a plain expression: `=`; '' for anything else. */
export const operatorOf = (expression: A_Expr): string => {
  const names = nameParts(expression.name);
  return expression.kind === 'AEXPR_OP' && names.length === 1 ? (names[0] as string) : '';
};

/**
 * What a plain column reference stands for; null when the expression is none, or it is not certain. Of a table that the
 * files do not know, nothing but the name of the column is known.
 */
export function columnAt(
  expression: Node | undefined,
  { scopes }: Pick<LevelContext, 'scopes'>,
): (FoundColumn & { readonly level: QueryLevel }) | null {
  if (!expression || !('ColumnRef' in expression)) return null;
  const found = scopes.resolutionOf.get(expression.ColumnRef)?.resolution;
  if (found?.kind === 'column') return found;
  if (found?.kind !== 'uncertain' || !found.item || !found.level) return null;
  const name = nameParts(expression.ColumnRef.fields).at(-1) ?? '';
  return { item: found.item, level: found.level, column: plainColumn(name) };
}

/** The column references in an expression, with those in the queries inside it. */
export function referencesIn(root: unknown, scopes: Scopes): (Reference & { readonly level: QueryLevel })[] {
  const found: (Reference & { readonly level: QueryLevel })[] = [];
  const stack: unknown[] = [root];
  while (stack.length > 0) {
    const value = stack.pop();
    if (value === null || typeof value !== 'object') continue;
    const reference = 'fields' in value ? scopes.resolutionOf.get(value as ColumnRef) : undefined;
    if (reference) found.push(reference);
    stack.push(...Object.values(value));
  }
  return found;
}

const aggregates = new Set(
  'count sum avg min max array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg bool_and bool_or every bit_and bit_or xmlagg'.split(
    ' ',
  ),
);

/** Whether the level surely gathers its rows into groups or one row. */
export const aggregatesRows = (level: QueryLevel): boolean =>
  (selectOf(level)?.groupClause?.length ?? 0) > 0 ||
  nodesOf(level).FuncCall.some((call) => !call.over && aggregates.has(functionName(call)));

/** Bare name of a function of Postgres's own, as far as the schema written in front of it tells. */
export function functionName(call: FuncCall): string {
  const names = nameParts(call.funcname);
  return names.length === 1 || names[0] === 'pg_catalog' ? (names.at(-1) as string) : '';
}

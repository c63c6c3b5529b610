/** A plan that ran, as advice looks at it. */
import type { PlanNode } from '../../protocol.ts';
import { quoteIdentifier } from '../../syntax/identifiers.ts';
import type { Parser } from '../../syntax/parser.ts';
import type { JsonPlan, PlacedNode } from '../plan.ts';
import type { KnownTable, PlanFacts } from '../planFacts.ts';
import { type Condition, conditionsIn } from './conditions.ts';

/** A node with what Postgres wrote of it and what was computed from that. */
export class AnalysedNode {
  readonly plan: AnalysedPlan;
  readonly placed: PlacedNode;
  readonly own: PlanNode;

  constructor(plan: AnalysedPlan, placed: PlacedNode, own: PlanNode) {
    this.plan = plan;
    this.placed = placed;
    this.own = own;
  }

  get id(): number {
    return this.placed.id;
  }
  get type(): string {
    return this.placed.json['Node Type'];
  }
  get parent(): AnalysedNode | null {
    return this.placed.parent === null ? null : (this.plan.nodes[this.placed.parent] ?? null);
  }
  get children(): AnalysedNode[] {
    return this.placed.children.flatMap((id) => this.plan.nodes[id] ?? []);
  }
  /** Its loops are those of parallel workers. */
  get isParallel(): boolean {
    return this.placed.json['Parallel Aware'] === true;
  }
  /** `Outer`, `Inner`, `InitPlan`, `SubPlan`, `Member` … */
  get relationship(): string {
    return this.placed.json['Parent Relationship'] ?? '';
  }
  /** Whether it says how many rows were expected: not where costs are off, and not of much that other servers run. */
  get isEstimated(): boolean {
    return (this.placed.json['Plan Rows'] ?? 0) > 0 && this.type !== 'Custom Scan';
  }
  get loops(): number {
    return this.placed.json['Actual Loops'] ?? 0;
  }
  /** Planned and found, of one loop. */
  get plannedRows(): number {
    return this.placed.json['Plan Rows'] ?? 0;
  }
  get rows(): number {
    return this.placed.json['Actual Rows'] ?? 0;
  }
  get allRows(): number {
    return this.rows * this.loops;
  }

  text(key: string): string | null {
    const value = this.placed.json[key];
    return typeof value === 'string' ? value : null;
  }

  number(key: string): number | null {
    const value = this.placed.json[key];
    return typeof value === 'number' ? value : null;
  }

  /** Over all loops. */
  removed(by: 'Filter' | 'Index Recheck' | 'Join Filter'): number {
    return (this.number(`Rows Removed by ${by}`) ?? 0) * this.loops;
  }

  list(key: string): string[] {
    const value = this.placed.json[key];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }

  /** The table's name as SQL, with its schema where that is told; null for what reads none. */
  get table(): string | null {
    const name = this.text('Relation Name');
    if (!name) return null;
    const known = this.known;
    const schema = this.text('Schema') ?? (known && known.schema !== 'public' ? known.schema : null);
    return [...(schema ? [schema] : []), name].map(quoteIdentifier).join('.');
  }

  /** What the server knows of that table; null where it could not be asked, or several have the name. */
  get known(): KnownTable | null {
    const name = this.placed.json['Relation Name'];
    return this.plan.facts?.tables.find((table) => table.name === name) ?? null;
  }

  /** The parts of a condition that AND joins, read as SQL; empty where it cannot be read. */
  conditions(key: 'Filter' | 'Index Cond' | 'Join Filter' | 'Recheck Cond'): readonly Condition[] {
    const text = this.text(key);
    return text === null ? [] : conditionsIn(text, this.plan.parser);
  }

  /** Milliseconds of the node itself; 0 where times were not measured. */
  get ms(): number {
    return this.own.exclusive.ms ?? 0;
  }
  /** With all that ran inside it. */
  get msWithin(): number {
    return this.own.inclusive.ms ?? 0;
  }
}

export class AnalysedPlan {
  readonly nodes: readonly AnalysedNode[];
  readonly json: JsonPlan;
  readonly parser: Parser;
  /** Null where the server could not be asked. */
  readonly facts: PlanFacts | null;
  /** The statement; '' where only its plan is known. */
  readonly sql: string;

  constructor(
    json: JsonPlan,
    placed: readonly PlacedNode[],
    own: readonly PlanNode[],
    parser: Parser,
    facts: PlanFacts | null,
    sql: string,
  ) {
    this.json = json;
    this.parser = parser;
    this.facts = facts;
    this.sql = sql;
    this.nodes = placed.map((node) => new AnalysedNode(this, node, own[node.id] as PlanNode));
  }

  get root(): AnalysedNode {
    return this.nodes[0] as AnalysedNode;
  }

  /** Of the whole statement, triggers and JIT included; null where times were not measured. */
  get ms(): number | null {
    return this.json['Execution Time'] ?? this.root.own.inclusive.ms;
  }
}

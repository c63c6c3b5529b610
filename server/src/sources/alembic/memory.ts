/**
 * What the statements of a migration's function did when the revision was last read. An operation whose text stands as it
 * did, behind the same code, does the same again; an edit of one statement runs that statement only.
 */
import type { SyntaxNode } from '@lezer/common';
import type { Doubt, Interpreter, Operation } from './interpreter.ts';
import type { Mapped } from './mapped.ts';
import { hasDamage } from './nodes.ts';
import type { Value } from './values.ts';

/** The statements of operations of which all is known, and which depend on no operation before them. */
export const evaluated = new WeakMap<Operation, readonly Mapped[]>();

interface Remembered {
  /** Where the statement began. */
  readonly start: number;
  /** How much of the code before it could have made a difference. */
  readonly behind: number;
  readonly operations: readonly Operation[];
  readonly doubts: readonly Doubt[];
  readonly unordered: boolean;
}

/** Of one function, for one reading of the file. */
export class FunctionMemory {
  readonly #before: FunctionMemory | null;
  /** The code around the function. */
  readonly #around: string;
  /** The statements so far that may make a difference to those behind them. */
  readonly #passed: string[] = [];
  readonly #kept = new Map<string, Remembered[]>();
  readonly #taken = new Map<string, number>();
  /** Whether all that makes a difference is as it was. */
  #agrees: boolean;

  /**
   * @param before of the reading before this one
   * @param around all code of the file outside of the functions that are run
   */
  constructor(before: FunctionMemory | null, around: string) {
    this.#before = before;
    this.#around = around;
    this.#agrees = before !== null && before.#around === around;
  }

  /** Forgets the reading before. */
  ended(): FunctionMemory {
    const own = new FunctionMemory(null, this.#around);
    own.#passed.push(...this.#passed);
    for (const [text, kept] of this.#kept) own.#kept.set(text, kept);
    return own;
  }

  /** What a statement with that text did at its place; null when that is not known, or not sure. */
  recall(text: string): Remembered | null {
    if (!this.#agrees || !this.#before) return null;
    const taken = this.#taken.get(text) ?? 0;
    const found = this.#before.#kept.get(text)?.[taken];
    if (!found || found.behind !== this.#passed.length || !found.operations.every((o) => evaluated.has(o))) return null;
    this.#taken.set(text, taken + 1);
    this.#keep(text, found);
    return found;
  }

  /** A statement that makes no difference to those behind it. */
  keep(text: string, did: Omit<Remembered, 'behind'>): void {
    this.#keep(text, { ...did, behind: this.#passed.length });
  }

  #keep(text: string, did: Remembered): void {
    const same = this.#kept.get(text);
    if (same) same.push(did);
    else this.#kept.set(text, [did]);
  }

  /** A statement that may make a difference to those behind it. */
  pass(text: string): void {
    if (!this.#before || this.#before.#passed[this.#passed.length] !== text) this.#agrees = false;
    this.#passed.push(text);
  }
}

/** Statements that do something by themselves: a call, or calls in a block of `op.batch_alter_table` and the like. */
export const mayBeKept = (node: SyntaxNode, text: string): boolean =>
  (node.name === 'ExpressionStatement' || node.name === 'WithStatement') && !text.includes(':=');

/**
 * Runs a statement of the function's own block, or takes over what it did.
 * @param execute runs it; whether that ends the function
 * @returns the same
 */
export function remembering(
  run: Interpreter,
  memory: FunctionMemory,
  node: SyntaxNode,
  execute: () => boolean,
): boolean {
  const text = run.source(node);
  const own = node.name === 'WithStatement' ? namesBound(run, node) : [];
  const keepable = mayBeKept(node, text) && !run.bound.some((name) => text.includes(name) && !own.includes(name));
  const known = keepable ? memory.recall(text) : null;
  if (known) {
    const shift = node.from - known.start;
    if (own.length > 0 && run.top) {
      const before = run.operations.length;
      run.enter(node, run.top);
      run.operations.length = before;
    }
    for (const operation of known.operations) run.operations.push({ operation, shift });
    for (const doubt of known.doubts) run.doubts.push(moved(doubt, shift));
    run.unordered ||= known.unordered;
    return false;
  }
  const [operations, doubts, changes, unordered] = [
    run.operations.length,
    run.doubts.length,
    run.changes,
    run.unordered,
  ];
  run.unordered = false;
  const ended = execute();
  const did = {
    start: node.from,
    operations: run.operations.slice(operations).map((o) => o.operation),
    doubts: run.doubts.slice(doubts),
    unordered: run.unordered,
  };
  run.unordered ||= unordered;
  if (!mayBeKept(node, text) || ended || run.changes !== changes) {
    if (node.name !== 'Comment' && node.name !== ':') memory.pass(text);
  } else if (keepable && did.operations.length > 0 && isWithin(node, did) && !hasDamage(node)) memory.keep(text, did);
  return ended;
}

/** What `with … as name` binds. */
function namesBound(run: Interpreter, node: SyntaxNode): string[] {
  const names: string[] = [];
  for (let child = node.firstChild; child && child.name !== 'Body'; child = child.nextSibling)
    if (child.name === 'as' && child.nextSibling) names.push(run.source(child.nextSibling));
  return names;
}

const moved = ({ span, ...doubt }: Doubt, shift: number): Doubt => ({
  ...doubt,
  span: { start: span.start + shift, end: span.end + shift },
});

/** Whether all places stand in the statement: then they move with it. */
const isWithin = (node: SyntaxNode, { operations, doubts }: Pick<Remembered, 'operations' | 'doubts'>): boolean =>
  doubts.every(({ span }) => span.start >= node.from && span.end <= node.to) &&
  operations.every(
    ({ span, name, args, keywords }) =>
      span.start >= node.from &&
      span.end <= node.to &&
      (name !== 'execute' || [...args, ...keywords.values()].every((value) => standsIn(node, value))),
  );

/** Whether the text of a string comes from the statement. */
function standsIn(node: SyntaxNode, value: Value): boolean {
  if (value.kind === 'string') return value.mapped.from.every((at) => at >= node.from && at <= node.to);
  if (value.kind !== 'construct') return true;
  return value.args.every((a) => standsIn(node, a)) && (value.on === null || standsIn(node, value.on));
}

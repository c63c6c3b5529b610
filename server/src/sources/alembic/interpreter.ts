/**
 * Runs the functions of a revision as far as the file tells what they do. What it cannot know is a value of the kind
 * `unknown`; under a condition that is not known both branches are run, and what they do is marked as such.
 */
import type { SyntaxNode } from '@lezer/common';
import type { Span } from '../../syntax/tokens.ts';
import { assign, bind } from './assignments.ts';
import { runFor, runIf, runTry } from './branches.ts';
import { stringOf } from './builtins.ts';
import { type Arguments, argumentsOf } from './calls.ts';
import { isPlainDecorated } from './decorators.ts';
import { evaluate } from './expressions.ts';
import { ownWords } from './generated.ts';
import { importInto } from './imports.ts';
import { mappedTo } from './mapped.ts';
import { type FunctionMemory, remembering } from './memory.ts';
import { type Modules, noModules } from './modules.ts';
import { spanOf } from './nodes.ts';
import { type Construct, type PythonFile, Scope, truthOf, type Value } from './values.ts';

/** A call of one of Alembic's operations, or of `execute` on a connection or session. */
export interface Operation {
  readonly name: string;
  readonly args: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
  /** The whole call, and what is called. */
  readonly span: Span;
  readonly nameSpan: Span;
  /** `batch_alter_table` around it: the table's name and its keywords. */
  readonly batch: { readonly table: Value | null; readonly keywords: ReadonlyMap<string, Value> } | null;
  /** Whether it is run at all depends on something that the file does not tell. */
  readonly conditional: boolean;
  /** The same, and what follows it runs in either case. */
  readonly optional: boolean;
  /** Inside `with ….autocommit_block():`. */
  readonly autocommit: boolean;
}

/** An operation, and how far the code has moved since it was worked out. */
export interface Ran {
  readonly operation: Operation;
  readonly shift: number;
}

/** What the interpreter could not follow, and where. */
export interface Doubt {
  readonly span: Span;
  readonly reason: string;
  /** Whether the schema may be otherwise than what is worked out tells. */
  readonly ofSchema: boolean;
}

/** How a block ends: with the function, with the loop around it, or at its end. */
export type Ending = 'return' | 'loop' | null;

/** A revision is no place for more; what goes on longer is not followed to its end. */
const maxSteps = 50_000;
const maxDepth = 30;

export class Interpreter {
  /** The file whose code runs. */
  file: PythonFile;
  readonly modules: Modules;
  readonly operations: Ran[] = [];
  readonly doubts: Doubt[] = [];
  /** How many unknown conditions the code that runs stands under. */
  conditions = 0;
  /** How many of them are around it: the others ended the function. */
  branches = 0;
  autocommit = 0;
  depth = 0;
  /** Whether operations stand in an order that Python chooses anew each time. */
  unordered = false;
  /** The arguments of the last `super().__init__(…)`. */
  superInit: Arguments | null = null;
  /** False while the module's own statements run: operations there are not part of a migration. */
  recording = false;
  /** What the statements of the function that is run did the last time. */
  memory: FunctionMemory | null = null;
  /** The variables of the function that is run. */
  top: Scope | null = null;
  /** Counts what has been assigned in the function that is run, or outside of functions. */
  changes = 0;
  /** Names that blocks `with … as name` have left behind. */
  readonly bound: string[] = [];
  #steps = 0;
  /** What the innermost function returns. */
  #returned: Value | null = null;

  /** What stands for all that code of another file does: the call in the revision. */
  #callSite: Span = ownWords;

  constructor(file: PythonFile, modules: Modules = noModules) {
    this.file = file;
    this.modules = modules;
  }

  doubt(span: Span, reason: string, ofSchema = true): void {
    if (this.recording) this.doubts.push({ span: span.start < 0 ? this.#callSite : span, reason, ofSchema });
  }

  /** Runs the module's own statements. */
  module(script: SyntaxNode, scope = new Scope(null)): Scope {
    this.block(script.firstChild, scope);
    return scope;
  }

  /** Where something stands in the revision: of other files' code, the call that runs it. */
  place(node: { readonly from: number; readonly to: number }): Span {
    return this.file.own ? spanOf(node) : this.#callSite;
  }

  /** A name of a module of the project → what it stands for there. */
  resolved(value: Value): Value {
    if (value.kind !== 'name' || value.from === undefined) return value;
    const found = this.modules.find(value);
    return found ? { ...found, span: value.span } : value;
  }

  /** @returns what the function gives back, null when that is not known */
  call(
    fn: Extract<Value, { kind: 'function' }>,
    args: readonly Value[],
    keywords: ReadonlyMap<string, Value>,
    at: Span,
  ): Value | null {
    const body = fn.node.getChild('Body');
    const lambda = fn.node.name === 'LambdaExpression' ? fn.node.lastChild : null;
    if (this.depth >= maxDepth) return null;
    const scope = new Scope(fn.scope);
    const { file } = this;
    const callSite = this.#callSite;
    // the call itself may stand in another file
    if (file.own && !fn.file.own) this.#callSite = at;
    this.file = fn.file;
    this.#bindParameters(fn.node, scope, args, keywords);
    this.depth++;
    const conditionsBefore = this.conditions;
    const outerReturned = this.#returned;
    const [operations, doubts] = [this.operations.length, this.doubts.length];
    this.#returned = null;
    try {
      if (lambda) return this.evaluate(lambda, scope);
      if (this.depth === 1) this.top = scope;
      const ending = body ? this.block(body.firstChild, scope, this.depth === 1 ? this.memory : null) : null;
      const returned = this.#returned as Value | null;
      if (this.conditions > conditionsBefore) return null;
      return returned ?? (ending === null ? { kind: 'none', span: this.place(fn.node) } : null);
    } finally {
      // a helper that runs nothing only returns something: that is not known then
      if (this.depth > 1 && this.operations.length === operations)
        this.doubts.splice(doubts, Infinity, ...this.doubts.slice(doubts).filter((d) => d.ofSchema));
      this.depth--;
      this.conditions = conditionsBefore;
      this.#returned = outerReturned;
      this.file = file;
      this.#callSite = callSite;
    }
  }

  #bindParameters(fn: SyntaxNode, scope: Scope, args: readonly Value[], keywords: ReadonlyMap<string, Value>): void {
    let next = 0;
    let star = '';
    const others = new Map(keywords);
    for (let node = fn.getChild('ParamList')?.firstChild ?? null; node; node = node.nextSibling) {
      if (node.name === '*' || node.name === '**') star = node.name;
      if (node.name === ',') star = '';
      if (node.name !== 'VariableName') continue;
      const name = this.source(node);
      const span = this.place(node);
      let after = node.nextSibling;
      if (after?.name === 'TypeDef') after = after.nextSibling;
      const written = after?.name === 'AssignOp' ? after.nextSibling : null;
      const value: Value =
        star === '*'
          ? { kind: 'list', items: args.slice(next), tuple: true, span }
          : star === '**'
            ? otherKeywords(others, span)
            : (keywords.get(name) ??
              args[next] ??
              (written
                ? this.evaluate(written, fn.name === 'LambdaExpression' ? scope : (scope.outer ?? scope))
                : parameterOf(name, span)));
      if (star === '') next++;
      others.delete(name);
      scope.variables.set(name, value);
      if (written) node = written;
    }
  }

  evaluate(node: SyntaxNode, scope: Scope): Value {
    return evaluate(this, node, scope);
  }

  source(node: SyntaxNode): string {
    return this.file.text.slice(node.from, node.to);
  }

  /** Runs statements from `first` on, to the end of their block. */
  block(first: SyntaxNode | null, scope: Scope, memory: FunctionMemory | null = null): Ending {
    for (let node = first; node; node = node.nextSibling) {
      if (++this.#steps > maxSteps) {
        this.doubt(this.place(node), 'it runs for too long to be followed');
        return 'return';
      }
      let ending: Ending = null;
      const execute = (): boolean => {
        ending = this.#statement(node, scope);
        return ending !== null;
      };
      if (memory) remembering(this, memory, node, execute);
      else execute();
      if (ending) return ending;
    }
    return null;
  }

  #statement(node: SyntaxNode, scope: Scope): Ending {
    switch (node.name) {
      case 'ImportStatement':
        importInto(this, node, scope);
        return null;
      case 'FunctionDefinition':
      case 'DecoratedStatement': {
        const definition = node.name === 'FunctionDefinition' ? node : node.getChild('FunctionDefinition');
        const name = definition?.getChild('VariableName');
        if (name && node.name === 'DecoratedStatement' && !isPlainDecorated(this, node, scope)) {
          // what the decorator makes of it is not known; the migration's own functions stay what they are
          if (!/^(?:up|down)grade$/.test(this.source(name))) {
            scope.variables.set(this.source(name), { kind: 'unknown', span: this.place(name) });
            return null;
          }
        }
        if (definition && name)
          scope.variables.set(this.source(name), {
            kind: 'function',
            node: definition,
            scope,
            file: this.file,
            span: this.place(name),
          });
        else if (node.getChild('ClassDefinition')) this.#class(node.getChild('ClassDefinition') as SyntaxNode, scope);
        return null;
      }
      case 'ClassDefinition':
        this.#class(node, scope);
        return null;
      case 'AssignStatement':
      case 'UpdateStatement':
        assign(this, node, scope);
        return null;
      case 'ExpressionStatement':
        if (node.firstChild) this.evaluate(node.firstChild, scope);
        return null;
      case 'StatementGroup':
        return this.block(node.firstChild, scope);
      case 'IfStatement':
        return runIf(this, node, scope);
      case 'ForStatement':
        return runFor(this, node, scope);
      case 'WhileStatement': {
        const [condition, body] = [node.firstChild?.nextSibling, node.getChild('Body')];
        if (!condition || !body || truthOf(this.evaluate(condition, scope)) === false) return null;
        // what it does is marked as what may not be done
        this.doubt(this.place(condition), 'how often the loop runs is not known', false);
        this.maybe(scope, () => this.block(body.firstChild, scope));
        return null;
      }
      case 'WithStatement':
        return this.#with(node, scope);
      case 'TryStatement':
        return runTry(this, node, scope);
      case 'ReturnStatement': {
        const value = node.firstChild?.nextSibling;
        this.#returned = value ? this.evaluate(value, scope) : { kind: 'none', span: this.place(node) };
        return 'return';
      }
      case 'RaiseStatement':
        return 'return';
      case 'BreakStatement':
      case 'ContinueStatement':
        return 'loop';
      default:
        return null;
    }
  }

  #class(node: SyntaxNode, scope: Scope): void {
    const name = node.getChild('VariableName');
    if (!name) return;
    const members = new Scope(scope);
    const body = node.getChild('Body');
    if (body) this.block(body.firstChild, members);
    const bases = argumentsOf(this, node.getChild('ArgList'), scope).args;
    scope.variables.set(this.source(name), {
      kind: 'class',
      name: this.source(name),
      bases,
      members,
      span: this.place(name),
    });
  }

  /** What is assigned in code that may not run, or not as often, is not known behind it. @returns whether there is such */
  maybe(scope: Scope, run: () => void): boolean {
    const before = new Map(scope.variables);
    const { conditions } = this;
    const returned = this.#returned;
    this.conditions++;
    this.branches++;
    run();
    this.branches--;
    this.conditions = conditions;
    this.#returned = returned;
    let changes = false;
    for (const [name, value] of scope.variables) {
      if (before.get(name) === value || value.kind === 'function' || value.kind === 'name') continue;
      scope.variables.set(name, { kind: 'unknown', span: value.span });
      changes = true;
    }
    return changes;
  }

  #with(node: SyntaxNode, scope: Scope): Ending {
    const body = node.getChild('Body');
    const { autocommits, batches } = this.enter(node, scope);
    this.autocommit += autocommits;
    const first = this.operations.length;
    const ending = body ? this.block(body.firstChild, scope) : null;
    for (const batch of batches.reverse()) this.#flush(batch, first);
    this.autocommit -= autocommits;
    return ending;
  }

  /** Alembic keeps what a batch is told until its block ends; what is executed meanwhile runs at once. */
  #flush(batch: Construct, first: number): void {
    const isKept = ({ operation }: Ran): boolean =>
      operation.batch?.keywords === batch.keywords && operation.name !== 'execute';
    const inside = this.operations.splice(first);
    this.operations.push(...inside.filter((o) => !isKept(o)), ...inside.filter(isKept));
  }

  /** Binds what a block `with … as name` is given. */
  enter(node: SyntaxNode, scope: Scope): { readonly autocommits: number; readonly batches: Construct[] } {
    let autocommits = 0;
    const batches: Construct[] = [];
    for (let child = node.firstChild?.nextSibling ?? null; child && child.name !== 'Body'; child = child.nextSibling) {
      if (child.name === ',' || child.name === 'as') continue;
      const value = this.evaluate(child, scope);
      if (value.kind === 'construct' && value.name === 'autocommit_block') autocommits++;
      if (value.kind === 'construct' && value.name === 'batch_alter_table') batches.push(value);
      if (child.nextSibling?.name === 'as' && child.nextSibling.nextSibling) {
        child = child.nextSibling.nextSibling;
        const { changes } = this;
        bind(this, child, value, scope);
        // what comes behind the block has no use for it: those that have are not remembered
        this.changes = changes;
        this.bound.push(this.source(child));
      }
    }
    return { autocommits, batches };
  }
}

/** What `**name` is given; it stands behind all other parameters. */
const otherKeywords = (keywords: ReadonlyMap<string, Value>, span: Span): Value =>
  keywords.has('**')
    ? { kind: 'unknown', span }
    : { kind: 'dict', entries: [...keywords].map(([key, v]) => [stringOf(mappedTo(key, span), span), v]), span };

/** An argument that nobody gives: Alembic's own helpers by their usual names, anything else is not known. */
const parameterOf = (name: string, span: Span): Value =>
  name === 'op' ? { kind: 'name', path: 'alembic.op', span } : { kind: 'name', path: `parameter:${name}`, span };

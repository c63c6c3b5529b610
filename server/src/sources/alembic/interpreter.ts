/**
 * Runs the functions of a revision as far as the file tells what they do. What it cannot know is a value of the kind
 * `unknown`; under a condition that is not known both branches are run, and what they do is marked as such.
 */
import type { SyntaxNode } from '@lezer/common';
import type { Span } from '../../syntax/tokens.ts';
import { assign, bind, bindAll } from './assignments.ts';
import { itemsOf } from './builtins.ts';
import { argumentsOf } from './calls.ts';
import { evaluate, loopParts } from './expressions.ts';
import { spanOf } from './nodes.ts';
import { Scope, truthOf, type Value } from './values.ts';

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

/** What the interpreter could not follow, and where. */
export interface Doubt {
  readonly span: Span;
  readonly reason: string;
  /** Whether the schema may be otherwise than what is worked out tells. */
  readonly ofSchema: boolean;
}

type Ending = 'return' | 'loop' | null;

/** A revision is no place for more; what goes on longer is not followed to its end. */
const maxSteps = 50_000;
const maxDepth = 30;

export class Interpreter {
  readonly text: string;
  readonly operations: Operation[] = [];
  readonly doubts: Doubt[] = [];
  /** How many unknown conditions the code that runs stands under. */
  conditions = 0;
  /** How many of them are around it: the others ended the function. */
  branches = 0;
  autocommit = 0;
  depth = 0;
  /** False while the module's own statements run: operations there are not part of a migration. */
  recording = false;
  #steps = 0;
  /** What the innermost function returns. */
  #returned: Value | null = null;

  constructor(text: string) {
    this.text = text;
  }

  doubt(span: Span, reason: string, ofSchema = true): void {
    if (this.recording) this.doubts.push({ span, reason, ofSchema });
  }

  /** The scope of the module's names. */
  module(script: SyntaxNode): Scope {
    const scope = new Scope(null);
    this.#run(script.firstChild, scope);
    return scope;
  }

  /** @returns what the function gives back, null when that is not known */
  call(
    fn: Extract<Value, { kind: 'function' }>,
    args: readonly Value[],
    keywords: ReadonlyMap<string, Value>,
  ): Value | null {
    const body = fn.node.getChild('Body');
    const lambda = fn.node.name === 'LambdaExpression' ? fn.node.lastChild : null;
    if (this.depth >= maxDepth) return null;
    const scope = new Scope(fn.scope);
    this.#bindParameters(fn.node, scope, args, keywords);
    this.depth++;
    const conditionsBefore = this.conditions;
    const outerReturned = this.#returned;
    this.#returned = null;
    try {
      if (lambda) return this.evaluate(lambda, scope);
      const ending = body ? this.#run(body.firstChild, scope) : null;
      const returned = this.#returned as Value | null;
      if (this.conditions > conditionsBefore) return null;
      return returned ?? (ending === null ? { kind: 'none', span: spanOf(fn.node) } : null);
    } finally {
      this.depth--;
      this.conditions = conditionsBefore;
      this.#returned = outerReturned;
    }
  }

  #bindParameters(fn: SyntaxNode, scope: Scope, args: readonly Value[], keywords: ReadonlyMap<string, Value>): void {
    let next = 0;
    let star = '';
    for (let node = fn.getChild('ParamList')?.firstChild ?? null; node; node = node.nextSibling) {
      if (node.name === '*' || node.name === '**') star = node.name;
      if (node.name === ',') star = '';
      if (node.name !== 'VariableName') continue;
      const name = this.source(node);
      const span = spanOf(node);
      let after = node.nextSibling;
      if (after?.name === 'TypeDef') after = after.nextSibling;
      const written = after?.name === 'AssignOp' ? after.nextSibling : null;
      const value: Value =
        star === '*'
          ? { kind: 'list', items: args.slice(next), tuple: true, span }
          : star === '**'
            ? { kind: 'unknown', span }
            : (keywords.get(name) ??
              args[next] ??
              (written
                ? this.evaluate(written, fn.name === 'LambdaExpression' ? scope : (scope.outer ?? scope))
                : parameterOf(name, span)));
      if (star === '') next++;
      scope.variables.set(name, value);
      if (written) node = written;
    }
  }

  evaluate(node: SyntaxNode, scope: Scope): Value {
    return evaluate(this, node, scope);
  }

  source(node: SyntaxNode): string {
    return this.text.slice(node.from, node.to);
  }

  /** Runs statements from `first` on, to the end of their block. */
  #run(first: SyntaxNode | null, scope: Scope): Ending {
    for (let node = first; node; node = node.nextSibling) {
      if (++this.#steps > maxSteps) {
        this.doubt(spanOf(node), 'it runs for too long to be followed');
        return 'return';
      }
      const ending = this.#statement(node, scope);
      if (ending) return ending;
    }
    return null;
  }

  #statement(node: SyntaxNode, scope: Scope): Ending {
    switch (node.name) {
      case 'ImportStatement':
        this.#import(node, scope);
        return null;
      case 'FunctionDefinition':
      case 'DecoratedStatement': {
        const definition = node.name === 'FunctionDefinition' ? node : node.getChild('FunctionDefinition');
        const name = definition?.getChild('VariableName');
        if (definition && name)
          scope.variables.set(this.source(name), { kind: 'function', node: definition, scope, span: spanOf(name) });
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
        return this.#run(node.firstChild, scope);
      case 'IfStatement':
        return this.#if(node, scope);
      case 'ForStatement':
        return this.#for(node, scope);
      case 'WhileStatement': {
        const [condition, body] = [node.firstChild?.nextSibling, node.getChild('Body')];
        if (!condition || !body || truthOf(this.evaluate(condition, scope)) === false) return null;
        this.doubt(spanOf(condition), 'how often the loop runs is not known');
        this.#maybe(scope, () => this.#run(body.firstChild, scope));
        return null;
      }
      case 'WithStatement':
        return this.#with(node, scope);
      case 'TryStatement':
        return this.#try(node, scope);
      case 'ReturnStatement': {
        const value = node.firstChild?.nextSibling;
        this.#returned = value ? this.evaluate(value, scope) : { kind: 'none', span: spanOf(node) };
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

  #import(node: SyntaxNode, scope: Scope): void {
    const words: string[] = [];
    for (let child = node.firstChild; child; child = child.nextSibling) words.push(this.source(child));
    const from = words[0] === 'from';
    const importAt = words.indexOf('import');
    const prefix = from ? `${words.slice(1, importAt).join('')}.` : '';
    const names = words.slice(importAt + 1).filter((w) => w !== '(' && w !== ')');
    for (const part of splitAt(names, ',')) {
      const as = part.indexOf('as');
      const path = (as < 0 ? part : part.slice(0, as)).join('');
      if (path === '') continue;
      const bound = as >= 0 ? part[as + 1] : from ? path : path.split('.')[0];
      // `import a.b` binds a
      const target = as < 0 && !from ? (path.split('.')[0] as string) : `${prefix}${path}`;
      if (bound) scope.variables.set(bound, { kind: 'name', path: target, span: spanOf(node) });
    }
  }

  #class(node: SyntaxNode, scope: Scope): void {
    const name = node.getChild('VariableName');
    if (!name) return;
    const members = new Scope(scope);
    const body = node.getChild('Body');
    if (body) this.#run(body.firstChild, members);
    const bases = argumentsOf(this, node.getChild('ArgList'), scope).args;
    scope.variables.set(this.source(name), {
      kind: 'class',
      name: this.source(name),
      bases,
      members,
      span: spanOf(name),
    });
  }

  #if(node: SyntaxNode, scope: Scope): Ending {
    let child = node.firstChild;
    let unknown = false;
    while (child) {
      const keyword = child.name;
      let body = child.nextSibling;
      let truth: boolean | null = true;
      if (keyword === 'if' || keyword === 'elif') {
        const condition = body;
        if (!condition) return null;
        const known = this.doubts.length;
        const value = this.evaluate(condition, scope);
        truth = truthOf(value);
        body = condition.nextSibling;
        while (body && body.name !== 'Body') body = body.nextSibling;
        if (truth === null) {
          const guard = body && value.kind !== 'operation' ? this.#isGuard(body) : false;
          // a guard that asks elsewhere is taken as not met: what follows is what the revision is there for
          if (!guard) this.doubt(spanOf(condition), 'the condition is not known', false);
          if (guard) {
            this.conditions++;
            // what is asked changes nothing
            this.doubts.length = known;
          }
        }
      }
      if (!body) return null;
      if (truth === true && !unknown) return this.#run(body.firstChild, scope);
      const block = body;
      if (truth !== false && !(truth === null && this.#isGuard(block)))
        this.#maybe(scope, () => this.#run(block.firstChild, scope));
      if (truth !== false) unknown = true;
      if (truth === true) return null;
      child = body.nextSibling;
    }
    return null;
  }

  /** A block that only ends the function. */
  #isGuard(body: SyntaxNode): boolean {
    let last: SyntaxNode | null = null;
    for (let child = body.firstChild; child; child = child.nextSibling) {
      if (child.name === ':' || child.name === 'Comment') continue;
      if (last) return false;
      last = child;
    }
    return last?.name === 'ReturnStatement' || last?.name === 'RaiseStatement';
  }

  /** What is assigned in code that may not run, or not as often, is not known behind it. */
  #maybe(scope: Scope, run: () => void): void {
    const before = new Map(scope.variables);
    const { conditions } = this;
    const returned = this.#returned;
    this.conditions++;
    this.branches++;
    run();
    this.branches--;
    this.conditions = conditions;
    this.#returned = returned;
    for (const [name, value] of scope.variables)
      if (before.get(name) !== value && value.kind !== 'function' && value.kind !== 'name')
        scope.variables.set(name, { kind: 'unknown', span: value.span });
  }

  #for(node: SyntaxNode, scope: Scope): Ending {
    const body = node.getChild('Body');
    const { targets, source } = loopParts(node.firstChild);
    if (!body || !source) return null;
    const value = this.evaluate(source, scope);
    const items = itemsOf(value);
    if (!items) {
      this.doubt(spanOf(source), 'what the loop goes through is not known');
      this.#maybe(scope, () => {
        for (const target of targets) bind(this, target, { kind: 'unknown', span: spanOf(source) }, scope);
        this.#run(body.firstChild, scope);
      });
      return null;
    }
    for (const item of items) {
      bindAll(this, targets, item, scope);
      const ending = this.#run(body.firstChild, scope);
      if (ending === 'return') return 'return';
      // whether it was break or continue
      if (ending === 'loop' && this.#breaks(body)) break;
    }
    return null;
  }

  #breaks(body: SyntaxNode): boolean {
    return /\bbreak\b/.test(this.source(body));
  }

  #with(node: SyntaxNode, scope: Scope): Ending {
    const body = node.getChild('Body');
    let blocks = 0;
    for (let child = node.firstChild?.nextSibling ?? null; child && child.name !== 'Body'; child = child.nextSibling) {
      if (child.name === ',' || child.name === 'as') continue;
      const value = this.evaluate(child, scope);
      if (value.kind === 'construct' && value.name === 'autocommit_block') blocks++;
      if (child.nextSibling?.name === 'as' && child.nextSibling.nextSibling) {
        child = child.nextSibling.nextSibling;
        bind(this, child, value, scope);
      }
    }
    this.autocommit += blocks;
    const ending = body ? this.#run(body.firstChild, scope) : null;
    this.autocommit -= blocks;
    return ending;
  }

  #try(node: SyntaxNode, scope: Scope): Ending {
    let ending: Ending = null;
    let part = '';
    for (let child = node.firstChild; child; child = child.nextSibling) {
      if (/^(?:try|except|else|finally)$/.test(child.name)) part = child.name;
      if (child.name !== 'Body') continue;
      const block = child;
      if (part === 'except') {
        if (!this.#isGuard(block) && this.source(block).replace(/[:\s]|pass/g, '') !== '')
          this.#maybe(scope, () => this.#run(block.firstChild, scope));
      } else if (ending === null || part === 'finally') ending = this.#run(block.firstChild, scope) ?? ending;
    }
    return ending;
  }
}

/** An argument that nobody gives: Alembic's own helpers by their usual names, anything else is not known. */
const parameterOf = (name: string, span: Span): Value =>
  name === 'op' ? { kind: 'name', path: 'alembic.op', span } : { kind: 'name', path: `parameter:${name}`, span };

function splitAt(words: readonly string[], separator: string): string[][] {
  const parts: string[][] = [[]];
  for (const word of words)
    if (word === separator) parts.push([]);
    else parts.at(-1)?.push(word);
  return parts;
}

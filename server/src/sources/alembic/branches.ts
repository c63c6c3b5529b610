/** Conditions, loops and `try`: where what is asked is not known, what stands there may run or not. */
import type { SyntaxNode } from '@lezer/common';
import { bind, bindAll } from './assignments.ts';
import { itemsOf } from './builtins.ts';
import { loopParts } from './expressions.ts';
import type { Doubt, Ending, Interpreter } from './interpreter.ts';
import { type Scope, truthOf } from './values.ts';

/** `if`, and what belongs to it. */
export function runIf(run: Interpreter, node: SyntaxNode, scope: Scope): Ending {
  let child = node.firstChild;
  let unknown = false;
  const own: Doubt[] = [];
  let matters = false;
  while (child) {
    const keyword = child.name;
    if (keyword === 'Comment') {
      child = child.nextSibling;
      continue;
    }
    let body = child.nextSibling;
    while (body?.name === 'Comment') body = body.nextSibling;
    let truth: boolean | null = true;
    if (keyword === 'if' || keyword === 'elif') {
      const condition = body;
      if (!condition) return null;
      const known = run.doubts.length;
      const value = run.evaluate(condition, scope);
      truth = truthOf(value);
      body = condition.nextSibling;
      while (body && body.name !== 'Body') body = body.nextSibling;
      if (truth === null) {
        const asks = value.kind !== 'operation' && asksDatabase.test(run.source(condition));
        const guard = body && asks ? isGuard(body) : false;
        // a guard that asks the database is taken as not met: what follows is what the revision is there for
        if (!guard) {
          run.doubt(run.place(condition), 'the condition is not known', false);
          own.push(run.doubts.at(-1) as Doubt);
        }
        // what is asked changes nothing
        if (guard) run.doubts.length = known;
      }
    }
    if (!body) return null;
    if (truth === true && !unknown) return run.block(body.firstChild, scope);
    const block = body;
    if (truth !== false && !(truth === null && isGuard(block))) {
      const before = run.operations.length + run.doubts.length;
      let ending: Ending = null;
      const changes = run.maybe(scope, () => {
        ending = run.block(block.firstChild, scope);
      });
      matters ||= changes || ending === 'return' || run.operations.length + run.doubts.length > before;
    } else if (truth === null) {
      matters = true;
      // what follows may not be reached
      run.conditions++;
    }
    if (truth !== false) unknown = true;
    if (truth === true) break;
    child = body.nextSibling;
  }
  // nothing that is run depends on these
  if (!matters && own.length > 0) run.doubts.splice(0, Infinity, ...run.doubts.filter((d) => !own.includes(d)));
  return null;
}

/** Words for what leads to the database. */
const asksDatabase = /\b(?:op|bind|conn|connection|context|engine|inspect|inspector|session)\b/;

/** A block that only ends the function. */
function isGuard(body: SyntaxNode): boolean {
  let last: SyntaxNode | null = null;
  for (let child = body.firstChild; child; child = child.nextSibling) {
    if (child.name === ':' || child.name === 'Comment') continue;
    if (last) return false;
    last = child;
  }
  return last?.name === 'ReturnStatement' || last?.name === 'RaiseStatement';
}

export function runFor(run: Interpreter, node: SyntaxNode, scope: Scope): Ending {
  const body = node.getChild('Body');
  const { targets, source } = loopParts(node.firstChild);
  if (!body || !source) return null;
  const value = run.evaluate(source, scope);
  const items = itemsOf(value);
  if (!items) {
    run.doubt(run.place(source), 'what the loop goes through is not known', false);
    run.maybe(scope, () => {
      for (const target of targets) bind(run, target, { kind: 'unknown', span: run.place(source) }, scope);
      run.block(body.firstChild, scope);
    });
    return null;
  }
  if (value.kind === 'list' && value.unordered && items.length > 1) run.unordered = true;
  for (const item of items) {
    bindAll(run, targets, item, scope);
    const ending = run.block(body.firstChild, scope);
    if (ending === 'return') return 'return';
    // whether it was break or continue
    if (ending === 'loop' && breaks(run, body)) break;
  }
  return null;
}

function breaks(run: Interpreter, body: SyntaxNode): boolean {
  return /\bbreak\b/.test(run.source(body));
}

export function runTry(run: Interpreter, node: SyntaxNode, scope: Scope): Ending {
  let ending: Ending = null;
  let part = '';
  let word = node;
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (/^(?:try|except|else|finally)$/.test(child.name)) [part, word] = [child.name, child];
    if (child.name !== 'Body') continue;
    const block = child;
    if (part === 'except') {
      if (isGuard(block) || run.source(block).replace(/[:\s]|pass/g, '') === '') continue;
      const first = run.operations.length;
      run.maybe(scope, () => run.block(block.firstChild, scope));
      if (run.operations.length > first) run.doubt(run.place(word), 'whether this is run is not known', false);
    } else if (ending === null || part === 'finally') ending = run.block(block.firstChild, scope) ?? ending;
  }
  return ending;
}

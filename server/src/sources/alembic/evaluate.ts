/** A revision's two functions, run: the SQL of each, statement by statement, and what could not be worked out. */
import type { SyntaxNode, Tree } from '@lezer/common';
import type { Span } from '../../syntax/tokens.ts';
import { NotEvaluable } from './generated.ts';
import { type Doubt, Interpreter, type Operation } from './interpreter.ts';
import type { Mapped } from './mapped.ts';
import { evaluated, FunctionMemory } from './memory.ts';
import { type Modules, noModules } from './modules.ts';
import { Naming } from './naming.ts';
import type { KnownConvention } from './namingConventions.ts';
import { spanOf } from './nodes.ts';
import { statementsOf } from './operations.ts';

export interface EvaluatedOperation {
  readonly operation: Operation;
  /** How far the code has moved since the places in operation and statements were right. */
  readonly shift: number;
  /** Each one statement, but for strings that hold several. Empty where it could not be worked out. */
  readonly statements: readonly Mapped[];
}

export interface EvaluatedFunction {
  readonly name: 'upgrade' | 'downgrade';
  readonly operations: readonly EvaluatedOperation[];
  /** Empty when the SQL is all that the function runs. */
  readonly doubts: readonly Doubt[];
  /** Whether Python chooses the order of operations anew each time: a loop goes through a set. */
  readonly unordered: boolean;
}

/** What a revision's project tells of it. */
export interface Surroundings {
  readonly uri: string;
  readonly modules: Modules;
  /** Of the application's metadata. */
  readonly convention: KnownConvention;
}

const nothingAround: Surroundings = { uri: '', modules: noModules, convention: null };

/** What the functions of a revision did when it was last read. */
export interface RevisionMemory {
  readonly around: Surroundings;
  readonly functions: ReadonlyMap<string, FunctionMemory>;
}

/** The functions that the file has, `upgrade` first. */
export const evaluateRevision = (text: string, tree: Tree, around?: Surroundings): readonly EvaluatedFunction[] =>
  evaluateAgain(text, tree, around).functions;

/** @param before of the reading before this one: what stands as it did is not run again */
export function evaluateAgain(
  text: string,
  tree: Tree,
  around: Surroundings = nothingAround,
  before: RevisionMemory | null = null,
): { readonly functions: readonly EvaluatedFunction[]; readonly memory: RevisionMemory } {
  const functions: EvaluatedFunction[] = [];
  const memory = new Map<string, FunctionMemory>();
  const known = before && sameSurroundings(before.around, around) ? before.functions : null;
  const outside = outsideOfFunctions(text, tree);
  for (const name of ['upgrade', 'downgrade'] as const) {
    const interpreter = new Interpreter({ uri: around.uri, text, own: true }, around.modules);
    const scope = interpreter.module(tree.topNode);
    const fn = scope.get(name);
    if (fn?.kind !== 'function') continue;
    interpreter.recording = true;
    interpreter.memory = new FunctionMemory(known?.get(name) ?? null, `${outside}${headOf(fn.node, text)}`);
    try {
      interpreter.call(fn, [], new Map(), fn.span);
    } catch {
      // code too deep to walk: what stands before it is kept
      interpreter.doubt(spanOf(fn.node), 'the code is too deep');
    }
    memory.set(name, interpreter.memory.ended());
    functions.push(statementsIn(interpreter, name, around));
  }
  return { functions, memory: { around, functions: memory } };
}

const sameSurroundings = (a: Surroundings, b: Surroundings): boolean =>
  a.uri === b.uri && a.modules === b.modules && a.convention === b.convention;

/** The code of the file but for what the migration's functions do. */
function outsideOfFunctions(text: string, tree: Tree): string {
  let outside = '';
  let copied = 0;
  for (let node = tree.topNode.firstChild; node; node = node.nextSibling) {
    const name = node.name === 'FunctionDefinition' ? node.getChild('VariableName') : null;
    if (!name || !/^(?:up|down)grade$/.test(text.slice(name.from, name.to))) continue;
    outside += text.slice(copied, node.from);
    copied = node.to;
  }
  return outside + text.slice(copied);
}

/** `def upgrade():` */
const headOf = (fn: SyntaxNode, text: string): string => text.slice(fn.from, fn.getChild('Body')?.from ?? fn.to);

function statementsIn(
  interpreter: Interpreter,
  name: EvaluatedFunction['name'],
  { convention }: Surroundings,
): EvaluatedFunction {
  const doubts = [...interpreter.doubts];
  const unknownName = (span: Span): void => {
    doubts.push({ span, reason: "the application's naming convention is not known", ofSchema: false });
  };
  const made = {
    enums: new Set<string>(),
    asked: false,
    naming: convention === 'unknown' ? new Naming(null, unknownName) : new Naming(convention),
  };
  const operations = interpreter.operations.map(({ operation, shift }): EvaluatedOperation => {
    const known = evaluated.get(operation);
    if (known) return { operation, shift, statements: known };
    const before = doubts.length;
    made.asked = false;
    try {
      const statements = statementsOf(operation, made);
      for (const s of statements) {
        const at = s.text.indexOf('{{ }}');
        if (at >= 0)
          doubts.push({
            span: within({ start: s.from[at] as number, end: s.to[at] as number }, operation),
            reason: 'a part of the SQL is not known',
            ofSchema: false,
          });
      }
      if (doubts.length === before && !made.asked) evaluated.set(operation, statements);
      return { operation, shift, statements };
    } catch (error) {
      if (!(error instanceof NotEvaluable)) throw error;
      doubts.push({ span: within(error.span, operation), reason: error.message, ofSchema: changesSchema(operation) });
      return { operation, shift, statements: [] };
    }
  });
  return { name, operations, doubts, unordered: interpreter.unordered };
}

/** What stands in another file shows at the operation. */
const within = (span: Span, operation: Operation): Span => (span.start < 0 ? operation.span : span);

const rowsOnly = new Set(['bulk_insert', 'create_table_comment', 'drop_table_comment']);

/** Whether an operation that could not be worked out may change the schema. */
function changesSchema({ name, args }: Operation): boolean {
  if (rowsOnly.has(name)) return false;
  let value = name === 'execute' ? args[0] : undefined;
  for (; value?.kind === 'construct'; value = value.on ?? undefined)
    if (/^(?:insert|update|delete|select)$/.test(value.name)) return false;
  return true;
}

/** A revision's two functions, run: the SQL of each, statement by statement, and what could not be worked out. */
import type { Tree } from '@lezer/common';
import type { Span } from '../../syntax/tokens.ts';
import type { KnownConvention } from './environment.ts';
import { NotEvaluable } from './generated.ts';
import { type Doubt, Interpreter, type Operation } from './interpreter.ts';
import type { Mapped } from './mapped.ts';
import { type Modules, noModules } from './modules.ts';
import { Naming } from './naming.ts';
import { spanOf } from './nodes.ts';
import { statementsOf } from './operations.ts';

export interface EvaluatedOperation {
  readonly operation: Operation;
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

/** The functions that the file has, `upgrade` first. */
export function evaluateRevision(text: string, tree: Tree, around: Surroundings = nothingAround): EvaluatedFunction[] {
  const found: EvaluatedFunction[] = [];
  for (const name of ['upgrade', 'downgrade'] as const) {
    const interpreter = new Interpreter({ uri: around.uri, text, own: true }, around.modules);
    const scope = interpreter.module(tree.topNode);
    const fn = scope.get(name);
    if (fn?.kind !== 'function') continue;
    interpreter.recording = true;
    try {
      interpreter.call(fn, [], new Map(), fn.span);
    } catch {
      // code too deep to walk: what stands before it is kept
      interpreter.doubt(spanOf(fn.node), 'the code is too deep');
    }
    const unknownName = (span: Span): void => {
      doubts.push({ span, reason: "the application's naming convention is not known", ofSchema: false });
    };
    const { convention } = around;
    const made = {
      enums: new Set<string>(),
      naming: convention === 'unknown' ? new Naming(null, unknownName) : new Naming(convention),
    };
    const doubts = [...interpreter.doubts];
    const operations = interpreter.operations.map((operation): EvaluatedOperation => {
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
        return { operation, statements };
      } catch (error) {
        if (!(error instanceof NotEvaluable)) throw error;
        doubts.push({ span: within(error.span, operation), reason: error.message, ofSchema: changesSchema(operation) });
        return { operation, statements: [] };
      }
    });
    found.push({ name, operations, doubts, unordered: interpreter.unordered });
  }
  return found;
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

/** Column types that a project defines as classes: what they are on PostgreSQL, where their code tells. */
import type { Span } from '../../syntax/tokens.ts';
import { postgresDialect } from './dialect.ts';
import type { Interpreter } from './interpreter.ts';
import { memberOfClass } from './members.ts';
import { isType } from './types.ts';
import { type Class, type Construct, textOf, type Value } from './values.ts';

type Arguments = Pick<Construct, 'args' | 'keywords'>;

/** Deeper chains of types are not followed. */
const maxDepth = 5;

/**
 * SQLAlchemy's own type that an instance of the class is kept as; null where the class is no type, or its code does not tell.
 */
export function typeOfClass(run: Interpreter, type: Class, given: Arguments, span: Span): Value | null {
  const doubts = run.doubts.length;
  const found = typeFrom(run, type, given, span, 0);
  // where the code does not tell, the column's type is not known; that is all
  run.doubts.length = doubts;
  return found;
}

function typeFrom(run: Interpreter, type: Class, given: Arguments, span: Span, depth: number): Value | null {
  if (depth > maxDepth || memberOfClass(type, compiledElsewhere) || bringsConstraints(type)) return null;
  const inner = (value: Value, own: Arguments): Value | null => {
    const at = { ...value, span };
    if (at.kind === 'construct' && at.of) return typeFrom(run, at.of, at, span, depth + 1);
    if (at.kind === 'construct') return isType(at) ? at : null;
    if (at.kind === 'class') return typeFrom(run, at, own, span, depth + 1);
    if (at.kind === 'name' && isType(at))
      return { kind: 'construct', name: at.path.split('.').at(-1) as string, path: at.path, on: null, ...own, span };
    return null;
  };
  const passed = argumentsOfInit(run, type, given, span);
  const impl = memberOfClass(type, 'impl');
  const chosen = memberOfClass(type, 'load_dialect_impl');
  if (chosen?.kind === 'function') {
    const self: Construct = {
      ...{ kind: 'construct', span, name: type.name, path: '', on: null, of: type },
      ...(passed ?? { args: [], keywords: new Map() }),
    };
    const dialect: Value = { kind: 'name', path: postgresDialect, span };
    const held = impl && passed ? inner(impl, passed) : null;
    const returned = run.call(chosen, [held ? withImpl(self, held) : self, dialect], new Map(), span);
    return returned && inner(returned, none);
  }
  if (impl) return inner(impl, passed ?? none);
  const spec = memberOfClass(type, 'get_col_spec');
  if (spec?.kind === 'function') {
    const returned = run.call(spec, [{ kind: 'unknown', span }], new Map(), span);
    return returned && textOf(returned) !== null
      ? {
          kind: 'construct',
          name: 'raw',
          path: 'sqlalchemy.raw',
          on: null,
          args: [returned],
          keywords: new Map(),
          span,
        }
      : null;
  }
  const [base] = type.bases;
  return base && passed ? inner(base, passed) : null;
}

/** A type that is told of the tables it stands in may add checks to them. */
export const bringsConstraints = (type: Class, depth = 0): boolean =>
  type.bases.some((base) =>
    base.kind === 'name'
      ? /(?:^|\.)SchemaType$/.test(base.path)
      : base.kind === 'class' && depth < maxDepth && bringsConstraints(base, depth + 1),
  );

/** The member that marks a class which `@compiles` writes in a way of its own. */
export const compiledElsewhere = '@compiles';

const none: Arguments = { args: [], keywords: new Map() };

const withImpl = (self: Construct, impl: Value): Construct => ({
  ...self,
  keywords: new Map([...self.keywords, ['impl', impl]]),
});

/** What `__init__` passes on to the type that it is made of; null where that is not known. */
function argumentsOfInit(run: Interpreter, type: Class, given: Arguments, span: Span): Arguments | null {
  const init = memberOfClass(type, '__init__');
  if (init?.kind !== 'function') return given;
  const before = run.superInit;
  run.superInit = null;
  run.call(init, [{ kind: 'unknown', span }, ...given.args], given.keywords, span);
  const passed = run.superInit as Arguments | null;
  run.superInit = before;
  return passed;
}

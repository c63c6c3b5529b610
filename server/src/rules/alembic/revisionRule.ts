/** What a rule on the Python of Alembic's revisions is: one file, one default export made by {@link defineRevisionRule}. */
import type { Catalog } from '../../catalog/catalog.ts';
import type { EvaluatedFunction } from '../../sources/alembic/evaluate.ts';
import type { Operation } from '../../sources/alembic/interpreter.ts';
import type { Revision } from '../../sources/alembic/revision.ts';
import type { Construct } from '../../sources/alembic/values.ts';
import type { Span } from '../../syntax/tokens.ts';
import type { FindingDetails, Fix, RuleDocs, Severity } from '../rule.ts';

export interface RevisionExample {
  /** What an earlier revision's `upgrade()` has run. */
  readonly before?: string;
  /** Modules of the application, by the names of their files. */
  readonly modules?: Readonly<Record<string, string>>;
  /** Above the functions; the imports of `op` and `sa` when absent. */
  readonly top?: string;
  /** Gets the finding. The functions. */
  readonly unsafe: string;
  /** The same done well; gets no finding of this rule. */
  readonly safe: string;
}

export interface RevisionRuleContext {
  readonly revision: Revision;
  /** The schema before the revision; null where the files may not tell all of it. */
  schemaBefore(): Catalog | null;
  /** @param span of the file; so are the edits of the fixes */
  report(span: Span, message: string, help: string, fixes?: readonly Fix[], more?: FindingDetails): void;
}

export interface RevisionRule {
  /** Kebab-case, says what is wrong. */
  readonly id: string;
  readonly family: 'alembic';
  readonly severity: Severity;
  readonly docs: RuleDocs;
  readonly examples: readonly RevisionExample[];
  /** It says little of revisions that have run: not of those with many behind them. */
  readonly ofNewMigrations?: true;
  check(context: RevisionRuleContext): void;
}

export const defineRevisionRule = (definition: Omit<RevisionRule, 'family'>): RevisionRule => ({
  ...definition,
  family: 'alembic',
});

export interface PlacedOperation {
  readonly operation: Operation;
  /** Where in the file a part of the call stands; for what stands elsewhere, what is called. */
  at(span: Span): Span;
  /** Whether that is a part of the call. */
  holds(span: Span): boolean;
}

const placed = new WeakMap<EvaluatedFunction, readonly PlacedOperation[]>();

/** The operations of a function that are written in the file itself and run once, whatever is asked elsewhere. */
export function certainOperations(fn: EvaluatedFunction, revision: Revision): readonly PlacedOperation[] {
  let known = placed.get(fn);
  if (!known) {
    known = place(fn, revision);
    placed.set(fn, known);
  }
  return known;
}

function place({ operations }: EvaluatedFunction, { text }: Revision): PlacedOperation[] {
  const times = new Map<number, number>();
  for (const { operation, shift } of operations) {
    const start = operation.span.start + shift;
    times.set(start, (times.get(start) ?? 0) + 1);
  }
  return operations.flatMap(({ operation, shift }): PlacedOperation[] => {
    const { span, nameSpan, conditional } = operation;
    const moved = ({ start, end }: Span): Span => ({ start: start + shift, end: end + shift });
    const holds = ({ start, end }: Span): boolean => start >= span.start && end <= span.end;
    const call = moved(span);
    if (conditional || times.get(call.start) !== 1 || !isCallOf(operation.name, call, text)) return [];
    return [{ operation, holds, at: (part) => moved(holds(part) ? part : nameSpan) }];
  });
}

/** The `sa.Column(…)` of an `add_column`; null for other operations. */
export function columnAdded({ name, args, keywords, batch }: Operation): Construct | null {
  const value = name === 'add_column' ? (keywords.get('column') ?? args[batch ? 0 : 1]) : undefined;
  return value?.kind === 'construct' && value.name === 'Column' ? value : null;
}

/** Not what a function of another file does, for which the call in the revision stands. */
const isCallOf = (name: string, { start }: Span, text: string): boolean =>
  start >= 0 && text.slice(start, text.indexOf('(', start)).trimEnd().endsWith(name);

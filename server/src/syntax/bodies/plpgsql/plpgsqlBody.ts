/** What is read from a PL/pgSQL body. All offsets are UTF-16 offsets into the body's text; `end` is exclusive. */
import type { ParseOutcome } from '../../parser.ts';
import type { Span } from '../../tokens.ts';

/**
 * statement: stands by itself. query: what PERFORM, FOR … IN, RETURN QUERY, OPEN … FOR or a cursor runs. condition: of IF,
 * WHILE, EXIT WHEN, ASSERT. expression: any other value.
 */
export type EmbeddedKind = 'statement' | 'query' | 'condition' | 'expression';

/** SQL that a body runs, made whole: without INTO's targets, and with SELECT before an expression. */
export interface BodyStatement extends Span {
  readonly kind: EmbeddedKind;
  /** What `parsed` was parsed from. */
  readonly sql: string;
  readonly parsed: ParseOutcome;
  /** Offset in `sql` → offset in the body's text. */
  toBody(offset: number): number;
}

/** The value that an EXECUTE runs as SQL. */
export interface DynamicStatement extends Span {}

export interface Variable extends Span {
  /** As Postgres folds it. */
  readonly name: string;
  readonly kind: 'variable' | 'constant' | 'cursor' | 'alias' | 'loop variable';
  /** As written; '' for a cursor, an alias and a loop variable. */
  readonly type: string;
}

/**
 * Where names are visible: a block, a loop (for its label and the variable that it declares itself), or a cursor's query (for
 * the cursor's arguments, with the cursor's name as label).
 */
export interface Scope extends Span {
  readonly kind: 'block' | 'loop' | 'cursor';
  readonly label: string | null;
  readonly variables: readonly Variable[];
  readonly scopes: readonly Scope[];
}

/** Variables that rows are put into: behind INTO, and those of FOR over rows. */
export interface RowTarget {
  /** Parts of each name, as Postgres folds them: `INTO a, r.b` → [['a'], ['r', 'b']]. Subscripts are left out. */
  readonly variables: readonly (readonly string[])[];
  /** The query that the rows come from; null for EXECUTE, FETCH, arrays and cursors. */
  readonly source: BodyStatement | null;
}

/** An edit of the body's text that should mend a problem. */
export interface BodyEdit extends Span {
  readonly title: string;
  readonly newText: string;
}

export type BodyProblem =
  /** Found by our reading of the blocks. */
  | (Span & { readonly kind: 'structure'; readonly message: string; readonly mend: BodyEdit | null })
  /** The grammar does not take this piece: its `parsed` is an error. */
  | (Span & { readonly kind: 'sql'; readonly message: string; readonly piece: BodyStatement });

export interface PlpgsqlBody {
  readonly statements: readonly BodyStatement[];
  readonly dynamic: readonly DynamicStatement[];
  readonly rowTargets: readonly RowTarget[];
  /** The outermost block; null when there is none. */
  readonly scope: Scope | null;
  readonly problems: readonly BodyProblem[];
  /** RETURN without a value. */
  readonly bareReturns: readonly Span[];
  /** Blocks are nested deeper than is read; nothing is known about what lies deeper. */
  readonly tooDeep: boolean;
}

/** What a rule is: one file, one default export made by {@link defineRule}. */
import type { Node } from '@pgsql/types';
import type { FinalSchema, SchemaReader } from '../catalog/schema.ts';
import type { Session } from '../catalog/session.ts';
import type { Effects } from '../facts/effects.ts';
import type { Routines } from '../syntax/bodies/routines.ts';
import type { Span, Tokens } from '../syntax/tokens.ts';
import type { NodeOf, NodeType } from '../syntax/walk.ts';

/**
 * error: fails when it runs. warning: can take a busy site down, break its clients or lose data. information: will hurt
 * later. hint: style.
 */
export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** Replaces `span` of the statement's text; an empty span inserts. */
export interface Edit extends Span {
  readonly newText: string;
}

/** A migration that is to run after the one at hand, as a new file in the history's own form. */
export interface FollowUp {
  /** Words for the file's name, in snake_case: `validate_orders_customer_id_fkey`. */
  readonly name: string;
  /** Without terminators. */
  readonly statements: readonly string[];
  /** What undoes them, in order; nothing when absent. */
  readonly undo?: readonly string[];
  /** Its statements cannot run in a transaction, or must not share one. */
  readonly outsideTransaction: boolean;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
  /** New migrations in the order in which they run; only where {@link RuleContext.takesFollowUps}. */
  readonly followUps?: readonly FollowUp[];
  /** What the file's own backward part must undo besides, before all else. */
  readonly undo?: readonly string[];
  /** Name of the index or constraint that the follow-ups make in place of the statement: offered where others stand in the file. */
  readonly moves?: string;
  /** What undoes the file's statement would no longer fit: offered where the file has no backward part. */
  readonly forwardOnly?: true;
  /** The statement can only run outside a transaction then: offered where it is alone in its file and the tool can be told so. */
  readonly outside?: true;
  /** New files, by URI: for findings of a history's files. */
  readonly created?: readonly { readonly uri: string; readonly text: string }[];
  /** All that it makes of the statement is to run outside a transaction, in its place: for sources that can write that. */
  readonly apart?: true;
  /** The result means the same and holds weaker locks: fit for "fix all". */
  readonly safe: boolean;
}

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly span: Span;
  /** What is wrong here, in one sentence. */
  readonly message: string;
  /** What to do instead. */
  readonly help: string;
  readonly fixes: readonly Fix[];
  readonly related?: readonly RelatedPlace[];
}

/** Another place that belongs to a finding. */
export interface RelatedPlace {
  readonly span: Span;
  readonly message: string;
  /** The statement whose text the span counts in, of any file of the row; the finding's own when absent. */
  readonly statement?: object;
}

export interface Example {
  /** Run before it: the tables that the statement is about. */
  readonly schema?: string;
  /** Gets the finding. */
  readonly unsafe: string;
  /** The same done well; gets no finding of this rule. */
  readonly safe: string;
  /** The oldest Postgres that takes the safe form; 14 when absent. */
  readonly from?: number;
}

export interface RuleDocs {
  /** What the rule finds, in one sentence. */
  readonly summary: string;
  /** Why it matters: what Postgres does. */
  readonly why: string;
  /** When it is all right to ignore. */
  readonly fine: string;
  /** The page of Postgres's documentation that says so. */
  readonly source: string;
}

export type StatementType = NodeType;

export interface RuleContext {
  /** The statement's text with its leading comments; all spans are offsets into it. */
  readonly text: string;
  readonly tokens: Tokens;
  /** Where the statement itself begins and ends; the terminator is outside. */
  readonly body: Span;
  /** The schema and session just before the statement runs. */
  readonly before: SchemaReader;
  /** What the statement locks, rewrites and scans; null where nothing is known of it. */
  readonly effects: Effects | null;
  /** The bodies of functions: of the one that the statement creates, and of those that the catalog holds. */
  readonly routines: Routines;
  /** Major version of Postgres that the file is for. */
  readonly targetVersion: number;
  /** Whether the file is a migration of a history that can be given new ones behind it. */
  readonly takesFollowUps: boolean;
  /**
   * Whether the files that run before tell everything that was ever done to the schema; otherwise only what the file itself
   * creates is wholly known.
   */
  readonly wholeHistory: boolean;
  /** Name of the connected database in which all else is as it is before the file; null where files tell that. */
  readonly database: string | null;
  report(span: Span, message: string, help: string, fixes?: readonly Fix[], more?: FindingDetails): void;
}

export interface FindingDetails {
  /** Where a case is graver or lighter than the rule's own severity. */
  readonly severity?: Severity;
  readonly related?: Finding['related'];
}

/** A statement looked at again when all have run, for what later statements may still put right. */
export interface ConclusionContext extends Omit<RuleContext, 'before' | 'effects'> {
  /** The session just before the statement ran. */
  readonly session: Session;
  /** The session at the end of the statement's own file. */
  readonly ending: Session;
  /** The schema at the end of the history, or of the file where that belongs to none. */
  readonly after: FinalSchema;
}

export type RuleFamily =
  | 'locks'
  | 'transactions'
  | 'breaking'
  | 'schema'
  | 'indexes'
  | 'queries'
  | 'security'
  | 'partitions'
  | 'functions'
  | 'names';

export interface RuleDefinition {
  /** Kebab-case, says what is wrong in Postgres's own terms. */
  readonly id: string;
  readonly family: RuleFamily;
  readonly severity: Severity;
  readonly docs: RuleDocs;
  readonly examples: readonly Example[];
  /**
   * It relies on what earlier files of the file's own history left: not for a file beside a history (a dump of the whole
   * schema, the way back of a migration), which does not begin at that history's end.
   */
  readonly ofOwnHistory?: true;
  /**
   * It is about how the file will run, and says the same of nearly every file: not of migrations with many behind them, which
   * have been run.
   */
  readonly ofNewMigrations?: true;
  /** By the type of statement that it looks at, just before that runs. */
  readonly check?: { readonly [K in StatementType]?: (node: NodeOf<K>, context: RuleContext) => void };
  /**
   * By the type of statement, with the schema at the end of its file, in a history at that of the last one: what a later
   * migration has put right is not worth a word.
   */
  readonly conclude?: { readonly [K in StatementType]?: (node: NodeOf<K>, context: ConclusionContext) => void };
}

export interface Rule extends RuleDefinition {
  /** The check, whatever the type of the statement. */
  run(node: Node, context: RuleContext): void;
  runConclusion(node: Node, context: ConclusionContext): void;
}

type Looks<C> = Readonly<Record<string, ((node: unknown, context: C) => void) | undefined>> | undefined;

function look<C>(looks: Looks<C>, node: Node, context: C): void {
  if (!looks) return;
  for (const type in node) looks[type]?.((node as Record<string, unknown>)[type], context);
}

export function defineRule(definition: RuleDefinition): Rule {
  return {
    ...definition,
    run: (node, context) => look(definition.check as Looks<RuleContext>, node, context),
    runConclusion: (node, context) => look(definition.conclude as Looks<ConclusionContext>, node, context),
  };
}

/** What a rule is: one file, one default export made by {@link defineRule}. */
import type { Node } from '@pgsql/types';
import type { SchemaReader } from '../catalog/schema.ts';
import type { Span, Tokens } from '../syntax/tokens.ts';

/**
 * error: fails when it runs. warning: can take a busy site down, break its clients or lose data. information: will hurt
 * later. hint: style.
 */
export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** Replaces `span` of the statement's text; an empty span inserts. */
export interface Edit extends Span {
  readonly newText: string;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
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
  /** Other places in the statement that belong to it. */
  readonly related?: readonly { readonly span: Span; readonly message: string }[];
}

export interface Example {
  /** Run before it: the tables that the statement is about. */
  readonly schema?: string;
  /** Gets the finding. */
  readonly unsafe: string;
  /** The same done well; gets no finding of this rule. */
  readonly safe: string;
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

type KeysOfUnion<T> = T extends T ? keyof T : never;
export type StatementType = KeysOfUnion<Node>;
type NodeOf<K extends StatementType> = Extract<Node, Record<K, unknown>>[K];

export interface RuleContext {
  /** The statement's text with its leading comments; all spans are offsets into it. */
  readonly text: string;
  readonly tokens: Tokens;
  /** Where the statement itself begins and ends; the terminator is outside. */
  readonly body: Span;
  /** The schema and session just before the statement runs. */
  readonly before: SchemaReader;
  /** Major version of Postgres that the file is for. */
  readonly targetVersion: number;
  report(span: Span, message: string, help: string, fixes?: readonly Fix[]): void;
}

export interface RuleDefinition {
  /** Kebab-case, says what is wrong in Postgres's own terms. */
  readonly id: string;
  readonly family: 'locks' | 'transactions' | 'breaking' | 'queries';
  readonly severity: Severity;
  readonly docs: RuleDocs;
  readonly examples: readonly Example[];
  /** By the type of statement that it looks at. */
  readonly check: { readonly [K in StatementType]?: (node: NodeOf<K>, context: RuleContext) => void };
}

export interface Rule extends RuleDefinition {
  /** The check, whatever the type of the statement. */
  run(node: Node, context: RuleContext): void;
}

export function defineRule(definition: RuleDefinition): Rule {
  return {
    ...definition,
    run(node, context) {
      for (const [type, value] of Object.entries(node)) {
        const check = (definition.check as Record<string, ((node: unknown, context: RuleContext) => void) | undefined>)[
          type
        ];
        check?.(value, context);
      }
    },
  };
}

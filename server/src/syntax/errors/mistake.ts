/** What is known about a syntax error beyond Postgres's own message. */
import type { Span } from '../tokens.ts';
import type { BrokenStatement } from './brokenStatement.ts';

/** Replaces `span` of the statement's text; an empty span inserts. */
export interface Edit extends Span {
  readonly newText: string;
}

export interface Mend {
  readonly title: string;
  readonly edits: readonly Edit[];
  /** There is only one thing that the author can have meant, and this writes it. */
  readonly safe: boolean;
}

export interface Mistake {
  /** What is to be changed. */
  readonly span: Span;
  /** What is wrong here, in one sentence. */
  readonly message: string;
  /** What to do instead; empty where the message says it. */
  readonly help: string;
  /** Each of them was tried: with it the statement parses, or the parser comes further. */
  readonly fixes: readonly Mend[];
  /** Other places that belong to the mistake, such as the parenthesis that is not closed. */
  readonly related?: readonly { readonly span: Span; readonly message: string }[];
}

/** Knows one mistake. Null when the statement does not show it, or when no fix proves that it is the mistake. */
export type Recogniser = (broken: BrokenStatement) => Mistake | null;

/** What a rule is given: one object for all rules that look at a statement, one after another. */
import type { Node } from '@pgsql/types';
import type { FinalSchema, SchemaReader } from '../catalog/schema.ts';
import type { Effects } from '../facts/effects.ts';
import type { ConclusionContext, Finding, FindingDetails, Fix, Rule, RuleContext } from '../rules/rule.ts';
import type { Routines } from '../syntax/bodies/routines.ts';
import { type Span, Tokens } from '../syntax/tokens.ts';
import { effectsFor } from './effectsFor.ts';
import type { ReviewOptions } from './review.ts';

export interface Subject {
  readonly text: string;
  readonly body: Span;
  readonly routines: Routines;
  /** It may hold other names than its tree has. */
  readonly templated?: boolean;
}

let last: { readonly text: string; readonly body: Span; readonly tokens: Tokens } | null = null;

/** A statement's two looks follow one another. */
function tokensOf(text: string, body: Span): Tokens {
  if (last?.text !== text || last.body.start !== body.start || last.body.end !== body.end)
    last = { text, body, tokens: new Tokens(text, body.start, body.end) };
  return last.tokens;
}

class Look {
  /** The one that looks: what is reported is its finding. */
  rule: Rule | null = null;
  readonly text: string;
  readonly body: Span;
  readonly routines: Routines;
  readonly targetVersion: number;
  readonly takesFollowUps: boolean;
  readonly wholeHistory: boolean;
  readonly database: string | null;
  #tokens: Tokens | null = null;
  readonly #found: (finding: Finding) => void;

  constructor({ text, body, routines }: Subject, options: ReviewOptions, found: (finding: Finding) => void) {
    this.text = text;
    this.body = body;
    this.routines = routines;
    this.targetVersion = options.targetVersion;
    this.takesFollowUps = options.takesFollowUps ?? false;
    this.wholeHistory = options.wholeHistory ?? false;
    this.database = options.database?.name ?? null;
    this.#found = found;
  }

  /** Most rules are content with the tree. */
  get tokens(): Tokens {
    this.#tokens ??= tokensOf(this.text, this.body);
    return this.#tokens;
  }

  // rules take it out of the context
  readonly report = (
    span: Span,
    message: string,
    help: string,
    fixes: readonly Fix[] = [],
    { severity, related }: FindingDetails = {},
  ): void => {
    const { rule } = this;
    if (!rule) throw new Error('a finding of no rule');
    this.#found({
      rule: rule.id,
      severity: severity ?? rule.severity,
      span,
      message,
      help,
      fixes,
      ...(related ? { related } : {}),
    });
  };
}

export class LookBefore extends Look implements RuleContext {
  readonly before: SchemaReader;
  readonly #node: Node;
  readonly #options: ReviewOptions;

  constructor(
    subject: Subject,
    options: ReviewOptions,
    found: (finding: Finding) => void,
    node: Node,
    before: SchemaReader,
  ) {
    super(subject, options, found);
    this.before = before;
    this.#node = node;
    this.#options = options;
  }

  get effects(): Effects | null {
    return effectsFor(this.#node, this.before, this.#options);
  }
}

export class LookAtEnd extends Look implements ConclusionContext {
  readonly session: ConclusionContext['session'];
  readonly ending: ConclusionContext['ending'];
  readonly after: FinalSchema;

  constructor(
    subject: Subject,
    options: ReviewOptions,
    found: (finding: Finding) => void,
    { session, ending }: Pick<ConclusionContext, 'session' | 'ending'>,
    after: FinalSchema,
  ) {
    super(subject, options, found);
    this.session = session;
    this.ending = ending;
    this.after = after;
  }
}

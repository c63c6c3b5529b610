/** What each tool says of a statement, and whether that is right. */

import type { Compared } from './statements.ts';
import type { Truth } from './truth.ts';

export interface Answer {
  /** The rules that spoke of what the statement does, without those of style; with what they said. */
  readonly said: readonly { readonly rule: string; readonly message: string }[];
}

export type Verdict =
  /** It warned of what there is to warn of, or rightly said nothing. */
  | 'right'
  /** It said nothing of a statement that fails, blocks, or loses something. */
  | 'missed'
  /** It warned of what does not happen. */
  | 'false';

const speaksOfFailure =
  /\bfail|\bcannot\b|\bcan't\b|\brefuse|\bnot allowed\b|\berror\b|\binvalid\b|\balready exists\b|\bdoes not exist\b|\bmust\b|\brequired\b/i;

/**
 * Of a statement that fails only that is counted which says so. A brief lock is nobody's mistake, whether it is told or not. But who speaks of a rewrite where nothing is rewritten is
 * wrong, and so is who warns of a statement that makes nobody wait, or calls one that runs a mistake of syntax.
 */
export function verdictOf({ loses }: Compared, { kind, effects }: Truth, { said }: Answer): Verdict {
  if (kind === 'fails') return said.some((s) => speaksOfFailure.test(s.message)) ? 'right' : 'missed';
  if (said.some((s) => s.rule.startsWith('syntax'))) return 'false';
  const claimsRewrite = said.some(
    (s) =>
      /\brewrit/i.test(s.message) && !/\b(?:no|not|without|avoid\w*|may|might|can)\b[^.]*\brewrit/i.test(s.message),
  );
  if (claimsRewrite && effects.rewrites.length === 0) return 'false';
  const dangerous = kind === 'blocks' || loses !== undefined;
  if (dangerous) return said.length > 0 ? 'right' : 'missed';
  if (kind === 'brief') return 'right';
  return said.length > 0 ? 'false' : 'right';
}

/**
 * `-- pgreview-ignore rule-a, rule-b: reason` in the comments above a statement silences these rules (all of them when
 * none is named) for it; `-- pgreview-ignore-file rule-a: reason` anywhere silences them in the whole file.
 */
import { tokenize } from '../text/lexer.ts';

export interface Suppression {
  /** Null: every rule. */
  readonly rules: ReadonlySet<string> | null;
}

const pattern = /pgreview-ignore(-file)?(?![\w-])[ \t]*([a-z0-9-]+(?:[ \t]*,[ \t]*[a-z0-9-]+)*)?/g;

export function suppressionsIn(comments: string): { readonly statement: Suppression[]; readonly file: Suppression[] } {
  const result: { statement: Suppression[]; file: Suppression[] } = { statement: [], file: [] };
  if (!comments.includes('pgreview-ignore')) return result;
  for (const match of comments.matchAll(pattern)) {
    const names = match[2]?.split(',').map((name) => name.trim());
    result[match[1] ? 'file' : 'statement'].push({ rules: names ? new Set(names) : null });
  }
  return result;
}

/** The comments among `text`, joined: a string that mentions pgreview-ignore suppresses nothing. */
export function commentsOf(text: string, start: number, end: number): string {
  if (!text.includes('pgreview-ignore')) return '';
  return tokenize(text, start, end)
    .filter((t) => t.kind === 'comment')
    .map((t) => text.slice(t.start, t.end))
    .join('\n');
}

export const silences = (suppressions: readonly Suppression[], rule: string): boolean =>
  suppressions.some((s) => s.rules === null || s.rules.has(rule));

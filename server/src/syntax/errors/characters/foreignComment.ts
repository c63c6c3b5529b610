/** `# comment`, `// comment`, `— comment`: Postgres knows `--` and `/* … *\/`. */
import { beforeEdits } from '../edits.ts';
import type { Edit, Recogniser } from '../mistake.ts';

export const foreignComment: Recogniser = (broken) => {
  const { text, tokens } = broken;
  const edits: Edit[] = [];
  for (const token of tokens.all) {
    const written = text.slice(token.start, token.end);
    const mark = /^(?:#+|\/\/+|—+)/.exec(written)?.[0];
    if (!mark || (token.kind !== 'operator' && token.kind !== 'word')) continue;
    // what stands behind a comment's mark on its line belongs to the comment
    const last = edits.at(-1);
    if (last && !text.slice(last.start, token.start).includes('\n')) continue;
    edits.push({ start: token.start, end: token.start + mark.length, newText: '--' });
  }
  const errorEnd = broken.atEnd ? broken.end : tokens.span(broken.at).end;
  const nearby = edits.findLast((e) => e.start < errorEnd);
  if (!nearby) return null;
  // a comment that swallows the rest proves nothing, unless what is left is whole
  const proven = (tried: readonly Edit[]): boolean =>
    broken.proves(tried) &&
    (broken.parses(tried) || (beforeEdits(broken.errorAfter(tried), tried) ?? broken.end) < broken.end);
  const alone = proven([nearby]);
  if (!alone && !(edits.length > 1 && proven(edits))) return null;
  const mark = text.slice(nearby.start, nearby.end);
  return {
    span: nearby,
    message: `${mark} does not begin a comment in Postgres: -- does.`,
    help: '',
    fixes: [{ title: 'Replace by --', edits: alone ? [nearby] : edits, safe: false }],
  };
};

/** CREATE of a schema or an extension that is there already: the finding, and IF NOT EXISTS as its fix. */
import { insertAt } from '../edits.ts';
import type { RuleContext } from '../rule.ts';

/** @param word the kind of object as it stands behind CREATE */
export function reportAlreadyThere(word: 'schema' | 'extension', name: string, context: RuleContext): void {
  const { tokens } = context;
  context.report(
    tokens.span(0, 2),
    `This fails: the files have already created the ${word} ${name}.`,
    'Leave it out, or write IF NOT EXISTS.',
    [
      {
        title: 'Create it only IF NOT EXISTS',
        safe: false,
        edits: [insertAt(tokens.span(1).end, tokens.written(1) === word ? ' if not exists' : ' IF NOT EXISTS')],
      },
    ],
  );
}

/** `IF [NOT] EXISTS` where the statement has none, or in the wrong place; `CREATE OR REPLACE` likewise. */
import type { BrokenStatement } from '../brokenStatement.ts';
import { insert } from '../edits.ts';
import type { Edit, Mend, Recogniser } from '../mistake.ts';

export const ifExists: Recogniser = (broken) => {
  const { tokens } = broken;
  const place = conditionAt(broken);
  if (place < 0) return null;
  const width = tokens.word(place + 1) === 'not' ? 3 : 2;
  const words = broken.text.slice(tokens.span(place).start, tokens.span(place + width - 1).end);
  const span = tokens.span(place, place + width - 1);
  const cut: Edit = { start: tokens.span(place - 1).end, end: span.end, newText: '' };
  const moved = inFrontOfName(broken, place, words, cut);
  if (moved)
    return {
      span,
      message: `${words} stands in front of the name, not behind it.`,
      help: '',
      fixes: [moved],
    };
  if (!broken.proves([cut])) return null;
  const subject = subjectOf(broken, place);
  if (subject === null) return null;
  const mends: Mend[] = [{ title: `Remove ${words}`, edits: [cut], safe: false }];
  if (tokens.word(0) === 'create' && width === 2) {
    const not = insert(tokens.span(place).end, ` ${broken.keyword('NOT')}`);
    mends.unshift({ title: `Change to ${broken.keyword('IF NOT EXISTS')}`, edits: [not], safe: false });
  }
  if (tokens.word(0) === 'create' && width === 3) {
    const replacing = [insert(tokens.span(0).end, ` ${broken.keyword('OR REPLACE')}`), cut];
    mends.push({ title: `Use ${broken.keyword('CREATE OR REPLACE')}`, edits: replacing, safe: false });
  }
  if (/^add constraint$/i.test(subject) && width === 3) {
    const name = tokens.written(place + width);
    const again = broken.text.slice(tokens.span(0).start, tokens.span(place - 3).end);
    const drop = `${again} ${broken.keyword('DROP CONSTRAINT IF EXISTS')} ${name};\n`;
    mends.push({
      title: 'Drop the constraint first if it exists',
      edits: [insert(tokens.span(0).start, drop), cut],
      safe: false,
    });
  }
  return {
    span,
    message: `${subject} takes no ${words.toUpperCase()}.`,
    help: '',
    fixes: broken.proven(mends),
  };
};

export const orReplace: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(0) !== 'create' || tokens.word(1) !== 'or' || tokens.word(2) !== 'replace' || at < 3) return null;
  const kindEnd = /^(?:materialized|foreign|temp|temporary|unlogged|unique)$/.test(tokens.word(3)) ? 4 : 3;
  if (at > kindEnd + 3) return null;
  const kind = broken.text.slice(tokens.span(3).start, tokens.span(kindEnd).end);
  const cut: Edit = { start: tokens.span(0).end, end: tokens.span(2).end, newText: '' };
  if (!broken.proves([cut])) return null;
  const ifNotExists = [cut, insert(tokens.span(kindEnd).end, ` ${broken.keyword('IF NOT EXISTS')}`)];
  return {
    span: tokens.span(1, 2),
    message: `CREATE ${kind.toUpperCase()} takes no OR REPLACE.`,
    help: '',
    fixes: broken.proven([
      {
        title: `Use ${broken.keyword('IF NOT EXISTS')}: an existing one stays as it is`,
        edits: ifNotExists,
        safe: false,
      },
      { title: `Remove ${broken.text.slice(tokens.span(1).start, tokens.span(2).end)}`, edits: [cut], safe: false },
    ]),
  };
};

/** The IF at the error or just before it. */
function conditionAt(broken: BrokenStatement): number {
  const { tokens, at } = broken;
  for (const i of [at, at - 1, at - 2])
    if (
      i > 0 &&
      tokens.word(i) === 'if' &&
      (tokens.word(i + 1) === 'exists' || (tokens.word(i + 1) === 'not' && tokens.word(i + 2) === 'exists'))
    )
      return i;
  return -1;
}

/** `DROP TABLE t IF EXISTS` → `DROP TABLE IF EXISTS t`. */
function inFrontOfName(broken: BrokenStatement, place: number, words: string, cut: Edit): Mend | null {
  const { tokens } = broken;
  let name = place - 1;
  while (tokens.word(name - 1) === '.') name -= 2;
  // behind a verb and its object, before the name
  if (name < 2) return null;
  const edits = [insert(tokens.span(name).start, `${words} `), cut];
  return broken.proves(edits) ? { title: `Move ${words} in front of the name`, edits, safe: false } : null;
}

/** "CREATE POLICY", "ADD CONSTRAINT": the words in front of the condition; null where it is not about the object itself. */
function subjectOf(broken: BrokenStatement, place: number): string | null {
  const { tokens } = broken;
  let first = place - 1;
  while (first > 0 && !/^(?:create|drop|alter|add|rename|comment)$/.test(tokens.word(first))) first--;
  if (place - first > 4) return null;
  return broken.text
    .slice(tokens.span(first).start, tokens.span(place - 1).end)
    .replace(/\s+/g, ' ')
    .toUpperCase();
}

/** A parenthesis or bracket that is never closed, or one that closes nothing. */
import type { BrokenStatement } from '../brokenStatement.ts';
import { insert, remove } from '../edits.ts';
import type { Mend, Mistake, Recogniser } from '../mistake.ts';

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']' };

export const parentheses: Recogniser = (broken) => {
  const { open, extra, lastPair } = pairs(broken);
  if (extra !== null) return extra === broken.at ? closesNothing(broken, extra, lastPair) : null;
  const innermost = open.at(-1);
  return innermost === undefined ? null : neverClosed(broken, open, innermost);
};

/** Token indexes: what is open at the error; over the whole statement, the first that closes nothing. */
function pairs(broken: BrokenStatement): { open: number[]; extra: number | null; lastPair: number | null } {
  const { tokens, at } = broken;
  const stack: number[] = [];
  let openAtError: number[] | null = null;
  let lastPair: number | null = null;
  for (let i = 0; i < tokens.length; i++) {
    if (i === at) openAtError = [...stack];
    const word = tokens.word(i);
    if (word === '(' || word === '[') stack.push(i);
    else if (word === ')' || word === ']') {
      const partner = stack.pop();
      if (partner === undefined) return { open: [], extra: i, lastPair };
      lastPair = partner;
    }
  }
  // closed further on, they are no mistake
  const unclosed = stack.length;
  return { open: unclosed > 0 ? (openAtError ?? stack) : [], extra: null, lastPair };
}

function closesNothing(broken: BrokenStatement, at: number, lastPair: number | null): Mistake {
  const written = broken.tokens.written(at);
  const fixes = broken.proven([{ title: `Remove the ${written}`, edits: [remove(broken, at)], safe: false }]);
  return {
    span: broken.spanOf(at),
    message: `This ${written} closes nothing: all parentheses in front of it are closed already.`,
    help: '',
    fixes,
    related:
      lastPair === null ? [] : [{ span: broken.spanOf(lastPair), message: 'The last one that was opened is this.' }],
  };
}

function neverClosed(broken: BrokenStatement, open: readonly number[], innermost: number): Mistake | null {
  const { tokens, at } = broken;
  const written = tokens.written(innermost);
  const close = closing[written] as string;
  const related = [{ span: tokens.span(innermost), message: `This ${written} is not closed.` }];
  if (broken.atEnd) {
    const all = open
      .map((i) => closing[tokens.word(i)] as string)
      .reverse()
      .join('');
    const title = all.length > 1 ? `Close the ${all.length} parentheses with ${all}` : `Add the missing ${close}`;
    const fixes = broken.proven([{ title, edits: [insert(broken.end, all)], safe: false }]);
    return {
      span: tokens.span(tokens.length - 1),
      message:
        fixes.length > 0
          ? `${all} is missing: the statement ends inside a parenthesis.`
          : 'The statement ends inside a parenthesis that is not closed.',
      help: '',
      fixes,
      related,
    };
  }
  // where it parses with it; the nearest to the error first
  for (let place = at; place > innermost + 1 && place > at - 8; place--) {
    const edits = [insert(tokens.span(place - 1).end, close)];
    if (!(place === at ? broken.proves(edits, 2) : broken.parses(edits))) continue;
    const mend: Mend = { title: `Add the missing ${close}`, edits, safe: false };
    return {
      span: tokens.span(place - 1),
      message: `A ${close} is missing behind ${tokens.written(place - 1)}.`,
      help: '',
      fixes: [mend],
      related,
    };
  }
  return null;
}

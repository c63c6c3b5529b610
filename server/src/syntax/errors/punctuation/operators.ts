/** Operators that are torn apart or turned round (`> =`, `=>`), or another language's (`!x`, `a && b` for AND). */
import type { Edit, Mistake, Recogniser } from '../mistake.ts';

const joined: Readonly<Record<string, string>> = {
  '>=': '>=',
  '<=': '<=',
  '<>': '<>',
  '!=': '!=',
  '=>': '>=',
  '=<': '<=',
  '==': '=',
  '><': '<>',
  '||': '||',
  '&&': '&&',
};

export const tornOperator: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.all[at]?.kind !== 'operator' || tokens.word(at - 1) === 'operator') return null;
  const torn = tokens.all[at - 1]?.kind === 'operator';
  const first = torn ? at - 1 : at;
  const written = torn ? tokens.written(first) + tokens.written(at) : tokens.written(at);
  const right = joined[written];
  if (!right || (!torn && right === written)) return null;
  const span = tokens.span(first, at);
  const edits = [{ ...span, newText: right }];
  if (!broken.proves(edits)) return null;
  return {
    span,
    message: torn
      ? `These are two operators: ${right} is written without a space${right === written ? '' : ' and this way round'}.`
      : `${written} names an argument of a function: the comparison is written ${right}.`,
    help: '',
    fixes: [{ title: `Replace by ${right}`, edits, safe: false }],
  };
};

const words = new Map([
  ['&&', 'AND'],
  ['||', 'OR'],
  ['==', '='],
  ['!', 'NOT'],
]);

/** `a = 1 && b = 2`: Postgres's && compares arrays and ranges, its || joins strings, both before = does. */
export const operatorForWord: Recogniser = (broken) => {
  const { tokens, at } = broken;
  // the nearest operators up to the error, first alone, then together
  const near: number[] = [];
  for (let i = Math.min(at, tokens.length - 1); i >= 0 && near.length < 8; i--)
    if (tokens.all[i]?.kind === 'operator' && words.has(tokens.written(i))) near.push(i);
  const one = near[0];
  if (one === undefined) return null;
  const edit = (i: number): Edit => {
    const word = words.get(tokens.written(i)) as string;
    return { ...tokens.span(i), newText: `${broken.keyword(word)}${word === 'NOT' ? ' ' : ''}` };
  };
  const all = tokens.all.flatMap((t, i) => (t.kind === 'operator' && words.has(tokens.written(i)) ? [edit(i)] : []));
  for (const edits of [[edit(one)], all]) {
    if (!broken.proves(edits)) continue;
    return mistake(tokens.written(one), tokens.span(one), edits);
  }
  return null;
};

function mistake(written: string, span: Mistake['span'], edits: readonly Edit[]): Mistake {
  const word = words.get(written) as string;
  const help: Readonly<Record<string, string>> = {
    '&&': 'In Postgres && asks whether two arrays or ranges overlap, and binds tighter than a comparison.',
    '||': 'In Postgres || joins strings and arrays, and binds tighter than a comparison.',
    '!': 'Postgres has no operator ! for "not".',
    '==': 'Postgres has no operator == of its own.',
  };
  return {
    span,
    message: `${written} does not mean ${word} in Postgres: write ${word}.`,
    help: help[written] ?? '',
    fixes: [{ title: `Replace ${written} by ${word}`, edits, safe: false }],
  };
}

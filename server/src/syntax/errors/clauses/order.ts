/** `WHERE` behind `ORDER BY`, `ORDER BY` behind `LIMIT`: clauses that are all there, in the wrong order. */
import type { BrokenStatement } from '../brokenStatement.ts';
import { insert } from '../edits.ts';
import type { Recogniser } from '../mistake.ts';

const begins =
  /^(?:from|where|group|having|window|order|limit|offset|fetch|for|returning|set|join|left|right|inner|full|cross|on|values|union|except|intersect)$/;
const joins = /^(?:join|left|right|inner|full|cross)$/;

interface Clause {
  readonly first: number;
  readonly last: number;
  readonly name: string;
}

export const clauseOrder: Recogniser = (broken) => {
  const { text, tokens, at } = broken;
  const clauses = clausesAround(broken);
  const wrong = clauses.findIndex((c) => c.first === at);
  const clause = clauses[wrong];
  if (!clause) return null;
  const moved = tokens.span(clause.first, clause.last);
  const behindPrevious = tokens.span(clause.first - 1).end;
  const cut = { start: behindPrevious, end: moved.end, newText: '' };
  const words = text.slice(moved.start, moved.end);
  for (let i = wrong - 1; i >= 0; i--) {
    const target = clauses[i] as Clause;
    const place = tokens.span(target.first).start;
    const edits = [insert(place, `${words}${text.slice(behindPrevious, moved.start)}`), cut];
    if (!broken.proves(edits)) continue;
    return {
      span: tokens.span(clause.first, Math.min(clause.last, clause.first + (clause.name.includes(' ') ? 1 : 0))),
      message: `${clause.name} stands in front of ${target.name}, not behind it.`,
      help: '',
      fixes: [{ title: `Move ${clause.name} in front of ${target.name}`, edits, safe: false }],
      related: [{ span: tokens.span(target.first), message: `${clause.name} belongs in front of this.` }],
    };
  }
  return null;
};

/** The clauses of the SELECT, UPDATE or DELETE that the error is in: at its depth of parentheses. */
function clausesAround(broken: BrokenStatement): Clause[] {
  const { tokens, at } = broken;
  let from = at;
  for (let depth = 0; from > 0; from--) {
    const word = tokens.word(from - 1);
    if (word === ')') depth++;
    else if (word === '(' && depth-- === 0) break;
  }
  const starts: number[] = [];
  let depth = 0;
  let end = from;
  for (; end < tokens.length; end++) {
    const word = tokens.word(end);
    if (word === '(') depth++;
    else if (word === ')' && depth-- === 0) break;
    else if (depth === 0 && begins.test(word) && isStart(word, end)) starts.push(end);
  }
  return starts.map((first, i) => {
    const second = tokens.word(first + 1);
    const name = /^(?:by|join|update|share)$/.test(second)
      ? `${tokens.written(first)} ${tokens.written(first + 1)}`
      : tokens.written(first);
    return { first, last: (starts[i + 1] ?? end) - 1, name: name.toUpperCase() };
  });

  /** ON belongs to its join, and so does the JOIN behind LEFT. */
  function isStart(word: string, i: number): boolean {
    if (word === 'on') return false;
    if (word === 'group' || word === 'order') return tokens.word(i + 1) === 'by';
    return !(word === 'join' && joins.test(tokens.word(i - 1)));
  }
}

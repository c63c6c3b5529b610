/** `DROP COLUMN a, b` and `ADD COLUMN (a int, b int)`: each of ALTER TABLE's actions has its own verb. */
import { insert, replace } from '../edits.ts';
import type { Edit, Recogniser } from '../mistake.ts';
import { afterParentheses } from './words.ts';

export const repeatedAction: Recogniser = (broken) => {
  const { tokens, at } = broken;
  if (tokens.word(0) !== 'alter' || tokens.word(1) !== 'table') return null;
  if (tokens.word(at) === '(') return addedInParentheses();
  if (tokens.word(at - 1) !== ',') return null;
  const verb = lastVerb(at);
  if (verb === null) return null;
  const edits: Edit[] = [];
  for (const { first } of tokens.split(at)) {
    if (/^(?:add|drop|alter|rename|set|validate|enable|disable|owner)$/.test(tokens.word(first))) break;
    edits.push(insert(tokens.span(first).start, `${verb} `));
    if (edits.length === 20) break;
  }
  if (edits.length === 0 || !broken.proves(edits)) return null;
  return {
    span: tokens.span(at),
    message: `${verb.toUpperCase()} is written again for each column.`,
    help: '',
    fixes: [{ title: `Add ${verb}${edits.length > 1 ? ` ${edits.length} times` : ''}`, edits, safe: false }],
  };

  /** `DROP COLUMN` or `ADD COLUMN` as the action before was written. */
  function lastVerb(from: number): string | null {
    let depth = 0;
    for (let i = from - 1; i > 1; i--) {
      const word = tokens.word(i);
      if (word === ')') depth++;
      else if (word === '(') depth--;
      else if (depth === 0 && (word === 'add' || word === 'drop')) {
        if (tokens.word(i + 1) !== 'column') return tokens.word(i + 1) === 'constraint' ? null : tokens.written(i);
        const conditional = tokens.word(i + 2) === 'if' ? (word === 'add' ? 3 : 2) : 0;
        const words = Array.from({ length: 2 + conditional }, (_, k) => tokens.written(i + k));
        return words.join(' ');
      }
    }
    return null;
  }

  function addedInParentheses(): ReturnType<Recogniser> {
    const add = tokens.word(at - 1) === 'column' ? at - 2 : at - 1;
    const close = afterParentheses(broken, at) - 1;
    if (tokens.word(add) !== 'add' || tokens.word(close) !== ')') return null;
    const again = `${tokens.written(add)}${add === at - 2 ? ` ${tokens.written(at - 1)}` : ''} `;
    const edits: Edit[] = [replace(tokens.span(at), ''), replace(tokens.span(close), '')];
    for (const { first } of tokens.split(at + 1, close).slice(1)) edits.push(insert(tokens.span(first).start, again));
    if (!broken.proves(edits)) return null;
    return {
      span: tokens.span(at),
      message: `${again.trim().toUpperCase()} takes one column without parentheses, and is written again for the next.`,
      help: '',
      fixes: [{ title: `Write ${again.trim()} for each column`, edits, safe: false }],
    };
  }
};

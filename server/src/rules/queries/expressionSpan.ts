/** Where expressions begin and end: parse trees only say where they begin, and of operators only where those stand. */
import type { Node } from '@pgsql/types';
import type { Span, Tokens } from '../../syntax/tokens.ts';

/** The words of a simple expression (name, constant, parameter, call, cast, query in parentheses); null for others. */
export function spanOf(node: Node | undefined, tokens: Tokens): Span | null {
  const range = tokenRange(node, tokens);
  return range ? tokens.span(range.first, range.last) : null;
}

interface Range {
  /** Token indexes, both inclusive. */
  readonly first: number;
  readonly last: number;
}

function tokenRange(node: Node | undefined, tokens: Tokens): Range | null {
  if (!node) return null;
  if ('ColumnRef' in node) return from(node.ColumnRef.location, tokens, (i) => tokens.afterName(i) - 1);
  if ('ParamRef' in node) return from(node.ParamRef.location, tokens, (i) => i);
  if ('A_Const' in node) return from(node.A_Const.location, tokens, (i) => (tokens.written(i) === '-' ? i + 1 : i));
  if ('FuncCall' in node) {
    const range = from(node.FuncCall.location, tokens, (i) => closing(tokens.afterName(i), tokens));
    const { over, agg_filter, agg_within_group } = node.FuncCall;
    return over || agg_filter || agg_within_group ? null : range;
  }
  if ('SubLink' in node && node.SubLink.subLinkType === 'EXPR_SUBLINK')
    return from(node.SubLink.location, tokens, (i) => closing(i, tokens));
  if ('TypeCast' in node) return ofCast(node.TypeCast, tokens);
  return null;
}

function from(location: number | undefined, tokens: Tokens, last: (first: number) => number): Range | null {
  const first = tokens.at(location ?? 0);
  const end = first < 0 ? -1 : last(first);
  return end < first || first < 0 ? null : { first, last: end };
}

/** Index of the token that closes the parenthesis at `open`; -1 when there is none. */
export function closing(open: number, tokens: Tokens): number {
  if (tokens.word(open) !== '(') return -1;
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (tokens.word(i) === '(') depth++;
    else if (tokens.word(i) === ')' && --depth === 0) return i;
  }
  return -1;
}

function ofCast(cast: Extract<Node, { TypeCast: unknown }>['TypeCast'], tokens: Tokens): Range | null {
  const at = tokens.at(cast.location ?? 0);
  const type = tokens.at(cast.typeName?.location ?? 0);
  // date '2024-01-01'
  if ((cast.location ?? 0) < 0) {
    const inside = tokenRange(cast.arg, tokens);
    return inside && type >= 0 && type < inside.first ? { first: type, last: inside.last } : null;
  }
  if (tokens.word(at) === 'cast') return from(cast.location, tokens, (i) => closing(i + 1, tokens));
  const argument = tokenRange(cast.arg, tokens);
  if (!argument || tokens.written(argument.last + 1) !== '::' || at !== argument.last + 1) return null;
  let last = tokens.afterName(type) - 1;
  if (
    /^(?:timestamp|time|double|character|bit|interval|national)$/.test(tokens.word(type)) &&
    tokens.all[last + 1]?.kind === 'word'
  )
    return null;
  if (tokens.word(last + 1) === '(') last = closing(last + 1, tokens);
  while (tokens.word(last + 1) === '[' && tokens.word(last + 2) === ']') last += 2;
  return last < argument.first ? null : { first: argument.first, last };
}

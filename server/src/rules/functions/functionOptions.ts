/** The options of a CREATE FUNCTION, with the places where they are written. */
import type { CreateFunctionStmt, DefElem } from '@pgsql/types';
import { stringOf } from '../../catalog/names.ts';
import type { Span } from '../../syntax/tokens.ts';
import type { Edit, RuleContext } from '../rule.ts';

export function option(stmt: CreateFunctionStmt, name: string): DefElem | undefined {
  for (const node of stmt.options ?? []) if ('DefElem' in node && node.DefElem.defname === name) return node.DefElem;
  return undefined;
}

/** `immutable`, `stable` or `volatile`, as declared or by default. */
export const volatilityOf = (stmt: CreateFunctionStmt): string =>
  stringOf(option(stmt, 'volatility')?.arg) ?? 'volatile';

/** In lower case; `sql` for a body in SQL's own syntax. */
export const languageOf = (stmt: CreateFunctionStmt): string =>
  stringOf(option(stmt, 'language')?.arg)?.toLowerCase() ?? (stmt.sql_body ? 'sql' : '');

/** Where the volatility is written; null when it is not. */
export function volatilitySpan(stmt: CreateFunctionStmt, context: Pick<RuleContext, 'tokens'>): Span | null {
  const location = option(stmt, 'volatility')?.location;
  return location === undefined ? null : context.tokens.span(context.tokens.at(location));
}

/** Writes another volatility in its place, in the case of the letters that stand there. */
export function declare(span: Span, word: 'STABLE' | 'VOLATILE', context: Pick<RuleContext, 'text'>): Edit {
  const written = context.text.slice(span.start, span.end);
  return { ...span, newText: written === written.toLowerCase() ? word.toLowerCase() : word };
}

/** The name of the function or procedure, as written. */
export function nameSpan(context: Pick<RuleContext, 'tokens'>): Span {
  const { tokens } = context;
  let first = tokens.find(['function']) + 1;
  const procedure = tokens.find(['procedure']) + 1;
  if (first === 0 || (procedure > 0 && procedure < first)) first = procedure;
  return tokens.span(first, tokens.afterName(first) - 1);
}

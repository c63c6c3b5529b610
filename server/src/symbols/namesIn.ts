/** Every name in a statement that the files know, with what it stands for. */
import type { Node } from '@pgsql/types';
import { embeddedStatements } from '../syntax/bodies/embedded.ts';
import type { Statement } from '../syntax/statement.ts';
import { Collector } from './collector.ts';
import { collectDefinitionNames } from './definitionNames.ts';
import { collectQueryNames } from './queryNames.ts';
import type { Meeting, NamedPlace } from './symbol.ts';

/** In the order in which they are written; nothing for a statement that does not parse. */
export function namesIn(statement: Statement, meeting: Meeting): NamedPlace[] {
  const { parsed, text, bodyStart, bodyEnd, parser } = statement;
  if (parsed.kind !== 'tree') return [];
  try {
    const own = namesOf(parsed.node, text, bodyStart, bodyEnd, meeting);
    const inner = embeddedStatements(statement, parser).flatMap(({ node, sql, toStatement }) =>
      namesOf(node, sql, 0, sql.length, meeting).map(({ span, symbol, alias }) => ({
        alias,
        span: { start: toStatement(span.start), end: toStatement(span.end) },
        symbol: symbol.kind === 'local' ? { ...symbol, madeAt: null } : symbol,
      })),
    );
    return inner.length === 0 ? own : [...own, ...inner].sort((a, b) => a.span.start - b.span.start);
  } catch {
    // a tree too deep to walk
    return [];
  }
}

function namesOf(node: Node, text: string, from: number, to: number, meeting: Meeting): NamedPlace[] {
  const names = new Collector(text, from, to, meeting);
  collectQueryNames(names, node);
  collectDefinitionNames(names, node);
  return names.places;
}

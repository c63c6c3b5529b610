/** Seven ways in which one statement is broken while it is typed, and what that does to the others of its file. */

import type { Parser } from '../../server/src/syntax/parser.ts';
import type { SqlText } from '../../server/src/syntax/sqlText.ts';
import type { Statement } from '../../server/src/syntax/statement.ts';
import { type Token, tokenize } from '../../server/src/text/lexer.ts';
import { Text } from '../../server/src/text/text.ts';

/** Offsets count from the beginning of the statement's text. */
export interface Damage {
  readonly from: number;
  readonly to: number;
  readonly inserted: string;
}

export const kinds = [
  'delete ;',
  "delete closing '",
  'delete $$',
  'delete */',
  'delete )',
  "insert open '",
  'insert open (',
] as const;
export type Kind = (typeof kinds)[number];

/** Null when the statement has nothing that could be damaged so. */
export function damageOf(kind: Kind, { text, bodyStart, bodyEnd }: Statement, random: () => number): Damage | null {
  const remove = (from: number, length: number): Damage => ({ from, to: from + length, inserted: '' });
  const one = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const body = (): Token[] => tokenize(text, bodyStart, bodyEnd).filter((t) => t.kind !== 'comment');
  const written = (t: Token): string => text.slice(t.start, t.end);
  switch (kind) {
    case 'delete ;':
      return text[bodyEnd] === ';' ? remove(bodyEnd, 1) : null;
    case "delete closing '": {
      const token = one(body().filter((t) => t.kind === 'string'));
      return token ? remove(token.end - 1, 1) : null;
    }
    case 'delete $$': {
      const token = one(body().filter((t) => t.kind === 'dollar'));
      if (!token) return null;
      const mark = written(token).slice(0, written(token).indexOf('$', 1) + 1);
      return remove(random() < 0.5 ? token.start : token.end - mark.length, mark.length);
    }
    case 'delete */': {
      const token = one(tokenize(text, 0, bodyEnd).filter((t) => t.kind === 'comment' && written(t).endsWith('*/')));
      return token ? remove(token.end - 2, 2) : null;
    }
    case 'delete )': {
      const token = one(body().filter((t) => written(t) === ')'));
      return token ? remove(token.start, 1) : null;
    }
    default: {
      const token = one(body().slice(1));
      const mark = kind === 'insert open (' ? '(' : "'";
      return token ? { from: token.start, to: token.start, inserted: mark } : null;
    }
  }
}

/** How many of the file's other valid statements are no longer there with the same text and the same tree. */
export function lostBy(damage: Damage, i: number, text: string, sql: SqlText, parser: Parser): number {
  const start = sql.starts[i] as number;
  const [from, to] = [start + damage.from, start + damage.to];
  const after = sql.edit(from, to, damage.inserted, parser, Text.of(text).edit(from, to, damage.inserted));
  // what the edit did not concern is shared, so it is the same in every way
  const kept = new Set(after.statements);
  const lost = new Map<string, number>();
  for (const [k, statement] of sql.statements.entries()) {
    if (k === i || kept.has(statement) || statement.parsed.kind !== 'tree') continue;
    lost.set(essence(statement), (lost.get(essence(statement)) ?? 0) + 1);
  }
  if (lost.size === 0) return 0;
  const before = new Set(sql.statements);
  for (const statement of after.statements) {
    if (before.has(statement) || statement.parsed.kind !== 'tree') continue;
    const count = lost.get(essence(statement)) ?? 0;
    if (count > 0) lost.set(essence(statement), count - 1);
  }
  return [...lost.values()].reduce((a, b) => a + b, 0);
}

/** A comment that the broken statement took with it moves the tree's offsets, nothing else. */
function essence({ body, parsed }: Statement): string {
  const tree = parsed.kind === 'tree' ? parsed.node : null;
  return `${body}\n${JSON.stringify(tree, (key, value) => (/location$/.test(key) ? undefined : value))}`;
}

/** A file of one line: its valid statements without `--` comments, one space between any two tokens that lines parted. */
export function onOneLine(sql: SqlText): string {
  const lines: string[] = [];
  for (const statement of sql.statements) {
    if (statement.parsed.kind !== 'tree' || !statement.terminated) continue;
    const { body } = statement;
    const tokens = tokenize(body);
    if (tokens.some((t) => t.kind === 'meta' || (t.kind === 'comment' && body[t.start] === '-'))) continue;
    let line = '';
    let end = 0;
    for (const token of tokens) {
      line += body.slice(end, token.start).replace(/\s+/g, ' ') + body.slice(token.start, token.end);
      end = token.end;
    }
    lines.push(`${line};`);
  }
  return lines.join(' ');
}

/** As in a file that is indented as a whole. */
export const indented = (text: string): string => text.replace(/^(?=[^\r\n])(?!\\\.)/gm, '    ');

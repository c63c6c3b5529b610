/** A parser whose calls somebody outside can see, and which refuses texts that were too much before. */
import type { Parser } from './parser.ts';

export interface ParseGuard {
  /** @returns false when this text must not be parsed (again) */
  begin(sql: string): boolean;
  end(): void;
}

const reason = 'This statement took too long to be parsed.';

export function guardParser(parser: Parser, guard: ParseGuard): Parser {
  return {
    parse(sql) {
      if (!guard.begin(sql)) return { kind: 'refused', reason };
      try {
        return parser.parse(sql);
      } finally {
        guard.end();
      }
    },
    parsePlpgsql(sql) {
      if (!guard.begin(sql)) return { kind: 'refused', reason };
      try {
        return parser.parsePlpgsql(sql);
      } finally {
        guard.end();
      }
    },
  };
}

/** FNV-1a over UTF-16 units, 32 bits: tells statements apart, not attackers. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

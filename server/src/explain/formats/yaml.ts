/**
 * EXPLAIN (FORMAT YAML): block mappings and sequences, plain numbers and words, strings as JSON writes them. Nothing else of
 * YAML is in it (src/backend/commands/explain_format.c), and nothing else is read.
 */
import type { JsonPlan } from '../plan.ts';
import { readJsonPlans } from './json.ts';

/** @throws {Error} when there is no plan in it */
export function readYamlPlans(text: string): JsonPlan[] {
  const lines = text
    .split('\n')
    .map((line) => ({ indent: line.length - line.trimStart().length, text: line.trim() }))
    .filter((line) => line.text !== '');
  return readJsonPlans(JSON.stringify(new YamlReader(lines).block(lines[0]?.indent ?? 0)));
}

interface Line {
  indent: number;
  text: string;
}

class YamlReader {
  readonly #lines: Line[];
  #at = 0;

  constructor(lines: Line[]) {
    this.#lines = lines;
  }

  /** What stands at that indentation: a sequence, or a mapping. */
  block(indent: number): unknown {
    const first = this.#lines[this.#at];
    if (!first || first.indent < indent) return null;
    return first.text.startsWith('-') ? this.#sequence(first.indent) : this.#mapping(first.indent);
  }

  #sequence(indent: number): unknown[] {
    const items: unknown[] = [];
    for (let line = this.#lines[this.#at]; line; line = this.#lines[this.#at]) {
      const item = /^-(\s+|$)(.*)$/.exec(line.text);
      if (line.indent !== indent || !item) break;
      const [, gap = '', rest = ''] = item;
      if (keyOf(rest)) {
        // the mapping begins behind the dash
        this.#lines[this.#at] = { indent: indent + 1 + gap.length, text: rest };
        items.push(this.block(indent + 1));
      } else {
        this.#at++;
        items.push(rest === '' ? this.block(indent + 1) : scalar(rest));
      }
    }
    return items;
  }

  #mapping(indent: number): Record<string, unknown> {
    const found: Record<string, unknown> = {};
    for (let line = this.#lines[this.#at]; line; line = this.#lines[this.#at]) {
      const entry = keyOf(line.text);
      if (line.indent !== indent || !entry) break;
      this.#at++;
      found[entry.key] = entry.rest === '' ? this.#below(indent) : scalar(entry.rest);
    }
    return found;
  }

  /** Sequences may stand at the indentation of their key. */
  #below(indent: number): unknown {
    const next = this.#lines[this.#at];
    if (!next) return null;
    return next.indent > indent || (next.indent === indent && next.text.startsWith('-'))
      ? this.block(next.indent)
      : null;
  }
}

function keyOf(text: string): { key: string; rest: string } | null {
  const quoted = /^("(?:[^"\\]|\\.)*"):(?:\s+(.*))?$/.exec(text);
  if (quoted) return { key: String(scalar(quoted[1] as string)), rest: quoted[2] ?? '' };
  const plain = /^([^"'\s-][^":]*?):(?:\s+(.*))?$/.exec(text);
  return plain ? { key: plain[1] as string, rest: plain[2] ?? '' } : null;
}

function scalar(text: string): unknown {
  try {
    // strings, numbers, true, false and null are written as in JSON
    return JSON.parse(text);
  } catch {
    return text;
  }
}

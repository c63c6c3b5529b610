/**
 * Expands the body of a VS Code snippet to the text that the editor inserts when every tab stop is left as it is, or is
 * given a value by its number. Understands tab stops, placeholders (nested too), choices (the first is the default) and the
 * escapes `\$`, `\}` and `\\`. A tab stop without text takes that of the placeholder with its number, wherever it is.
 * Follows the grammar on https://code.visualstudio.com/docs/editing/userdefinedsnippets
 * @throws {SnippetError} on what is not well-formed, and on variables and transforms, which snippets of SQL do not need.
 */
export function expandSnippet(body: string | readonly string[], values: Readonly<Record<number, string>> = {}): string {
  const text = typeof body === 'string' ? body : body.join('\n');
  const parts = new Parser(text).parts();
  const defaults = new Map<number, Part[]>();
  collectDefaults(parts, defaults);
  for (const number of Object.keys(values)) {
    if (!defaults.has(Number(number))) throw new SnippetError(`There is no tab stop ${number} to give a value to.`);
  }
  return print(parts, defaults, values, []);
}

/** The text of the choices by tab stop: `${1|a,b|}` → 1 → ['a', 'b']. */
export function snippetChoices(body: readonly string[]): Map<number, string[]> {
  const choices = new Map<number, string[]>();
  const visit = (parts: Part[]) => {
    for (const part of parts) {
      if (typeof part === 'string') continue;
      if (part.choices) choices.set(part.number, part.choices);
      if (part.content) visit(part.content);
    }
  };
  visit(new Parser(body.join('\n')).parts());
  return choices;
}

export class SnippetError extends Error {}

type Part = string | TabStop;
interface TabStop {
  number: number;
  /** Absent in a bare `$1` or `${1}`. */
  content?: Part[];
  choices?: string[];
}

class Parser {
  readonly text: string;
  at = 0;
  constructor(text: string) {
    this.text = text;
  }

  /** Up to the end, or in a placeholder up to its `}`, which is left to the caller. */
  parts(inPlaceholder = false): Part[] {
    const parts: Part[] = [];
    let literal = '';
    while (this.at < this.text.length) {
      const char = this.text[this.at]!;
      if (inPlaceholder && char === '}') break;
      if (char === '\\' && /[$}\\]/.test(this.text[this.at + 1] ?? '')) {
        literal += this.text[this.at + 1];
        this.at += 2;
        continue;
      }
      const tabStop = char === '$' ? this.tabStop() : undefined;
      if (tabStop) {
        parts.push(literal, tabStop);
        literal = '';
      } else {
        literal += char;
        this.at++;
      }
    }
    parts.push(literal);
    return parts.filter((part) => part !== '');
  }

  /** Undefined at a `$` that begins nothing, which stands for itself. */
  private tabStop(): TabStop | undefined {
    const start = this.at;
    const rest = this.text.slice(start);
    const bare = /^\$(\d+)/.exec(rest);
    if (bare) {
      this.at += bare[0].length;
      return { number: Number(bare[1]) };
    }
    if (/^\$\{?[A-Za-z_]/.test(rest)) throw this.error(start, 'a variable; write \\$ for the sign itself');
    const open = /^\$\{(\d+)/.exec(rest);
    if (!open) return undefined;
    this.at += open[0].length;
    const number = Number(open[1]);
    const sign = this.text[this.at++];
    if (sign === '}') return { number };
    if (sign === '|') return this.choice(number, start);
    if (sign !== ':') throw this.error(start, sign === '/' ? 'a transform' : 'not well-formed');
    const content = this.parts(true);
    if (this.text[this.at] !== '}') throw this.error(start, 'a placeholder without its }');
    this.at++;
    return { number, content };
  }

  private choice(number: number, start: number): TabStop {
    const choices = [''];
    for (; this.at < this.text.length; this.at++) {
      const char = this.text[this.at]!;
      if (char === '\\' && /[,|\\]/.test(this.text[this.at + 1] ?? '')) {
        choices.push(choices.pop() + this.text[++this.at]!);
      } else if (char === ',') {
        choices.push('');
      } else if (char === '|') {
        if (this.text[this.at + 1] !== '}') break;
        this.at += 2;
        return { number, choices, content: choices[0] ? [choices[0]] : [] };
      } else {
        choices.push(choices.pop() + char);
      }
    }
    throw this.error(start, 'a choice without its |}');
  }

  private error(at: number, what: string): SnippetError {
    const line = this.text.slice(0, at).split('\n').length;
    return new SnippetError(`Line ${line} of the snippet has ${what}: ${this.text.slice(at, at + 30).split('\n')[0]}`);
  }
}

function collectDefaults(parts: Part[], defaults: Map<number, Part[]>): void {
  for (const part of parts) {
    if (typeof part === 'string') continue;
    const known = defaults.get(part.number);
    if (part.content && known?.length) {
      throw new SnippetError(
        `Tab stop ${part.number} has two texts; give it one, and write $${part.number} elsewhere.`,
      );
    }
    if (part.content || !known) defaults.set(part.number, part.content ?? []);
    if (part.content) collectDefaults(part.content, defaults);
  }
}

function print(
  parts: Part[],
  defaults: Map<number, Part[]>,
  values: Readonly<Record<number, string>>,
  inside: number[],
): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      const { number } = part;
      if (inside.includes(number)) throw new SnippetError(`Tab stop ${number} contains itself.`);
      return values[number] ?? print(defaults.get(number) ?? [], defaults, values, [...inside, number]);
    })
    .join('');
}

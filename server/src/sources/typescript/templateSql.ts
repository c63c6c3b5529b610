/** A template or string of TypeScript → the SQL that reaches the database, each character with its place in the file. */
import type { SyntaxNode } from '@lezer/common';
import type { Span } from '../../syntax/tokens.ts';
import { concatenated, type Mapped, mappedTo } from '../alembic/mapped.ts';
import { interpolationOf } from './interpolations.ts';
import type { WrittenQuery } from './queries.ts';
import type { TypescriptFile } from './typescriptFile.ts';

export interface TemplateSql {
  /** With `$1`, `$2` … wherever a value may stand. */
  readonly asValues: Mapped;
  /** With a template's placeholder instead wherever it may be SQL that the file does not show. */
  readonly asTemplate: Mapped;
  /** Numbers of the parameters of `asValues` that may be SQL. */
  readonly unknown: ReadonlySet<number>;
  /** Whether the text is the author's own from end to end: nothing was put in. */
  readonly plain: boolean;
  /** In the order of the parameters. */
  readonly interpolations: readonly PutIn[];
}

/** What stands in `${…}`, where a parameter is put. */
export interface PutIn {
  /** Of `$n` in {@link TemplateSql.asValues}. */
  readonly start: number;
  readonly end: number;
  /** In the file, with `${` and `}`. */
  readonly span: Span;
  /** False: it may be SQL that the file does not show. */
  readonly isValue: boolean;
  /** Whether it stands in the query's own template, not in one that a name stands for. */
  readonly isOwn: boolean;
}

/** Templates that are put in; what a name stands for may name itself. */
const maxTemplates = 100;

export function templateSql({ literal, parameters }: WrittenQuery, file: TypescriptFile): TemplateSql {
  const asValues: Mapped[] = [];
  const asTemplate: Mapped[] = [];
  const unknown = new Set<number>();
  let count = 0;
  const interpolations: PutIn[] = [];
  let plain = true;
  let templates = 0;
  let length = 0;
  /** Where what is read is to be marked: not where it stands, which may be in several queries. */
  let place: Span | null = null;
  const add = (part: Mapped): void => {
    const placed = place ? mappedTo(part.text, place) : part;
    length += part.text.length;
    asValues.push(placed);
    asTemplate.push(placed);
  };
  const put = (node: SyntaxNode): void => {
    plain = false;
    const expression = node.firstChild?.nextSibling ?? null;
    const found = interpolationOf(expression, file);
    if (parameters && found.kind === 'sql' && ++templates <= maxTemplates) {
      const before: Span | null = place;
      if (found.elsewhere) place ??= { start: node.from, end: node.to };
      if (found.template) read(found.template);
      place = before;
      return;
    }
    const at = place ?? { start: node.from, end: node.to };
    // behind a word it cannot be a parameter: `false$1` would be one name
    const space = /[\w$]$/.test(asValues.at(-1)?.text ?? '') ? ' ' : '';
    const parameter = mappedTo(`${space}$${++count}`, at);
    interpolations.push({
      start: length + space.length,
      end: length + parameter.text.length,
      span: { start: node.from, end: node.to },
      isValue: found.kind === 'value',
      isOwn: place === null,
    });
    length += parameter.text.length;
    asValues.push(parameter);
    if (parameters && found.kind === 'value') asTemplate.push(parameter);
    else {
      unknown.add(count);
      asTemplate.push(mappedTo(`${space}{{ }}`, at));
    }
  };
  const read = (template: SyntaxNode): void => {
    let at = template.from + 1;
    const end = template.to - 1;
    for (let child = template.firstChild; child; child = child.nextSibling) {
      if (child.name !== 'Interpolation' && child.name !== 'Escape') continue;
      add(written(file.text, at, child.from));
      if (child.name === 'Escape')
        add(mappedTo(unescaped(file.text.slice(child.from, child.to)), { start: child.from, end: child.to }));
      else put(child);
      at = child.to;
    }
    add(written(file.text, at, end));
  };
  if (literal.name === 'String') add(stringText(literal, file.text));
  else read(literal);
  return { asValues: concatenated(asValues), asTemplate: concatenated(asTemplate), unknown, plain, interpolations };
}

/** Text that stands in the file as it is. */
function written(text: string, start: number, end: number): Mapped {
  const part = text.slice(start, Math.max(start, end));
  const from: number[] = [];
  for (let i = 0; i < part.length; i++) from.push(start + i);
  return { text: part, from, to: from.map((at) => at + 1) };
}

function stringText({ from, to }: SyntaxNode, text: string): Mapped {
  const parts: Mapped[] = [];
  let at = from + 1;
  for (const match of text
    .slice(from + 1, to - 1)
    .matchAll(/\\(?:u\{[0-9a-f]+\}|u[0-9a-f]{4}|x[0-9a-f]{2}|\r\n|[\s\S])/gi)) {
    const start = from + 1 + match.index;
    parts.push(written(text, at, start));
    at = start + match[0].length;
    parts.push(mappedTo(unescaped(match[0]), { start, end: at }));
  }
  parts.push(written(text, at, to - 1));
  return concatenated(parts);
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', 0: '\0' };

function unescaped(sequence: string): string {
  const code = /^\\(?:u\{([0-9a-f]+)\}|u([0-9a-f]{4})|x([0-9a-f]{2}))$/i.exec(sequence);
  if (code) {
    const point = Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : '';
  }
  // a line that goes on
  if (/^\\(?:\r?\n|\r)/.test(sequence)) return '';
  const character = sequence.slice(1);
  return escapes[character] ?? character;
}

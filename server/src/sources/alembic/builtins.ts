/** Python's own functions and methods, on values that are known. Null: not one that is known here. */
import type { Span } from '../../syntax/tokens.ts';
import { concatenated, dedented, type Mapped, mappedTo, replaced, sliced, strippedOf } from './mapped.ts';
import { equal, isEnum, membersOfEnum, type StringValue, textOf, truthOf, type Value } from './values.ts';

/** Longer rows are not worked out. */
const maxLength = 2000;

export const stringOf = (mapped: Mapped, span: Span, holes = false): StringValue => ({
  kind: 'string',
  mapped,
  span,
  holes,
});

/** What iterating over a value gives; null where that is not known. */
export function itemsOf(value: Value): readonly Value[] | null {
  if (value.kind === 'list') return value.items;
  if (value.kind === 'dict') return value.entries.map(([key]) => key);
  if (value.kind === 'class') return isEnum(value) ? membersOfEnum(value) : null;
  if (value.kind === 'string' && !value.holes)
    return [...value.mapped.text].map((c) => stringOf(mappedTo(c, value.span), value.span));
  return null;
}

/** As `str()` writes it; null where that is not known. */
export function asText(value: Value): Mapped | null {
  switch (value.kind) {
    case 'string':
      return value.mapped;
    case 'number':
      return mappedTo(value.text, value.span);
    case 'boolean':
      return mappedTo(value.value ? 'True' : 'False', value.span);
    case 'none':
      return mappedTo('None', value.span);
    default:
      return null;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  str: 'string',
  dict: 'dict',
  bool: 'boolean',
};

/** Of Python's own types only; null where it is not known. */
function isInstance(value: Value, type: Value): boolean | null {
  const kind = type.kind === 'name' ? typeNames[type.path] : undefined;
  if (kind === undefined || value.kind === 'unknown' || value.kind === 'name' || value.kind === 'attribute')
    return null;
  return value.kind === kind;
}

export function callBuiltin(name: string, args: readonly Value[], span: Span): Value | null {
  const [first] = args;
  const list = (items: readonly Value[], tuple = false): Value => ({ kind: 'list', items, tuple, span });
  const items = first ? itemsOf(first) : null;
  switch (name) {
    case 'str': {
      const text = first && asText(first);
      return text ? stringOf(text, span, first.kind === 'string' && first.holes) : null;
    }
    case 'isinstance': {
      const is = first && args[1] && isInstance(first, args[1]);
      return typeof is === 'boolean' ? { kind: 'boolean', value: is, span } : null;
    }
    case 'list':
    case 'tuple':
      return first === undefined ? list([], name === 'tuple') : items && list(items, name === 'tuple');
    case 'dict':
      return first === undefined ? { kind: 'dict', entries: [], span } : first.kind === 'dict' ? first : null;
    case 'len':
      return items && { kind: 'number', value: items.length, text: String(items.length), span };
    case 'reversed':
      return items && list([...items].reverse());
    case 'sorted': {
      const texts = items?.map((i) => textOf(i));
      if (!items || args.length > 1 || texts?.some((t) => t === null)) return null;
      return list([...items].sort((a, b) => ((textOf(a) as string) < (textOf(b) as string) ? -1 : 1)));
    }
    case 'enumerate':
      return items && list(items.map((item, i) => list([numberOf(i, span), item], true)));
    case 'zip': {
      const rows = args.map(itemsOf);
      if (rows.includes(null)) return null;
      const length = Math.min(...rows.map((r) => r?.length ?? 0));
      return list(
        Array.from({ length }, (_, i) =>
          list(
            rows.map((r) => r?.[i] as Value),
            true,
          ),
        ),
      );
    }
    case 'range': {
      const numbers = args.map((a) => (a.kind === 'number' ? a.value : Number.NaN));
      const [from, to, step] = numbers.length === 1 ? [0, numbers[0], 1] : [numbers[0], numbers[1], numbers[2] ?? 1];
      const length = Math.ceil(((to as number) - (from as number)) / (step as number));
      if (!(length <= maxLength)) return null;
      return list(
        Array.from({ length: Math.max(0, length) }, (_, i) => numberOf((from as number) + i * (step as number), span)),
      );
    }
    case 'bool': {
      const truth = first ? truthOf(first) : false;
      return truth === null ? null : { kind: 'boolean', value: truth, span };
    }
    default:
      return null;
  }
}

/** `itertools.product` and `itertools.chain`. */
export function callItertools(path: string, args: readonly Value[], span: Span): Value | null {
  const rows = args.map(itemsOf);
  if (rows.includes(null)) return null;
  const known = rows as (readonly Value[])[];
  const list = (items: readonly Value[], tuple: boolean): Value => ({ kind: 'list', items, tuple, span });
  if (path === 'itertools.chain') return list(known.flat(), false);
  if (path !== 'itertools.product' || known.reduce((n, row) => n * row.length, 1) > maxLength) return null;
  let product: (readonly Value[])[] = [[]];
  for (const row of known) product = product.flatMap((head) => row.map((item) => [...head, item]));
  return list(
    product.map((items) => list(items, true)),
    false,
  );
}

export const numberOf = (value: number, span: Span): Value => ({ kind: 'number', value, text: String(value), span });

export function callMethod(
  on: Value,
  name: string,
  args: readonly Value[],
  keywords: ReadonlyMap<string, Value>,
  span: Span,
): Value | null {
  if (on.kind === 'string') return callOnString(on, name, args, keywords, span);
  if (on.kind !== 'dict') return null;
  const list = (items: readonly Value[]): Value => ({ kind: 'list', items, tuple: false, span });
  switch (name) {
    case 'items':
      return list(
        on.entries.map(([key, value]) => ({ kind: 'list', items: [key, value], tuple: true, span: value.span })),
      );
    case 'keys':
      return list(on.entries.map(([key]) => key));
    case 'values':
      return list(on.entries.map(([, value]) => value));
    case 'get':
      return args[0] ? valueAt(on.entries, args[0], args[1] ?? { kind: 'none', span }) : null;
    default:
      return null;
  }
}

/** What `get` of a dict gives; null where the key may be one of its own and it is not known which. */
function valueAt(entries: readonly (readonly [Value, Value])[], key: Value, otherwise: Value): Value | null {
  for (const [own, value] of [...entries].reverse()) {
    const same = equal(own, key);
    if (same !== false) return same ? value : null;
  }
  return otherwise;
}

function callOnString(
  on: StringValue,
  name: string,
  args: readonly Value[],
  keywords: ReadonlyMap<string, Value>,
  span: Span,
): Value | null {
  const { mapped, holes } = on;
  const [first, second] = args;
  if (name === 'format') return formatted(on, args, keywords, span);
  if (name === 'join') {
    const items = first && itemsOf(first);
    const texts = items?.map((i) => (i.kind === 'string' ? i : null));
    if (!texts || texts.includes(null)) return null;
    const parts = (texts as StringValue[]).flatMap((t, i) => (i === 0 ? [t.mapped] : [mapped, t.mapped]));
    return stringOf(concatenated(parts), span, holes || (texts as StringValue[]).some((t) => t.holes));
  }
  if (holes) return null;
  const { text } = mapped;
  const boolean = (value: boolean): Value => ({ kind: 'boolean', value, span });
  switch (name) {
    case 'strip':
    case 'lstrip':
    case 'rstrip': {
      const characters = textOf(first) ?? undefined;
      if (first && characters === undefined) return null;
      return stringOf(
        strippedOf(mapped, name === 'strip' ? 'both' : name === 'lstrip' ? 'left' : 'right', characters),
        span,
      );
    }
    case 'lower':
      return stringOf(text === text.toLowerCase() ? mapped : mappedTo(text.toLowerCase(), span), span);
    case 'upper':
      return stringOf(text === text.toUpperCase() ? mapped : mappedTo(text.toUpperCase(), span), span);
    case 'capitalize':
      return stringOf(mappedTo(text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase(), span), span);
    case 'replace': {
      const [old, by] = [textOf(first), textOf(second)];
      if (!old || by === null || args.length > 2) return null;
      return stringOf(
        replaced(mapped, new RegExp(old.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'g'), () => by),
        span,
      );
    }
    case 'split': {
      const separator = textOf(first);
      if (args.length > 1 || (first && !separator)) return null;
      const found = [
        ...text.matchAll(separator ? new RegExp(separator.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'g') : /\s+/g),
      ];
      const ends = [...found.map((m) => m.index), text.length];
      const starts = [0, ...found.map((m) => m.index + m[0].length)];
      const parts = starts.map((start, i) => stringOf(sliced(mapped, start, ends[i] as number), span));
      return { kind: 'list', tuple: false, span, items: separator ? parts : parts.filter((p) => p.mapped.text !== '') };
    }
    case 'startswith':
    case 'endswith': {
      const part = textOf(first);
      return part === null ? null : boolean(name === 'startswith' ? text.startsWith(part) : text.endsWith(part));
    }
    default:
      return null;
  }
}

export const dedent = (value: StringValue, span: Span): Value => stringOf(dedented(value.mapped), span, value.holes);

/** What stands for a part that is not known: to the SQL lexer a template's placeholder. */
export const hole = (span: Span): Mapped => mappedTo('{{ }}', span);

function formatted(
  on: StringValue,
  args: readonly Value[],
  keywords: ReadonlyMap<string, Value>,
  span: Span,
): Value | null {
  const parts: Mapped[] = [];
  const { mapped } = on;
  let { holes } = on;
  let copied = 0;
  let next = 0;
  for (const match of mapped.text.matchAll(/\{\{|\}\}|\{([^{}]*)\}/g)) {
    parts.push(sliced(mapped, copied, match.index));
    copied = match.index + match[0].length;
    if (match[1] === undefined) {
      parts.push(sliced(mapped, match.index, match.index + 1));
      continue;
    }
    const name = match[1];
    const value = name === '' ? args[next++] : /^\d+$/.test(name) ? args[Number(name)] : keywords.get(name);
    const text = value && asText(value);
    if (!text || (value.kind === 'string' && value.holes)) holes = true;
    parts.push(text ?? hole(value?.span ?? span));
  }
  parts.push(sliced(mapped, copied, mapped.text.length));
  return stringOf(concatenated(parts), span, holes);
}

/** `text % values`; null where it cannot be worked out at all. */
export function percent(on: StringValue, values: Value, span: Span): Value | null {
  const row = values.kind === 'list' && values.tuple ? values.items : [values];
  const parts: Mapped[] = [];
  const { mapped } = on;
  let { holes } = on;
  let copied = 0;
  let next = 0;
  for (const match of mapped.text.matchAll(/%(?:%|(?:\((\w+)\))?([sdr]))/g)) {
    parts.push(sliced(mapped, copied, match.index));
    copied = match.index + match[0].length;
    if (match[0] === '%%') {
      parts.push(sliced(mapped, match.index, match.index + 1));
      continue;
    }
    const name = match[1];
    const value =
      name === undefined
        ? row[next++]
        : values.kind === 'dict'
          ? values.entries.find(([key]) => textOf(key) === name)?.[1]
          : undefined;
    const text = value && match[2] !== 'r' ? asText(value) : null;
    if (!text || (value?.kind === 'string' && value.holes)) holes = true;
    parts.push(text ?? hole(value?.span ?? span));
  }
  parts.push(sliced(mapped, copied, mapped.text.length));
  return stringOf(concatenated(parts), span, holes);
}

/** `on[key]`; null where it is not known. */
export function itemAt(on: Value, key: Value): Value | null {
  if (on.kind === 'dict') return valueAt(on.entries, key, { kind: 'unknown', span: key.span });
  if (key.kind !== 'number') return null;
  const items = on.kind === 'list' ? on.items : null;
  return items?.at(key.value) ?? null;
}

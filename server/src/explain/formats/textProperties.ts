/** The lines below a node in FORMAT TEXT, as the fields of FORMAT JSON (src/backend/commands/explain.c: show_…). */

/** Fields of a node, or of one of its workers. */
export type Counters = Record<string, unknown>;

/** `Filter: (a > 1)`. */
export const isProperty = (text: string): boolean =>
  /^(?:[A-Z][A-Za-z/-]*(?: [A-Za-z/-]+){0,4}|JIT|TID Cond): /.test(text);

export function propertyOf(text: string): { key: string; value: string } | null {
  const colon = text.indexOf(': ');
  return colon < 0 ? null : { key: text.slice(0, colon), value: text.slice(colon + 2).trim() };
}

export function addProperty(json: Counters, text: string): void {
  if (text.startsWith('actual ')) {
    // of a worker
    const actual = /^actual (?:time=([\d.]+)\.\.([\d.]+) )?rows=([\d.]+) loops=(\d+)/.exec(text);
    if (actual?.[1] !== undefined) {
      json['Actual Startup Time'] = Number(actual[1]);
      json['Actual Total Time'] = Number(actual[2]);
    }
    if (actual) {
      json['Actual Rows'] = Number(actual[3]);
      json['Actual Loops'] = Number(actual[4]);
    }
    return;
  }
  const property = propertyOf(text);
  if (!property) return;
  const { key, value } = property;
  const read = special[key];
  if (read) Object.assign(json, read(value, text, json));
  else json[key] = plain(key, value);
}

/** Expressions with commas between them. */
const listed = new Set([
  'Sort Key',
  'Presorted Key',
  'Group Key',
  'Hash Key',
  'Output',
  'Conflict Arbiter Indexes',
  'Order By',
]);
/** Lists in the text, one string in JSON. */
const isText = /Cond$|^(?!.*Removed by).*Filter$|Key$|Call$|SQL$|^Order By$|^Window$|^Relations$/;

function plain(key: string, value: string): unknown {
  if (listed.has(key) && key !== 'Order By') return atCommas(value);
  if (isText.test(key)) return value;
  if (/^-?\d+(?:\.\d+)?$/.test(value)) return Number(value);
  return value === 'true' ? true : value === 'false' ? false : value;
}

/** The parts between commas that stand outside of parentheses and quotes. */
export function atCommas(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (quote) {
      if (c === quote) quote = '';
    } else if (c === "'" || c === '"') quote = c;
    else if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c)) depth--;
    else if (c === ',' && depth === 0) {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  parts.push(text.slice(from).trim());
  return parts;
}

const figure = (text: string, pattern: RegExp): number | undefined => {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
};

/** Leaves out what the line does not tell. */
const known = (fields: Counters): Counters =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

type Read = (value: string, text: string, json: Counters) => Counters;

const special: Readonly<Record<string, Read>> = {
  'Sort Method': (value) => {
    const found = /^(.*?)\s+(Memory|Disk):\s*(\d+)kB$/.exec(value);
    if (!found) return { 'Sort Method': value };
    return { 'Sort Method': found[1], 'Sort Space Used': Number(found[3]), 'Sort Space Type': found[2] };
  },
  'Full-sort Groups': (value) => ({ 'Full-sort Groups': sortGroups(value) }),
  'Pre-sorted Groups': (value) => ({ 'Pre-sorted Groups': sortGroups(value) }),
  Buckets: (value, text) => {
    const buckets = Number.parseInt(value, 10);
    const batches = figure(text, /Batches: (\d+)/);
    return known({
      'Hash Buckets': buckets,
      'Original Hash Buckets': figure(text, /^Buckets: \d+ \(originally (\d+)\)/) ?? buckets,
      'Hash Batches': batches,
      'Original Hash Batches': figure(text, /Batches: \d+ \(originally (\d+)\)/) ?? batches,
      'Peak Memory Usage': figure(text, /Memory Usage: (\d+)kB/),
    });
  },
  Batches: (_, text) => hashAggregate(text),
  'Planned Partitions': (_, text) => hashAggregate(text),
  Hits: (_, text) =>
    known({
      'Cache Hits': figure(text, /Hits: (\d+)/),
      'Cache Misses': figure(text, /Misses: (\d+)/),
      'Cache Evictions': figure(text, /Evictions: (\d+)/),
      'Cache Overflows': figure(text, /Overflows: (\d+)/),
      'Peak Memory Usage': figure(text, /Memory Usage: (\d+)kB/),
    }),
  'Heap Blocks': (value) => ({
    'Exact Heap Blocks': figure(value, /exact=(\d+)/) ?? 0,
    'Lossy Heap Blocks': figure(value, /lossy=(\d+)/) ?? 0,
  }),
  Storage: (value, text) =>
    known({
      Storage: /^\w+/.exec(value)?.[0],
      'Maximum Storage': figure(text, /Maximum Storage: (\d+)kB/),
    }),
  'Cache Key': (value) => ({ 'Cache Key': value }),
  Buffers: (value) => buffers(value),
  'I/O Timings': (value) => ioTimings(value),
  WAL: (value) =>
    known({
      'WAL Records': figure(value, /records=(\d+)/) ?? 0,
      'WAL FPI': figure(value, /fpi=(\d+)/) ?? 0,
      'WAL Bytes': figure(value, /(?<!fpi )bytes=(\d+)/) ?? 0,
      'WAL Buffers Full': figure(value, /buffers full=(\d+)/),
    }),
  // `HashAggregate` over grouping sets has several
  'Group Key': (value, _, json) => ({ 'Group Key': [...((json['Group Key'] as string[]) ?? []), ...atCommas(value)] }),
  'Hash Key': (value, _, json) => ({ 'Hash Key': [...((json['Hash Key'] as string[]) ?? []), ...atCommas(value)] }),
};

function hashAggregate(text: string): Counters {
  return known({
    'Planned Partitions': figure(text, /Planned Partitions: (\d+)/),
    'HashAgg Batches': figure(text, /Batches: (\d+)/),
    'Peak Memory Usage': figure(text, /Memory Usage: (\d+)kB/),
    'Disk Usage': figure(text, /Disk Usage: (\d+)kB/),
  });
}

/** `4  Sort Method: quicksort  Average Memory: 26kB  Peak Memory: 26kB`. */
function sortGroups(value: string): Counters {
  const space = (kind: string): Counters | undefined => {
    const average = figure(value, new RegExp(`Average ${kind}: (\\d+)kB`));
    return average === undefined
      ? undefined
      : {
          'Average Sort Space Used': average,
          'Peak Sort Space Used': figure(value, new RegExp(`Peak ${kind}: (\\d+)kB`)),
        };
  };
  return known({
    'Group Count': Number.parseInt(value, 10),
    'Sort Methods Used': (/Sort Methods?: (.*?)(?: {2}|$)/.exec(value)?.[1] ?? '').split(', ').filter((m) => m !== ''),
    'Sort Space Memory': space('Memory'),
    'Sort Space Disk': space('Disk'),
  });
}

const blockKinds = { shared: 'Shared', local: 'Local', temp: 'Temp' } as const;

/** `shared hit=3 read=1, temp written=2`; what is not named was 0. In blocks. */
export function buffers(value: string): Counters {
  const found: Counters = {};
  for (const [word, kind] of Object.entries(blockKinds))
    for (const what of kind === 'Temp' ? ['Read', 'Written'] : ['Hit', 'Read', 'Dirtied', 'Written']) {
      const part = new RegExp(`\\b${word} ([^,]*)`).exec(value)?.[1] ?? '';
      found[`${kind} ${what} Blocks`] = figure(part, new RegExp(`\\b${what.toLowerCase()}=(\\d+)`)) ?? 0;
    }
  return found;
}

/** `shared read=0.1 write=0.2, temp read=…` from 15 on, `read=0.1` before. In milliseconds. */
export function ioTimings(value: string): Counters {
  const found: Counters = {};
  const read = (part: string, name: string): void => {
    found[`${name} Read Time`] = figure(part, /\bread=([\d.]+)/) ?? 0;
    found[`${name} Write Time`] = figure(part, /\bwrite=([\d.]+)/) ?? 0;
  };
  const parts = value.split(', ').map((part) => part.trim());
  for (const part of parts) {
    const kind = blockKinds[/^\w+(?= )/.exec(part)?.[0] as keyof typeof blockKinds];
    read(part, kind ? `${kind} I/O` : 'I/O');
  }
  return found;
}

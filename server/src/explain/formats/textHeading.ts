/** The first line of a node in FORMAT TEXT: what it does, on what, what it was expected to take and what it took. */
import type { Counters } from './textProperties.ts';

const cost = String.raw`\(cost=([\d.]+)\.\.([\d.]+)\s+rows=(\d+)\s+width=(\d+)\)`;
const actual = String.raw`\((?:actual\s+(?:time=([\d.]+)\.\.([\d.]+)\s+)?rows=([\d.]+)\s+loops=(\d+)|(never executed))\)`;

/** At the end of a node's first line, unless COSTS is off and it did not run. */
export const figures = new RegExp(`(?:${cost}|${actual})\\s*$`);

const heading = new RegExp(`^(.*?)(?:\\s*${cost})?(?:\\s*${actual})?\\s*$`, 's');

export function readHeading(text: string): Counters {
  const [, name = text, startup, total, planned, width, began, ended, rows, loops, never] = heading.exec(text) ?? [];
  const json: Counters = { ...nodeNamed(name.trim()) };
  if (startup !== undefined) {
    json['Startup Cost'] = Number(startup);
    json['Total Cost'] = Number(total);
    json['Plan Rows'] = Number(planned);
    json['Plan Width'] = Number(width);
  }
  if (began !== undefined || never !== undefined) {
    json['Actual Startup Time'] = Number(began ?? 0);
    json['Actual Total Time'] = Number(ended ?? 0);
  }
  if (rows !== undefined || never !== undefined) {
    json['Actual Rows'] = Number(rows ?? 0);
    json['Actual Loops'] = Number(loops ?? 0);
  }
  return json;
}

const strategies: Readonly<Record<string, string>> = {
  Aggregate: 'Plain',
  GroupAggregate: 'Sorted',
  HashAggregate: 'Hashed',
  MixedAggregate: 'Mixed',
};

/** The fields of FORMAT JSON that the name of a node in FORMAT TEXT is made of. */
function nodeNamed(written: string): Counters {
  const json: Counters = {};
  let name = written;
  const prefix = (word: string): boolean => {
    if (!name.startsWith(`${word} `)) return false;
    name = name.slice(word.length + 1);
    return true;
  };
  if (prefix('Async')) json['Async Capable'] = true;
  if (prefix('Parallel')) json['Parallel Aware'] = true;
  const mode = prefix('Partial') ? 'Partial' : prefix('Finalize') ? 'Finalize' : 'Simple';

  const strategy = strategies[name];
  if (strategy) return { 'Node Type': 'Aggregate', Strategy: strategy, 'Partial Mode': mode, ...json };

  const join = /^(Hash|Merge|Nested Loop)(?: (Left|Full|Right|Semi|Anti|Right Semi|Right Anti))?( Join)?$/.exec(name);
  if (join && (join[3] || join[1] === 'Nested Loop'))
    return {
      'Node Type': join[1] === 'Nested Loop' ? join[1] : `${join[1]} Join`,
      ...json,
      'Join Type': join[2] ?? 'Inner',
    };

  const writes = /^(?:(Foreign) )?(Insert|Update|Delete|Merge)(?: on (.*))?$/s.exec(name);
  if (writes)
    return {
      'Node Type': writes[1] ? 'Foreign Scan' : 'ModifyTable',
      ...json,
      Operation: writes[2],
      ...(writes[3] ? targetOf(writes[3], 'Relation Name') : {}),
    };

  const setOp = /^(Hash)?SetOp (Intersect|Except)( All)?$/.exec(name);
  if (setOp)
    return {
      'Node Type': 'SetOp',
      Strategy: setOp[1] ? 'Hashed' : 'Sorted',
      ...json,
      Command: `${setOp[2]}${setOp[3] ?? ''}`,
    };

  const indexed = /^(Index (?:Only )?Scan)( Backward)? using (.*)$/s.exec(name);
  if (indexed) {
    const { name: index, rest } = identifierAt(indexed[3] as string);
    const on = /^ on (.*)$/s.exec(rest)?.[1];
    return {
      'Node Type': indexed[1],
      ...json,
      'Scan Direction': indexed[2] ? 'Backward' : 'Forward',
      'Index Name': index,
      ...(on ? targetOf(on, 'Relation Name') : {}),
    };
  }

  const custom = /^Custom Scan \(([^)]*)\)(?: on (.*))?$/s.exec(name);
  if (custom)
    return {
      'Node Type': 'Custom Scan',
      'Custom Plan Provider': custom[1],
      ...json,
      ...(custom[2] ? targetOf(custom[2], 'Relation Name') : {}),
    };

  const scan = /^((?:[A-Z]\w* )*Scan) on (.*)$/s.exec(name);
  if (!scan) return { 'Node Type': name, ...json };
  const [, type = '', target = ''] = scan;
  if (type === 'Bitmap Index Scan') return { 'Node Type': type, ...json, 'Index Name': identifierAt(target).name };
  return {
    'Node Type': type,
    ...json,
    ...targetOf(target, type in targetFields ? (targetFields[type] as string | null) : 'Relation Name'),
  };
}

/** What a scan reads when that is no relation; null: it has an alias only. */
const targetFields: Readonly<Record<string, string | null>> = {
  'Function Scan': 'Function Name',
  'Table Function Scan': 'Table Function Name',
  'CTE Scan': 'CTE Name',
  'WorkTable Scan': 'CTE Name',
  'Named Tuplestore Scan': 'Tuplestore Name',
  'Subquery Scan': null,
  'Values Scan': null,
};

/** `schema.name alias`, each as Postgres quotes it. */
function targetOf(text: string, field: string | null): Counters {
  const first = identifierAt(text);
  const second = first.rest.startsWith('.') ? identifierAt(first.rest.slice(1)) : null;
  const { name, rest } = second ?? first;
  const alias = rest.startsWith(' ') ? identifierAt(rest.slice(1)).name : name;
  // a function's name is told of only when there is one
  if (field === null || (field === 'Function Name' && !second && alias === name && !rest.startsWith(' ')))
    return field === null ? { Alias: alias } : { [field]: name, Alias: alias };
  return { [field]: name, ...(second ? { Schema: first.name } : {}), Alias: alias };
}

function identifierAt(text: string): { name: string; rest: string } {
  const quoted = /^"((?:[^"]|"")*)"/.exec(text);
  if (quoted) return { name: (quoted[1] as string).replaceAll('""', '"'), rest: text.slice(quoted[0].length) };
  const bare = /^[^\s.]*/.exec(text)?.[0] ?? '';
  return { name: bare, rest: text.slice(bare.length) };
}

/** Places in a statement where a mistake can be made, and the mistake. */
import type { ColumnRef, Node, RangeVar } from '@pgsql/types';
import { nameParts } from '../../server/src/catalog/names.ts';
import type { Statement } from '../../server/src/syntax/statement.ts';
import { Tokens } from '../../server/src/syntax/tokens.ts';
import { walk } from '../../server/src/syntax/walk.ts';

export const kinds = [
  'column',
  'table',
  'alias',
  'type',
  'enum value',
  'constraint',
  'index',
  'value count',
  'ambiguous column',
  'dropped table',
  'existing table',
] as const;
export type Kind = (typeof kinds)[number];

/** In the statement's text. */
export interface Mutation {
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

export type Random = () => number;

/** What earlier statements have dropped and created. */
export interface Earlier {
  readonly dropped: readonly string[];
  readonly created: readonly string[];
}

export function mutationsOf(statement: Statement, earlier: Earlier, random: Random): Mutation[] {
  if (statement.parsed.kind !== 'tree') return [];
  const { node } = statement.parsed;
  const tokens = new Tokens(statement.text, statement.bodyStart, statement.bodyEnd);
  const found: Mutation[] = [];
  const at = (location: number | undefined, part: number): number =>
    location === undefined ? -1 : tokens.at(location) + 2 * part;
  const misspell = (kind: Kind, i: number, name: string): void => {
    const token = tokens.all[i];
    if (!token || identifier(tokens.written(i)) !== name || name.length < 4) return;
    const { start, end } = token;
    const wrong = misspelt(name, random);
    found.push({ kind, start, end, newText: tokens.written(i).startsWith('"') ? `"${wrong}"` : wrong });
  };
  const replace = (kind: Kind, i: number, newName: string | undefined): void => {
    const token = tokens.all[i];
    if (token && newName !== undefined)
      found.push({ kind, start: token.start, end: token.end, newText: `"${newName}"` });
  };
  const named = (kind: Kind, name: string | undefined, from = 0): void => {
    const i = tokens.all.findIndex((_, k) => k >= from && identifier(tokens.written(k)) === name);
    if (name !== undefined && i >= 0) misspell(kind, i, name);
  };
  const pick = (names: readonly string[]): string | undefined => names[Math.floor(random() * names.length)];

  walk({ root: node }, (type, inner) => {
    if (type === 'ColumnRef') {
      const { fields = [], location } = inner as ColumnRef;
      const names = nameParts(fields);
      if (names.length === fields.length) misspell('column', at(location, names.length - 1), names.at(-1) ?? '');
      if (fields.length === 2) {
        misspell('alias', at(location, 0), names[0] ?? '');
        const [first, last] = [tokens.all[at(location, 0)], tokens.all[at(location, 1)]];
        if (first && last) {
          const { start, end } = { start: first.start, end: last.end };
          found.push({ kind: 'ambiguous column', start, end, newText: statement.text.slice(last.start, last.end) });
        }
      }
    } else if (type === 'RangeVar') {
      const { relname = '', schemaname, location } = inner as RangeVar;
      misspell('table', at(location, schemaname ? 1 : 0), relname);
      replace('dropped table', at(location, schemaname ? 1 : 0), pick(earlier.dropped));
    } else if (type === 'ColumnDef') {
      const { typeName } = inner as { typeName?: { names?: Node[]; location?: number } };
      const names = nameParts(typeName?.names);
      const i = at(typeName?.location, 0);
      misspell('type', i, names.length === 2 && names[0] === 'pg_catalog' ? tokens.word(i) : (names.at(-1) ?? ''));
    } else if (type === 'A_Const') {
      const { sval, location } = inner as { sval?: { sval?: string }; location?: number };
      const i = at(location, 0);
      const value = sval?.sval ?? '';
      const token = tokens.all[i];
      if (token && value.length > 2 && /^\w+$/.test(value) && tokens.written(i) === `'${value}'`)
        found.push({ kind: 'enum value', start: token.start, end: token.end, newText: `'${misspelt(value, random)}'` });
    } else if (type === 'IndexElem') {
      const from = tokens.find(['on']);
      named('column', (inner as { name?: string }).name, from + 2);
    } else if (type === 'AlterTableCmd') {
      const { subtype = '', name, missing_ok } = inner as { subtype?: string; name?: string; missing_ok?: boolean };
      if (/^AT_(?:DropColumn|ColumnDefault|SetNotNull|DropNotNull|AlterColumnType)$/.test(subtype) && !missing_ok)
        named('column', name);
      if (/^AT_(?:DropConstraint|ValidateConstraint)$/.test(subtype) && !missing_ok) named('constraint', name);
    } else if (type === 'Constraint') {
      const { keys, fk_attrs, pk_attrs, location } = inner as Record<'keys' | 'fk_attrs' | 'pk_attrs', Node[]> & {
        location?: number;
      };
      const from = at(location, 0);
      if (from >= 0)
        for (const name of [...nameParts(keys), ...nameParts(fk_attrs), ...nameParts(pk_attrs)])
          named('column', name, from + 1);
    } else if (type === 'DropStmt') {
      const {
        removeType,
        missing_ok,
        objects = [],
      } = inner as {
        removeType?: string;
        missing_ok?: boolean;
        objects?: Node[];
      };
      if (missing_ok) return;
      for (const object of objects) {
        const name = 'List' in object ? nameParts(object.List.items).at(-1) : undefined;
        if (removeType === 'OBJECT_INDEX') named('index', name);
        if (removeType === 'OBJECT_TABLE') named('table', name);
      }
    } else if (type === 'InsertStmt' || type === 'UpdateStmt') {
      const { cols = [], targetList = [] } = inner as { cols?: Node[]; targetList?: Node[] };
      for (const target of [...cols, ...targetList])
        if ('ResTarget' in target) misspell('column', at(target.ResTarget.location, 0), target.ResTarget.name ?? '');
      const last = cols.at(-1);
      const i = last && 'ResTarget' in last ? at(last.ResTarget.location, 0) : -1;
      if (cols.length > 1 && tokens.word(i - 1) === ',') {
        const [comma, token] = [tokens.all[i - 1], tokens.all[i]];
        if (comma && token) found.push({ kind: 'value count', start: comma.start, end: token.end, newText: '' });
      }
    } else if (type === 'CreateStmt') {
      const { relation, if_not_exists } = inner as { relation?: RangeVar; if_not_exists?: boolean };
      if (!if_not_exists)
        replace('existing table', at(relation?.location, relation?.schemaname ? 1 : 0), pick(earlier.created));
    }
  });
  return found.filter(({ start, end, newText }) => statement.text.slice(start, end) !== newText);
}

const identifier = (written: string): string =>
  written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();

/** Two letters swapped, one left out, doubled or replaced. */
export function misspelt(name: string, random: Random): string {
  const i = 1 + Math.floor(random() * (name.length - 2));
  const letter = name[i] as string;
  const next = name[i + 1] as string;
  switch (Math.floor(random() * 4)) {
    case 0:
      if (letter !== next) return name.slice(0, i) + next + letter + name.slice(i + 2);
      return name.slice(0, i) + name.slice(i + 1);
    case 1:
      return name.slice(0, i) + name.slice(i + 1);
    case 2:
      return name.slice(0, i) + letter + name.slice(i);
    default:
      return name.slice(0, i) + (letter === 'x' ? 'q' : 'x') + name.slice(i + 1);
  }
}

/** A sequence of numbers in [0, 1) that is the same each time (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const k = Math.floor(random() * (i + 1));
    [result[i], result[k]] = [result[k] as T, result[i] as T];
  }
  return result;
}

/**
 * EXPLAIN (FORMAT XML): elements and text, no attributes but the namespace's (src/backend/commands/explain_format.c). The names
 * of elements are the names of FORMAT JSON with dashes in the place of what XML takes no names with.
 */
import type { JsonPlan } from '../plan.ts';
import { readJsonPlans } from './json.ts';

/** @throws {Error} when there is no plan in it */
export function readXmlPlans(text: string): JsonPlan[] {
  const found: unknown[] = [];
  for (const element of read(text)) if (element.name === 'explain') found.push(...queriesIn(element));
  return readJsonPlans(JSON.stringify(found));
}

/** EXPLAIN puts each plan into a Query; auto_explain writes one plan, and the statement beside it. */
const queriesIn = (explain: Element): unknown[] =>
  explain.children.some(({ name }) => name === 'Query')
    ? explain.children.map(contentOf)
    : [contentOf({ ...explain, name: 'Query' })];

interface Element {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

/** The elements at the top, as far as the text goes. */
function read(text: string): Element[] {
  const root: Element = { name: '', children: [], text: '' };
  const open = [root];
  const parts = /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<(\/?)([\w:.-]+)[^<>]*?(\/?)>|([^<]+)/g;
  for (const [, closing, name, empty, words] of text.matchAll(parts)) {
    const inner = open.at(-1) as Element;
    if (words !== undefined) inner.text += words;
    else if (name === undefined) continue;
    else if (closing === '') {
      const element: Element = { name, children: [], text: '' };
      inner.children.push(element);
      if (empty !== '/') open.push(element);
    } else if (open.length > 1 && inner.name === name) open.pop();
  }
  return root.children;
}

/** Elements that hold a list, whatever the names of what they hold. */
const lists = new Set([
  ...['Plans', 'Triggers', 'Workers', 'Grouping-Sets', 'Hash-Keys', 'Group-Keys', 'Target-Tables'],
  // of Citus
  ...['Tasks', 'Subplans', 'Dependent-Jobs', 'Remote-Plan', 'PlannedStmt'],
]);

function contentOf({ name, children, text }: Element): unknown {
  // the key of the grouping set () is an empty list
  if (children.length === 0) return lists.has(name) || isEmptyList(text) ? [] : scalar(name, decoded(text));
  if (lists.has(name) || children.every((child) => child.name === 'Item')) return children.map(contentOf);
  if (name === 'Settings') return Object.fromEntries(children.map((child) => [child.name, decoded(child.text)]));
  const fields: Record<string, unknown> = {};
  for (const child of children) fields[keyOf(child.name, fields)] = contentOf(child);
  return fields;
}

const isEmptyList = (text: string): boolean => /^\s*\n\s*$/.test(text);

/** Names in which a dash is a dash, or stands for something else than a space. */
const keys = new Map([['One-Time-Filter', 'One-Time Filter']]);

function keyOf(name: string, before: object): string {
  // groups that JSON tells apart by their labels have one name here, and an order
  if (name === 'Incremental-Sort-Groups')
    return 'Full-sort Groups' in before ? 'Pre-sorted Groups' : 'Full-sort Groups';
  if (name === 'Sort-Space') {
    const methods = (before as Record<string, unknown>)['Sort Methods Used'];
    const fits = Array.isArray(methods) && methods.some((method) => !String(method).startsWith('external'));
    return fits && !('Sort Space Memory' in before) ? 'Sort Space Memory' : 'Sort Space Disk';
  }
  return keys.get(name) ?? name.replaceAll('-', ' ').replace(/\bI O\b/, 'I/O');
}

/** Words that may look like a number or a truth value and are neither. */
const isText =
  /Name$|Alias|Schema|Cond$|^(?!.*Removed-by).*Filter$|Key$|Call$|^Item$|Text$|Command|Strategy|Method$|Type$|Output|Order-By|SQL/;

function scalar(name: string, text: string): unknown {
  if (isText.test(name)) return text;
  if (/^-?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i.test(text)) return Number(text);
  return text === 'true' ? true : text === 'false' ? false : text;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const decoded = (text: string): string =>
  text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return entities[name] ?? whole;
    const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

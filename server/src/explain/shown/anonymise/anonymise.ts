// A plan without what tells whose it is: names of tables, columns, aliases, indexes and functions, constants, the server, the file.
// What is not known to be Postgres's own is replaced or left out, whatever it is.
import type { PlanFinding, PlanNode, PlanReport } from '../../../protocol.ts';
import { type NameKind, Names } from './names.ts';
import { isPlain, isPlannerSetting, isPlannerValue } from './words.ts';

/** Names by the keys of EXPLAIN's JSON under which they stand. */
const nameKeys: Readonly<Record<string, NameKind>> = {
  'Relation Name': 'table',
  Relation: 'table',
  Schema: 'schema',
  Alias: 'alias',
  'Index Name': 'index',
  'Conflict Arbiter Indexes': 'index',
  'CTE Name': 'query',
  'Function Name': 'function',
  'Table Function Name': 'function',
  'Tuplestore Name': 'table',
  'Trigger Name': 'trigger',
  'Constraint Name': 'constraint',
  'Custom Plan Provider': 'provider',
  'Sampling Method': 'function',
};

/** SQL by the keys under which it stands. */
const sqlKeys = new Set([
  ...['Filter', 'Index Cond', 'Recheck Cond', 'Hash Cond', 'Merge Cond', 'Join Filter', 'TID Cond', 'One-Time Filter'],
  ...['Order By', 'Sort Key', 'Presorted Key', 'Group Key', 'Group Keys', 'Hash Key', 'Hash Keys', 'Output'],
  ...['Cache Key', 'Run Condition', 'Window', 'Function Call', 'Table Function Call', 'Conflict Filter', 'Remote SQL'],
  ...['Sampling Parameters', 'Repeatable Seed', 'Query Text', 'Query Parameters', 'Relations'],
]);

/** These say nothing without the server, or name it. */
const leftOut = new Set(['Query Identifier']);

/** The same plan, with the same nodes and figures. Names are the same in all of it: `table1.column2`. */
export function anonymise(report: PlanReport): PlanReport {
  const names = new Names();
  registerTables(report, names);
  const plan = anonymiseJson(report.plan, names);
  const nodes = report.nodes.map((node) => anonymiseNode(node, names));
  const sql = names.sql(report.sql);
  return {
    ...report,
    source: null,
    sql,
    plan,
    nodes,
    target: report.target && { name: 'a server', version: /^\d+(?:\.\d+)*/.exec(report.target.version)?.[0] ?? '' },
    findings: report.findings.map((finding) => anonymiseFinding(finding, names)),
    notes: ['Names and constants were replaced.'],
  };
}

/** Tables first: an alias that is the table's own name is to be the table's. */
function registerTables({ nodes }: PlanReport, names: Names): void {
  for (const { relation } of nodes) if (relation !== null) relationName(relation, names);
}

/** `schema.table`, as the report has it. */
function relationName(relation: string, names: Names): string {
  const dot = relation.lastIndexOf('.');
  const table = names.of(relation.slice(dot + 1), 'table');
  return dot < 0 ? table : `${names.of(relation.slice(0, dot), 'schema')}.${table}`;
}

function anonymiseNode(node: PlanNode, names: Names): PlanNode {
  return {
    ...node,
    type: isPlain(node.type) ? node.type : 'Custom Scan',
    relation: node.relation === null ? null : relationName(node.relation, names),
    alias: node.alias === null ? null : names.of(node.alias, 'alias'),
    index: node.index === null ? null : names.of(node.index, 'index'),
    subplan: node.subplan === null ? null : subplanName(node.subplan, names),
    details: node.details.flatMap(([label, text]): [string, string][] => {
      const made = anonymiseText(label, text, names);
      return made === undefined ? [] : [[label, made]];
    }),
    range: null,
  };
}

/** `CTE recent`, `InitPlan 1 (returns $0)`, `SubPlan 2`. */
function subplanName(text: string, names: Names): string {
  if (/^(?:InitPlan|SubPlan) \d+(?: \(returns [$\d,]*\))?$/.test(text)) return text;
  return text.startsWith('CTE ') ? `CTE ${names.of(text.slice(4), 'query')}` : names.of(text, 'query');
}

/** @returns undefined for what is to be left out */
function anonymiseText(key: string, text: string, names: Names): string | undefined {
  if (leftOut.has(key)) return undefined;
  const kind = Object.hasOwn(nameKeys, key) ? nameKeys[key] : undefined;
  if (kind) return names.of(text, kind);
  if (key === 'Subplan Name') return subplanName(text, names);
  if (sqlKeys.has(key)) return names.sql(text);
  return isPlain(key) && isPlain(text) ? text : undefined;
}

/** A value of EXPLAIN's JSON; plans can be deep, so not by recursion over nodes. */
function anonymiseJson(root: unknown, names: Names): unknown {
  const made: Record<string, unknown> = {};
  const open: { value: unknown; key: string; put(made: unknown): void }[] = [
    { value: root, key: 'Plan', put: (value) => Object.assign(made, { root: value }) },
  ];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, key, put } = next;
    if (Array.isArray(value)) {
      const list: unknown[] = [];
      put(list);
      // taken from the end
      for (const item of [...value].reverse()) open.push({ value: item, key, put: (each) => list.push(each) });
    } else if (typeof value === 'object' && value !== null) {
      const object: Record<string, unknown> = {};
      put(object);
      const entries = Object.entries(value).filter(([name, inner]) => isKnownKey(name, inner, key));
      for (const [name, inner] of entries.reverse())
        open.push({
          value: inner,
          key: key === 'Settings' ? 'Setting' : name,
          put(each) {
            object[name] = each;
          },
        });
    } else if (typeof value === 'string') {
      const text = key === 'Setting' ? (isPlannerValue(value) ? value : undefined) : anonymiseText(key, value, names);
      if (text !== undefined) put(text);
    } else put(value);
  }
  return made.root ?? null;
}

function isKnownKey(name: string, value: unknown, inside: string): boolean {
  if (inside === 'Settings') return isPlannerSetting(name);
  if (leftOut.has(name)) return false;
  if (typeof value === 'string' || Array.isArray(value))
    return isPlain(name) || sqlKeys.has(name) || Object.hasOwn(nameKeys, name) || name === 'Subplan Name';
  return name === 'Settings' || isPlain(name);
}

function anonymiseFinding(finding: PlanFinding, names: Names): PlanFinding {
  const { index, names: told, ...rest } = finding;
  for (const name of told ?? []) names.of(name, 'column');
  // sentences quote its keys
  for (const part of [...(index?.keys ?? []), ...(index?.include ?? []), index?.where ?? '']) names.sql(part);
  return {
    ...rest,
    code: /^[a-z][a-z-]*$/.test(finding.code) ? finding.code : 'finding',
    message: names.sentence(finding.message),
    help: names.sentence(finding.help),
  };
}

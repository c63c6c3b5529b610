import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readPlan } from '../../server/src/explain/planFile.ts';
import { foldAlike } from '../../server/src/explain/shown/alike.ts';
import { anonymise } from '../../server/src/explain/shown/anonymise/anonymise.ts';
import { measures, wholeOf } from '../../server/src/explain/shown/measures.ts';
import { iciclePicture, type Palette, treePicture } from '../../server/src/explain/shown/picture.ts';
import { planMarkdown } from '../../server/src/explain/shown/planMarkdown.ts';
import { planText } from '../../server/src/explain/shown/planText.ts';
import { buildTree } from '../../server/src/explain/shown/planTree.ts';
import { printSvg } from '../../server/src/explain/shown/svg.ts';
import type { PlanReport } from '../../server/src/protocol.ts';
import { parser } from '../harness/parser.ts';

const palette: Palette = {
  background: 'white',
  foreground: 'black',
  muted: 'grey',
  track: 'silver',
  hot: 'red',
  warm: 'orange',
  cool: 'blue',
  onBar: 'white',
};

/** Every form in which a plan leaves the panel. */
function copies(report: PlanReport): string {
  const tree = buildTree(report);
  const [time] = measures as readonly [(typeof measures)[number]];
  return [
    JSON.stringify(report),
    planText(report, tree),
    planMarkdown(report, tree),
    printSvg(iciclePicture(report, tree, time, palette)),
    printSvg(treePicture(report, foldAlike(tree), time, wholeOf(tree, time), palette)),
  ].join('\n');
}

const quoted = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

interface Secrets {
  readonly table: string;
  readonly schema: string;
  readonly alias: string;
  readonly index: string;
  readonly column: string;
  readonly other: string;
  readonly type: string;
  readonly routine: string;
  readonly query: string;
  readonly value: string;
  readonly number: number;
  readonly setting: string;
  readonly trigger: string;
}

/** A plan of which every finding quotes names: a scan that discards rows, a sort on disk, a misjudged join, a WITH query. */
function planWith(s: Secrets): { text: string; sql: string } {
  const a = quoted(s.alias);
  const column = `${a}.${quoted(s.column)}`;
  const filter = `((${column} = ${literal(s.value)}::${quoted(s.type)}) AND (${a}.${quoted(s.other)} > ${s.number}) AND (lower(${column}) = ANY ('{${s.value.replaceAll("'", "''").replaceAll(/["\\{},]/g, '')},b}'::text[])))`;
  const figures = {
    'Startup Cost': 1,
    'Total Cost': 9,
    'Plan Width': 8,
    'Actual Loops': 1,
    'Shared Hit Blocks': 3,
    'Shared Read Blocks': 9000,
  };
  const scan = {
    ...figures,
    'Node Type': 'Seq Scan',
    'Parent Relationship': 'Outer',
    'Relation Name': s.table,
    Schema: s.schema,
    Alias: s.alias,
    'Plan Rows': 1,
    'Actual Rows': 4000,
    'Actual Total Time': 900,
    Output: [column, `${quoted(s.routine)}(${column})`],
    Filter: filter,
    'Rows Removed by Filter': 5_000_000,
  };
  const found = {
    ...scan,
    'Node Type': 'Index Scan',
    'Index Name': s.index,
    'Index Cond': `(${quoted(s.column)} = ${literal(s.value)})`,
    'Parent Relationship': 'Inner',
    'Actual Loops': 4000,
    'Actual Total Time': 0.05,
    'Actual Rows': 1,
  };
  const cte = { ...scan, 'Parent Relationship': 'InitPlan', 'Subplan Name': `CTE ${s.query}` };
  const read = {
    ...scan,
    'Node Type': 'CTE Scan',
    'CTE Name': s.query,
    Alias: s.query,
    'Relation Name': undefined,
    Schema: undefined,
  };
  const plan = {
    Plan: {
      ...figures,
      'Node Type': 'Sort',
      'Plan Rows': 1,
      'Actual Rows': 4000,
      'Actual Total Time': 3000,
      'Sort Key': [`${column} DESC`, quoted(s.other)],
      'Sort Method': 'external merge',
      'Sort Space Used': 90_000,
      'Sort Space Type': 'Disk',
      Plans: [
        cte,
        {
          ...figures,
          'Node Type': 'Nested Loop',
          'Parent Relationship': 'Outer',
          'Join Type': 'Inner',
          'Plan Rows': 1,
          'Actual Rows': 4000,
          'Actual Total Time': 2000,
          Plans: [{ ...scan, 'Parent Relationship': 'Outer' }, found],
        },
        read,
      ],
    },
    'Query Text': `select ${s.number} -- ${s.value}`,
    Settings: { work_mem: '4MB', search_path: s.schema, 'app.secret': s.value, random_page_cost: '1.1' },
    Triggers: [{ 'Trigger Name': s.trigger, 'Constraint Name': s.trigger, Relation: s.table, Time: 3000, Calls: 90 }],
    [s.setting]: s.value,
    'Planning Time': 1,
    'Execution Time': 3000,
  };
  const sql = `/* ${s.value} */ WITH ${quoted(s.query)} AS (SELECT * FROM ${quoted(s.schema)}.${quoted(s.table)} ${a})
SELECT ${column}, ${quoted(s.routine)}(${column}), $$${s.value.replaceAll('$', '')}$$ -- ${s.other.replaceAll('\n', ' ')}
FROM ${quoted(s.table)} AS ${a} WHERE ${filter} LIMIT ${s.number}`;
  return { text: JSON.stringify([plan]), sql };
}

describe('a plan that is anonymised', () => {
  const word = (letter: string) =>
    fc
      .string({
        unit: fc.constantFrom(...'abcxyz019_', 'Q', ' ', '"', "'", 'é', '日', '.', '-', '<', '&', '|', '`', '(', '\\'),
        minLength: 3,
        maxLength: 12,
      })
      .map((text) => `${letter}zq${text.trim()}`);
  const secrets: fc.Arbitrary<Secrets> = fc.record({
    table: word('t'),
    schema: word('s'),
    alias: word('a'),
    index: word('i'),
    column: word('c'),
    other: word('o'),
    type: word('y'),
    routine: word('r'),
    query: word('w'),
    value: word('v'),
    // figures of the plan have many digits too
    number: fc.constantFrom(48_123_457, 73_519_264),
    setting: word('g'),
    trigger: word('j'),
  });

  it('has nothing left of its names and constants, whatever they are', () => {
    fc.assert(
      fc.property(secrets, (names) => {
        const { text, sql } = planWith(names);
        const read = readPlan(text, parser);
        assert.ok(read.kind === 'plans', read.kind === 'error' ? read.message : '');
        const [first] = read.reports;
        const report = { ...first, sql, target: { name: names.table, version: '17.5 (Debian zq)' } } as PlanReport;
        const before = copies(report);
        const after = copies(anonymise(report));
        assert.ok(before.includes(names.table) || before.includes('zq'));
        const left = after.search(/zq|4812|7351/);
        assert.equal(left, -1, after.slice(Math.max(0, left - 80), left + 80));
        assert.ok(!after.includes(String(names.number)));
        assert.equal(after.length > 1000, true);
      }),
      { numRuns: 150 },
    );
  });

  const shop = planWith({
    table: 'orders',
    schema: 'shop',
    alias: 'o',
    index: 'orders_customer',
    column: 'customer',
    other: 'total',
    type: 'tier',
    routine: 'score',
    query: 'recent',
    value: 'gold',
    number: 4_812_345,
    setting: 'x',
    trigger: 'audit',
  });

  const reportOf = ({ text, sql }: typeof shop): PlanReport => {
    const read = readPlan(text, parser);
    if (read.kind === 'error') throw new Error(read.message);
    return { ...(read.reports[0] as PlanReport), sql };
  };

  it('has one name for what had one, and says what it is of', () => {
    const plain = anonymise(reportOf(shop));
    const scan = plain.nodes.find(({ type }) => type === 'Seq Scan');
    assert.equal(scan?.relation, 'schema1.table1');
    assert.equal(scan?.alias, 'alias1');
    assert.match(
      scan?.details.find(([label]) => label === 'Filter')?.[1] ?? '',
      /^\(\(alias1\.column1 = 'x'::type1\) AND \(alias1\.column2 > 1\) AND \(lower\(alias1\.column1\) = ANY \('x'::text\[\]\)\)\)$/,
    );
    assert.match(
      plain.sql,
      /^WITH query1 AS \(SELECT \* FROM schema1\.table1 alias1\)\s+SELECT alias1\.column1, function1\(alias1\.column1\), 'x'\s+FROM table1 AS alias1 WHERE .* LIMIT 1$/s,
    );
    const { Settings: settings } = plain.plan as { Settings: unknown };
    assert.deepEqual(settings, { work_mem: '4MB', random_page_cost: '1.1' });
  });

  it('keeps nodes, figures and what the findings say of them', () => {
    const before = reportOf(shop);
    const plain = anonymise(before);
    const figures = (report: PlanReport) =>
      report.nodes.map(({ id, parent, type, rows, loops, inclusive, exclusive }) => ({
        id,
        parent,
        type,
        rows,
        loops,
        inclusive,
        exclusive,
      }));
    assert.deepEqual(figures(plain), figures(before));
    assert.deepEqual(
      plain.findings.map(({ code }) => code),
      before.findings.map(({ code }) => code),
    );
    assert.ok(before.findings.length >= 3);
    const told = plain.findings.map(({ message, help }) => `${message} ${help}`).join('\n');
    assert.match(told, /5,004,000 rows of schema1\.table1/);
    assert.doesNotMatch(told, /orders|gold|customer|recent|shop/);
  });

  it('keeps what Postgres calls the parts of a plan', () => {
    const plan = {
      'Node Type': 'Aggregate',
      Strategy: 'Hashed',
      'Partial Mode': 'Finalize',
      'Plan Rows': 1,
      'Total Cost': 1,
      'Group Key': ["date_trunc('day'::text, o.created_at)", '(count(*) FILTER (WHERE (o.paid IS NOT NULL)))'],
      'HashAgg Batches': 5,
      'I/O Read Time': 3,
      Workers: [{ 'Worker Number': 0, 'Actual Rows': 5 }],
      Plans: [
        {
          'Node Type': 'Result',
          'Parent Relationship': 'InitPlan',
          'Subplan Name': 'InitPlan 1 (returns $0)',
          'Plan Rows': 1,
          'Total Cost': 1,
          'One-Time Filter': '(hashed SubPlan 2)',
        },
      ],
    };
    const report = reportOf({ text: JSON.stringify([{ Plan: plan }]), sql: '' });
    const { Plan: made } = anonymise(report).plan as { Plan: typeof plan };
    assert.deepEqual(made, {
      ...plan,
      'Group Key': ["date_trunc('x'::text, alias1.column1)", '(count(*) FILTER (WHERE (alias1.column2 IS NOT NULL)))'],
    });
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readPlans } from '../../server/src/explain/formats/index.ts';
import { placeNodes } from '../../server/src/explain/plan.ts';

const text = `Limit  (cost=0.29..0.62 rows=3 width=16) (actual time=0.020..0.024 rows=3 loops=1)
  Buffers: shared hit=5
  ->  Index Scan using orders_pkey on orders o  (cost=0.29..1385.29 rows=12500 width=16) (actual time=0.018..0.021 rows=3 loops=1)
        Filter: (note <> 'a
 b: c'::text)
        Rows Removed by Filter: 4
        Buffers: shared hit=5
Planning:
  Buffers: shared hit=12 read=1
Planning Time: 0.113 ms
Trigger for constraint fk on orders: time=1.250 calls=3
Execution Time: 0.041 ms`;

const json = JSON.stringify(
  [{ Plan: { 'Node Type': 'Seq Scan', 'Relation Name': 'a "b"', 'Total Cost': 1 } }],
  null,
  2,
);

const types = (framed: string): string[] =>
  readPlans(framed).flatMap(({ Plan }) => placeNodes(Plan).map(({ json: node }) => node['Node Type']));
const lines = (block: string): string[] => block.split('\n');

describe('A plan in its wrapping', () => {
  const plain = readPlans(text);

  it('is read from text by itself', () => {
    assert.equal(plain.length, 1);
    const [plan] = plain;
    assert.deepEqual(types(text), ['Limit', 'Index Scan']);
    assert.equal(plan?.['Planning Time'], 0.113);
    assert.equal(plan?.['Execution Time'], 0.041);
    assert.deepEqual(plan?.Triggers, [{ 'Constraint Name': 'fk', Relation: 'orders', Time: 1.25, Calls: 3 }]);
    assert.equal((plan as Record<string, Record<string, number>> | undefined)?.Planning?.['Shared Read Blocks'], 1);
    const scan = plan?.Plan.Plans?.[0];
    assert.equal(scan?.Filter, "(note <> 'a\nb: c'::text)");
    assert.equal(scan?.['Rows Removed by Filter'], 4);
    assert.deepEqual([scan?.Alias, scan?.['Index Name'], scan?.['Actual Total Time']], ['o', 'orders_pkey', 0.021]);
  });

  const width = 150;
  const table = (body: string, mark = ''): string =>
    [
      `${' '.repeat(60)}QUERY PLAN${' '.repeat(60)}`,
      '-'.repeat(width),
      ...lines(body).map((line, i, all) => ` ${line}${mark && i < all.length - 1 ? `${' '.repeat(4)}${mark}` : ''}`),
      `(${lines(body).length} rows)`,
      '',
      'Time: 1,234 ms',
    ].join('\n');
  const wrapped: readonly [name: string, framed: string][] = [
    ['psql', table(text)],
    [
      'psql with a border',
      [
        `+${'-'.repeat(width)}+`,
        `|${' '.repeat(60)}QUERY PLAN${' '.repeat(width - 70)}|`,
        `+${'-'.repeat(width)}+`,
        ...lines(text).map((line) => `| ${line.padEnd(width - 1)}|`),
        `+${'-'.repeat(width)}+`,
        '(12 rows)',
      ].join('\n'),
    ],
    [
      'pgAdmin, a row a line',
      ['"QUERY PLAN"', ...lines(text).map((line) => `"${line.replaceAll('"', '""')}"`)].join('\n'),
    ],
    [
      'a mail',
      lines(text)
        .map((line) => `> ${line}`)
        .join('\n'),
    ],
    [
      'a mail that quotes a mail',
      `>> Hello\n${lines(text)
        .map((line) => `>> ${line}`)
        .join('\n')}`,
    ],
    ['a code fence', `Look:\n\n\`\`\`\n${text}\n\`\`\`\nSlow, is it not?`],
    ['Windows line ends and a BOM', `\uFEFF${text.replaceAll('\n', '\r\n')}`],
    ['no-break spaces', text.replaceAll('  ', '\u00A0\u00A0')],
    [
      'a log',
      `2026-11-21 10:00:00.123 UTC [17] app@shop LOG:  duration: 3.125 ms  plan:\n\tQuery Text: SELECT *\n\tFROM orders o LIMIT 3;\n${lines(
        text,
      )
        .map((line) => `\t${line}`)
        .join('\n')}\n2026-11-21 10:00:01.000 UTC [17] app@shop LOG:  checkpoint starting: time`,
    ],
  ];
  for (const [name, framed] of wrapped)
    it(`is taken out of ${name}`, () => {
      const read = readPlans(framed).map(({ 'Query Text': _, ...plan }) => plan);
      assert.deepEqual(JSON.parse(JSON.stringify(read).replaceAll('\\r', '')), JSON.parse(JSON.stringify(plain)));
    });

  it('brings the statement along that a log tells', () => {
    const log = (wrapped.at(-1) as [string, string])[1];
    assert.equal(readPlans(log)[0]?.['Query Text'], 'SELECT *\nFROM orders o LIMIT 3;');
    const first = log.split('\n2026-11-21 10:00:01')[0] as string;
    assert.equal(readPlans(`${first}\n${first}`).length, 2);
  });

  it('is taken out of tables, cells and rows with JSON in them', () => {
    for (const framed of [
      json,
      table(json, '+'),
      `"QUERY PLAN"\n"${json.replaceAll('"', '""')}"`,
      JSON.stringify([{ 'QUERY PLAN': JSON.parse(json) }]),
      JSON.stringify({ rows: [[json]] }),
      `before\n${json}\nafter`,
      JSON.stringify((JSON.parse(json) as { Plan: unknown }[])[0]?.Plan),
    ])
      assert.deepEqual(
        readPlans(framed).map((plan) => plan.Plan),
        [(JSON.parse(json) as { Plan: unknown }[])[0]?.Plan],
        framed,
      );
  });

  it('may be several', () => {
    assert.deepEqual(types(`${text}\n\n${text}`), ['Limit', 'Index Scan', 'Limit', 'Index Scan']);
    assert.equal(readPlans(`${json}\n${json}`).length, 2);
  });

  it('is read whatever the first node is called, with COSTS off', () => {
    for (const [first, type] of [
      ['Hash Right Anti Join', 'Hash Join'],
      ['Nested Loop Left Join', 'Nested Loop'],
      ['HashSetOp Except All', 'SetOp'],
      ['Finalize GroupAggregate', 'Aggregate'],
      ['Custom Scan (Citus Adaptive)', 'Custom Scan'],
      ['Custom Scan (ChunkAppend) on public.metrics m', 'Custom Scan'],
      ['Foreign Scan on public.remote r', 'Foreign Scan'],
      ['Delete on public.orders', 'ModifyTable'],
    ])
      assert.deepEqual(types(`${first}\n  ->  Seq Scan on a\n        Filter: (x = 1)`), [type, 'Seq Scan'], first);
  });

  it('is refused with a sentence', () => {
    const refused: [string, RegExp][] = [
      ['', /no plan in this text/],
      ['SELECT 1', /no plan in this text/],
      ['[{"Plan": 3}]', /no "Plan" with a "Node Type"/],
      ['[{"Plan": ', /no plan in JSON/],
      ['<explain><Query></Query></explain>', /no "Plan" with a "Node Type"/],
      ['->  Seq Scan on a  (cost=0.00..1.00 rows=1 width=1)\n->  Seq Scan on b', /indentation of this plan is lost/],
    ];
    for (const [framed, reason] of refused) assert.throws(() => readPlans(framed), reason, framed);
  });

  it('never breaks on damage: it is read, or refused with a sentence', () => {
    const sources = [text, json, table(text), '- Plan: \n    Node Type: "Seq Scan"\n    Output:\n      - "a"', xml];
    fc.assert(
      fc.property(
        fc.constantFrom(...sources),
        fc.array(
          fc.record({
            at: fc.nat(2_000),
            cut: fc.nat(40),
            insert: fc.constantFrom('', '"', '\n', '->', '  ', '[', '<', '\u0000'),
          }),
        ),
        (source, edits) => {
          let damaged = source;
          for (const { at, cut, insert } of edits)
            damaged = damaged.slice(0, at) + insert + damaged.slice(at + (cut % 7));
          try {
            for (const plan of readPlans(damaged)) placeNodes(plan.Plan);
          } catch (error) {
            assert.ok(error instanceof Error && !(error instanceof TypeError), String((error as Error).stack));
          }
        },
      ),
    );
  });
});

const xml =
  '<explain xmlns="http://www.postgresql.org/2009/explain"><Query><Plan><Node-Type>Seq Scan</Node-Type><Filter>(a &lt; 1)</Filter></Plan></Query></explain>';

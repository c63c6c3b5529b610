import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readPlans } from '../../server/src/explain/formats/index.ts';
import { type JsonNode, placeNodes } from '../../server/src/explain/plan.ts';

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

  it('is read from comments of a script, and where the editor has put some lines in quotes', () => {
    const commented = `-- what we get:\n${lines(text)
      .map((line) => `--  ${line}`)
      .join('\n')}\n-- not bad\nSELECT 1;`;
    assert.deepEqual(types(commented), ['Limit', 'Index Scan']);
    assert.equal(readPlans(commented)[0]?.['Execution Time'], 0.041);
    const csv = `Seq Scan on a  (cost=0.00..1.00 rows=1 width=4)
"  Filter: ((b = 'x, ""y""'::text) AND (c > 1))"
JIT:
  Functions: 2
"  Options: Inlining true, Optimization false, Expressions true, Deforming true"`;
    const [plan] = readPlans(csv);
    assert.equal(plan?.Plan.Filter, `((b = 'x, "y"'::text) AND (c > 1))`);
    assert.deepEqual((plan!.JIT as { Functions: number }).Functions, 2);
  });

  it('has JIT and times where the lines below them have lost their blanks', () => {
    const flat = `Seq Scan on a  (cost=0.00..1.00 rows=1 width=4) (actual time=0.010..0.020 rows=1 loops=1)
 Planning Time: 0.135 ms
 JIT:
 Functions: 5
 Options: Inlining true, Optimization true, Expressions true, Deforming true
 Timing: Generation 0.126 ms, Inlining 1.992 ms, Optimization 3.165 ms, Emission 3.565 ms, Total 8.848 ms
 Execution Time: 16.5 ms`;
    const [plan] = readPlans(flat);
    assert.equal((plan!.JIT as { Timing: { Total: number } }).Timing.Total, 8.848);
    assert.deepEqual([plan!['Planning Time'], plan!['Execution Time']], [0.135, 16.5]);
  });

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

  const plan = (framed: string): unknown => {
    const read = readPlans(framed).map(({ 'Query Text': _, 'Query Parameters': __, ...rest }) => rest);
    return JSON.parse(JSON.stringify(read));
  };
  const expected = JSON.parse(JSON.stringify(plain)) as unknown;
  const bordered = (vertical: string, horizontal: string, cross: string): string => {
    const line = `${cross}${horizontal.repeat(width)}${cross}`;
    return [
      line,
      `${vertical}${' '.repeat(60)}QUERY PLAN${' '.repeat(width - 70)}${vertical}`,
      line,
      ...lines(text).map((row) => `${vertical} ${row.padEnd(width - 1)}${vertical}`),
      line,
      '(12 lignes)',
    ].join('\n');
  };
  const records = (bar: string, dash: string, body: string): string =>
    lines(body)
      .map((row, i) => `${dash}[ RECORD ${i + 1} ]${dash.repeat(20)}\nQUERY PLAN ${bar} ${row}`)
      .join('\n');
  const tables: readonly [name: string, framed: string][] = [
    ['psql, linestyle unicode, border 2, double', bordered('║', '═', '╬')],
    ['psql, linestyle unicode, border 2, single', bordered('│', '─', '┼')],
    ['DataGrip, or Markdown', bordered('|', '-', '|')],
    ['DBeaver', bordered('|', '-', '+').replaceAll(/^[|+]/gm, '')],
    ['psql, one record a row', records('|', '-', text.replace("'a\n b", "'a b"))],
    ['psql, one record a row, unicode', records('│', '─', text.replace("'a\n b", "'a b"))],
    [
      'pgAdmin III, a row a line in single quotes',
      lines(text)
        .map((line) => `'${line}'`)
        .join('\n'),
    ],
    [
      'a grid whose first quotation mark was not selected',
      lines(text)
        .map((line) => `"${line}"`)
        .join('\n')
        .slice(1),
    ],
    ['the rows of a driver', JSON.stringify(lines(text).map((line) => ({ 'QUERY PLAN': line })))],
    ['a list of strings', JSON.stringify(lines(text), null, 2)],
    ['the source of a page', text.replaceAll('>', '&gt;').replaceAll('<', '&lt;')],
    [
      'a mail with an answer above',
      `Look at the scan.\n\nAm 21.11. schrieb A:\n${lines(text)
        .map((line) => `> ${line}`)
        .join('\n')}\n\nBest`,
    ],
    ['a psql session', `shop=# EXPLAIN ANALYZE SELECT *\nshop-# FROM orders o LIMIT 3;\n${table(text)}\nshop=# \\q`],
  ];
  for (const [name, framed] of tables)
    it(`is taken out of ${name}`, () => {
      const whole = (value: unknown): string =>
        JSON.stringify(value).replaceAll("'a\\n b", "'a b").replaceAll("'a\\nb", "'a b");
      assert.equal(whole(plan(framed)), whole(expected));
    });

  it('is taken out of each table of a session, and each record', () => {
    assert.equal(readPlans(`${table(text)}\n${table(text)}`).length, 2);
    assert.equal(readPlans(`${table(json, '+')}\n${table(text)}`).length, 2);
    assert.equal(readPlans(`${bordered('│', '─', '┼')}\n\n${bordered('│', '─', '┼')}`).length, 2);
  });

  it('is put together where a narrow window has broken its lines', () => {
    const whole = text.replace("'a\n b", "'a b");
    for (let columns = 40; columns < 120; columns++) {
      const broken = lines(whole).flatMap((line) => line.match(new RegExp(`.{1,${columns}}`, 'g')) ?? ['']);
      for (const framed of [broken, broken.map((line) => line.trimEnd()), broken.map((line) => `> ${line}`)])
        assert.deepEqual(plan(framed.join('\n')), plan(whole), `${columns} columns`);
    }
  });

  it('is put together where a mail program has broken its lines at blanks', () => {
    const whole = text.replace("'a\n b", "'a b");
    for (let columns = 60; columns < 120; columns++) {
      const broken = lines(whole).flatMap((line) => atBlanks(line, columns));
      const read = readPlans(broken.join('\n'));
      assert.equal(read.length, 1, `${columns} columns`);
      assert.deepEqual(figuresOf(read[0]?.Plan), figuresOf(plain[0]?.Plan), broken.join('\n'));
    }
  });

  it('keeps what is inside what when a mail has moved its lines', () => {
    const moved = `      Delete on orders  (cost=1.00..9.00 rows=1 width=6) (actual time=9.000..9.000 rows=0 loops=1)
         Buffers: shared hit=20
      ->  Nested Loop  (cost=1.00..9.00 rows=1 width=6) (actual time=5.000..5.000 rows=5 loops=1)
               Buffers: shared hit=9
            ->  Seq Scan on a  (cost=1.00..2.00 rows=1 width=6) (actual time=1.000..1.000 rows=1 loops=1)
            ->  Seq Scan on b  (cost=1.00..2.00 rows=1 width=6) (actual time=1.000..1.000 rows=1 loops=1)
    Planning time: 2.482 ms
    Trigger for constraint fk: time=4.247 calls=5
    Execution time: 14.164 ms`;
    const [read] = readPlans(moved);
    assert.ok(read);
    assert.deepEqual(
      placeNodes(read.Plan).map(({ parent, json: node }) => [parent, node['Node Type']]),
      [
        [null, 'ModifyTable'],
        [0, 'Nested Loop'],
        [1, 'Seq Scan'],
        [1, 'Seq Scan'],
      ],
    );
    assert.deepEqual([read.Triggers?.length, read['Execution Time']], [1, 14.164]);
  });

  it('is read as Postgres 8 wrote it, whose subplans had no names', () => {
    const [read] = readPlans(`Seq Scan on a  (cost=0.00..9.00 rows=1 width=4) (actual time=0.003..0.003 rows=1 loops=1)
  Filter: (x = (subplan))
  SubPlan
    ->  Limit  (cost=0.00..1.00 rows=1 width=4) (actual time=0.001..0.001 rows=1 loops=2)
          ->  Seq Scan on b  (cost=0.00..1.00 rows=9 width=4) (actual time=0.001..0.001 rows=1 loops=2)
Total runtime: 0.131 ms`);
    assert.equal(read?.Plan.Filter, '(x = (subplan))');
    assert.equal(read?.Plan.Plans?.[0]?.['Parent Relationship'], 'SubPlan');
    assert.equal(read?.['Execution Time'], 0.131);
  });

  it('is taken out of logs', () => {
    const message = `duration: 3.125 ms  plan:\nQuery Text: SELECT * FROM orders o WHERE note <> "x" LIMIT $1;\nQuery Parameters: $1 = '3'\n${text}`;
    const csv = (inner: string): string =>
      `2026-11-21 10:00:00.123 UTC,"app","shop",17,"127.0.0.1:4711",65.1,3,"SELECT",2026-11-21 09:00:00 UTC,3/2,0,LOG,00000,"${inner.replaceAll('"', '""')}",,,,,,,,,"psql","client backend",,0`;
    const other =
      '2026-11-21 10:00:01.000 UTC,,,17,,65.1,4,,2026-11-21 09:00:00 UTC,,0,LOG,00000,"checkpoint starting: time",,,,,,,,,"","checkpointer",,0';
    const logged: readonly [name: string, log: string, plans: number][] = [
      ['CSV', [csv(message), other, csv(message)].join('\n'), 2],
      [
        'JSON, an object a line',
        [{ pid: 17, message }, { message: 'checkpoint starting: time' }, { message }]
          .map((entry) => JSON.stringify(entry))
          .join('\n'),
        2,
      ],
      ['JSON, a list', JSON.stringify([{ textPayload: `[17] LOG:  ${message.replaceAll('\n', '\n\t')}` }]), 1],
      [
        'an empty prefix',
        `LOG:  ${message.replaceAll('\n', '\n\t')}\nLOG:  checkpoint starting: time\nDETAIL:  none`,
        1,
      ],
      [
        'German',
        `2026-11-21 10:00:00 UTC [17] LOG:  ${message.replace('duration', 'Dauer').replace('plan', 'Plan').replaceAll('\n', '\n\t')}`,
        1,
      ],
      [
        'French',
        `2026-11-21 10:00:00 UTC [17] LOG:  ${message.replace('duration:', 'durée :').replace('plan:', 'plan :').replaceAll('\n', '\n\t')}`,
        1,
      ],
      [
        'a nested statement',
        `[17] LOG:  ${message.replaceAll('\n', '\n\t')}\n[17] CONTEXT:  SQL function "f" statement 1\n[17] LOG:  ${message.replaceAll('\n', '\n\t')}`,
        2,
      ],
      [
        'syslog',
        lines(message)
          .map((line, i) => `Nov 21 10:00:00 db postgres[17]: [5-${i + 1}] ${i > 0 ? `#011${line}` : `LOG:  ${line}`}`)
          .join('\n'),
        1,
      ],
    ];
    for (const [name, log, count] of logged) {
      assert.deepEqual(
        plan(log),
        Array.from({ length: count }, () => (expected as unknown[])[0]),
        name,
      );
      const [first] = readPlans(log);
      assert.equal(first?.['Query Text'], 'SELECT * FROM orders o WHERE note <> "x" LIMIT $1;', name);
      assert.equal(first?.['Query Parameters'], "$1 = '3'", name);
    }
  });

  it('is told from a statement in a log that holds something like one', () => {
    const log = `[17] LOG:  duration: 3.125 ms  plan:\n\tQuery Text: SELECT '\n\t[\n\t{"Plan": 1}\n\t]'::json;\n\t${text.replaceAll('\n', '\n\t')}`;
    assert.deepEqual(plan(log), expected);
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

  it('is put together where a terminal has broken strings of JSON', () => {
    const long = JSON.stringify(
      [{ Plan: { 'Node Type': 'Seq Scan', Filter: '(a < 3) AND (b > 4) AND (c = 5)' } }],
      null,
      2,
    );
    for (let columns = 12; columns < 40; columns++) {
      const broken = lines(long).flatMap((line) => line.match(new RegExp(`.{1,${columns}}`, 'g')) ?? ['']);
      assert.deepEqual(readPlans(broken.join('\n')), JSON.parse(long), `${columns} columns`);
    }
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
      ['[{"Plan": ', /plan in JSON was cut off/],
      [json.slice(0, -20), /plan in JSON was cut off/],
      ['[{"Plan": {"Node Type": "Seq Sc', /plan in JSON was cut off/],
      ['[{"Plan": nothing}]', /no plan in JSON/],
      ['<explain><Query></Query></explain>', /no "Plan" with a "Node Type"/],
      ['->  Seq Scan on a  (cost=0.00..1.00 rows=1 width=1)\n->  Seq Scan on b', /indentation of this plan is lost/],
    ];
    for (const [framed, reason] of refused) assert.throws(() => readPlans(framed), reason, framed);
  });

  it('is looked for in long texts in their time', () => {
    const long = 300_000;
    const texts = [
      `${'-'.repeat(long)}x`,
      `QUERY PLAN\n${'-'.repeat(long)}x\n${text}`,
      `${'a'.repeat(long)}: 1 ms  plan`,
      `(cost=${'('.repeat(long)}`,
      '(cost='.repeat(long / 6),
      `->  ${'Seq Scan on '.repeat(long / 12)}`,
      `${'Key: value '.repeat(long / 11)}\n`.repeat(3),
      `${'x\n'.repeat(long / 2)}${text}`,
      `"${'"" '.repeat(long / 3)}`,
      `${'{"a": "b"}\n'.repeat(long / 11)}LOG:  duration: 1.0 ms  plan:\n\t${text.replaceAll('\n', '\n\t')}`,
      `${' '.repeat(long)}${text}`,
      `${'['.repeat(3_000)}${']'.repeat(3_000)}`,
      `[17] ${'['.repeat(long)}`,
      `${text}\n        Filter: ${'(a OR '.repeat(long / 6)}`,
    ];
    for (const [i, each] of texts.entries()) {
      const started = process.cpuUsage();
      try {
        readPlans(each);
      } catch (error) {
        assert.match((error as Error).message, /plan|indentation/, `text ${i}`);
      }
      const { user, system } = process.cpuUsage(started);
      assert.ok(user + system < 3_000_000, `text ${i}: ${user + system} µs`);
    }
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

/** As mail programs break lines. */
function atBlanks(line: string, columns: number): string[] {
  const pieces: string[] = [];
  let rest = line;
  while (rest.length > columns) {
    const at = rest.lastIndexOf(' ', columns);
    if (at <= rest.length - rest.trimStart().length) break;
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
  }
  return [...pieces, rest];
}

const figuresOf = (root: JsonNode | undefined): unknown =>
  root &&
  placeNodes(root).map(({ parent, json: node }) => [
    parent,
    node['Node Type'],
    node.Alias,
    node['Total Cost'],
    node['Actual Total Time'],
    node['Actual Rows'],
    node['Actual Loops'],
    node['Shared Hit Blocks'],
  ]);

const xml =
  '<explain xmlns="http://www.postgresql.org/2009/explain"><Query><Plan><Node-Type>Seq Scan</Node-Type><Filter>(a &lt; 1)</Filter></Plan></Query></explain>';
